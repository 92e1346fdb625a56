"""Several ES modules as one file, for links on which each request costs a round trip and half a kilobyte.

The modules stay as they are, one function each, in the order in which they need each other. What they export goes out
again, so that modules which are loaded later, told by an import map, share them instead of fetching them again. The
rules are those of the static storage: imports at the top, each ended by a semicolon, none in circles.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

Read = Callable[[str], str]

_COMMENT = re.compile(r"^[ \t]*(?:/\*[\s\S]*?\*/[ \t]*|//.*)\n", re.MULTILINE)
_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";\n', re.MULTILINE)
_DYNAMIC = re.compile(r'\bimport\("(\.[^"]+)"\)')
_REEXPORT = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) )", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|class|const) (\w+|\[[^\]]*\])", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b(?!\()", re.MULTILINE)


class Unbundled(ValueError):
    """A module is written in a way that this does not understand."""


def strip_comments(source: str) -> str:
    """The source without the comments that have lines of their own: a third of what it weighs."""
    return _COMMENT.sub("", source)


def imports_of(name: str, source: str) -> list[str]:
    """The modules that this one needs before it runs."""
    return [_resolve(name, path) for _names, path in _IMPORT.findall(source)]


def in_order(entry: str, read: Read) -> list[str]:
    """The entry and all it imports, each after what it needs."""
    found: list[str] = []

    def visit(name: str) -> None:
        if name in found:
            return
        for other in imports_of(name, read(name)):
            visit(other)
        found.append(name)

    visit(entry)
    return found


def bundle(entry: str, read: Read) -> str:
    """One module that does what the entry does. It stands in the entry's place, so that its addresses hold."""
    modules = in_order(entry, read)
    numbers = {name: number for number, name in enumerate(modules)}
    home = posixpath.dirname(entry)
    parts: list[str] = []
    shared: dict[str, int] = {}
    for name in modules:
        source = strip_comments(read(name))
        own, passed_on = _exported(source)
        parts.append(_wrapped(name, source, [*own, *passed_on], numbers, home))
        for each in own:
            if each in shared:
                raise Unbundled(f"{name}: two modules export {each}")
            shared[each] = numbers[name]
    tail = "".join(f"export const {name} = ${number}.{name};\n" for name, number in sorted(shared.items()))
    return "".join(parts) + tail


def _exported(source: str) -> tuple[list[str], list[str]]:
    """What a module makes and exports, and what it passes on."""

    def named(pattern: re.Pattern[str]) -> list[str]:
        each = ",".join(names.strip("[]") for names in pattern.findall(source)).split(",")
        return [name.strip() for name in each if name.strip()]

    return named(_EXPORTED), named(_REEXPORT)


def _wrapped(name: str, source: str, exported: list[str], numbers: dict[str, int], home: str) -> str:
    def take(match: re.Match[str]) -> str:
        module = f"${numbers[_resolve(name, match[2])]}"
        return f"const {{{match[1].replace(' as ', ': ')}}} = {module};\n" if match[1] else ""

    def move(match: re.Match[str]) -> str:
        path = posixpath.relpath(_resolve(name, match[1]), home)
        return f'import("./{path}")'

    body = _EXPORT.sub("", _REEXPORT.sub("", _DYNAMIC.sub(move, _IMPORT.sub(take, source))))
    left = _LEFT.search(body)
    if left:
        raise Unbundled(f"{name}: {body[left.start() :].splitlines()[0]}")
    return f"// {name}\nconst ${numbers[name]} = (() => {{\n{body}return {{{', '.join(exported)}}};\n}})();\n"


def _resolve(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
