"""The browser's pure modules, by node's own test runner, and what their sentences and imports rest on."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from farward.encounters.packs.hand_in import hand_in_words
from farward.encounters.seats.lobby_words import lobby_words
from farward.encounters.seats.modules import LOBBY_MODULES, ROOM_MODULES
from farward.encounters.seats.words import room_words

ROOT = Path(__file__).resolve().parents[1]
JS = ROOT / "farward" / "web" / "static" / "js"
STATIC_IMPORT = re.compile(r"""^(?:import|export)[^;"']*?from\s+["'](\.[^"']+)["'];""", re.MULTILINE)
SAID = re.compile(r"""\bsay\(\s*["']([\w.]+)["']""")


def imported_by(module: Path) -> set[Path]:
    """Every module that `module` needs before it can run, by static imports, itself left out."""
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        current = waiting.pop()
        for target in STATIC_IMPORT.findall(current.read_text("utf-8")):
            path = (current.parent / target).resolve()
            if path not in found:
                found.add(path)
                waiting.append(path)
    return found


def names(paths: set[Path]) -> set[str]:
    return {f"js/{path.relative_to(JS).as_posix()}" for path in paths}


def has(words: dict[str, object], key: str) -> bool:
    found: object = words
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return isinstance(found, str)


def test_node_finds_no_fault_in_the_pure_modules() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node: apt-get install nodejs")
    done = subprocess.run(
        [node, "--test", *map(str, sorted((ROOT / "tests" / "js").glob("*.test.js")))],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]


@pytest.mark.parametrize(("page", "announced"), [("room.js", ROOM_MODULES), ("lobby.js", LOBBY_MODULES)])
def test_a_page_announces_exactly_the_modules_it_imports(page: str, announced: tuple[str, ...]) -> None:
    assert set(announced) == names(imported_by(JS / page))
    assert len(set(announced)) == len(announced)


def test_every_sentence_the_room_says_is_among_its_words() -> None:
    words = room_words()
    modules = {JS / "room.js", *imported_by(JS / "room.js")}
    said = {key for module in modules for key in SAID.findall(module.read_text("utf-8"))}
    assert said
    assert [key for key in sorted(said) if not has(words, key)] == []


def test_every_sentence_the_lobby_says_is_among_its_words() -> None:
    words = lobby_words()
    said = set(SAID.findall((JS / "lobby.js").read_text("utf-8")))
    assert said
    assert [key for key in sorted(said) if not has(words, key)] == []


def test_every_sentence_of_what_is_handed_in_later_is_among_its_words() -> None:
    words = hand_in_words()
    said = {
        key
        for name in ("hand_in.js", "room/recording_sender.js")
        for key in SAID.findall((JS / name).read_text("utf-8"))
    }
    assert [key for key in sorted(said) if not has(words, key)] == []
    kinds = re.findall(r'together\("(\w+)"', (JS / "hand_in_lines.js").read_text("utf-8"))
    kinds += re.findall(r'key: "(\w+)"', (JS / "hand_in_lines.js").read_text("utf-8"))
    shown = [
        *kinds,
        *(f"{kind}s" for kind in kinds if kind in {"recording", "still", "clip"}),
        "done",
        "erased",
        "removed",
    ]
    assert {"recording", "stills", "draft", "refused"} <= set(shown)
    assert set(shown) <= set(words["hand_in"])


def test_every_state_the_lobby_can_judge_has_a_sentence() -> None:
    words = lobby_words()["lobby"]
    verdicts = set(re.findall(r'verdict: (?:cam === "on" \? )?"(\w+)"', (JS / "verdict.js").read_text("utf-8")))
    assert {"ready", "no_mic", "no_connection"} <= verdicts
    assert verdicts <= set(words["verdict"])
    for device in ("cam", "mic"):
        assert {"on", "off", "unasked", "denied", "missing", "busy", "unsupported"} <= set(words[device])
    assert {"checking", "good", "weak", "poor", "none"} == set(words["connection"])
