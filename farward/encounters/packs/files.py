"""The modules that a room loads only once it stands. A device that never opened one must have them all the same."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.contrib.staticfiles import finders

_IMPORTED = re.compile(r"""(?:^(?:import|export)[^;"']*?from\s+|\bimport\()["'](\.[^"']+)["']""", re.MULTILINE)


@cache
def modules_of(entry: str) -> tuple[str, ...]:
    """Every module that `entry` imports, now or later, itself left out; in the order in which they are met."""
    found: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        current = waiting.pop()
        path = finders.find(current)
        source = Path(path).read_text("utf-8") if isinstance(path, str) else ""
        for target in _IMPORTED.findall(source):
            name = normpath(join(dirname(current), target))
            if name not in found:
                found[name] = None
                waiting.append(name)
    return tuple(found)
