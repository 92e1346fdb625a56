"""Several modules as one file: what is in it, what is refused, and what a page says of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.http import HttpResponse

from farward.assets import scripts
from farward.assets.bundle import Unbundled, bundle, in_order, strip_comments
from farward.assets.storage import BUNDLED
from farward.encounters.seats.modules import LOBBY_MODULES, ROOM_MODULES

STATIC = Path(__file__).resolve().parents[2] / "farward" / "web" / "static"
A = 'import { b, C as D } from "./sub/b.js";\nimport "./sub/c.js";\n\nexport const a = () => b + D;\n'
B = """/** Twice as good. */
import { c } from "./c.js";

// A line of its own goes, the one after code stays.
export const b = c; // "import" is a word
export class C {}
export const later = () => import("./later.js");
"""
C = "export { e };\nexport async function c() {}\nconst e = 1;\n"
MODULES = {"js/a.js": A, "js/sub/b.js": B, "js/sub/c.js": C}


def read(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def test_each_module_stands_after_what_it_needs() -> None:
    assert in_order("js/a.js", MODULES.__getitem__) == ["js/sub/c.js", "js/sub/b.js", "js/a.js"]


def test_a_bundle_keeps_what_modules_give_each_other_and_where_later_ones_are() -> None:
    made = bundle("js/a.js", MODULES.__getitem__)
    assert "const {c} = $0;" in made.replace("{ c }", "{c}")
    assert re.search(r"const \{ ?b, C: D ?\} = \$1;", made)
    assert 'import("./sub/later.js")' in made
    assert "Twice as good" not in made
    assert "export const a = $2.a;" in made


@pytest.mark.parametrize(
    "source",
    ["export let a = 1;\n", 'import * as b from "./b.js";\n', "export default 1;\n", 'import b from "yjs";\n'],
)
def test_what_would_mean_something_else_in_a_bundle_is_refused(source: str) -> None:
    with pytest.raises(Unbundled):
        bundle("js/a.js", {"js/a.js": source, "js/b.js": ""}.__getitem__)


def test_two_modules_that_export_one_name_are_refused() -> None:
    files = {
        "js/a.js": 'import { c } from "./b.js";\nexport const d = c;\n',
        "js/b.js": "export const [c, d] = [1, 2];\n",
    }
    with pytest.raises(Unbundled, match="d"):
        bundle("js/a.js", files.__getitem__)


def test_only_comments_with_lines_of_their_own_are_taken_out() -> None:
    kept = 'const at = "https://a.example"; // here\nconst text = `a /* b */`;\n'
    assert strip_comments("/* one\n * two */\n  // three\n" + kept) == kept


@pytest.mark.parametrize("entry", BUNDLED)
def test_the_pages_own_modules_can_be_bundled(entry: str, tmp_path: Path) -> None:
    made = bundle(entry, read)
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node: apt-get install nodejs")
    path = tmp_path / "bundle.mjs"
    path.write_text(made, "utf-8")
    subprocess.run([node, "--check", str(path)], check=True, timeout=60)


def test_where_nothing_was_gathered_each_module_goes_by_itself() -> None:
    found = scripts.scripts_of("js/lobby.js", LOBBY_MODULES)
    assert found.entry.endswith("/js/lobby.js")
    assert len(found.preload) == len(LOBBY_MODULES)
    assert found.import_map == ""
    assert scripts.files_of("js/lobby.js", LOBBY_MODULES) == ("js/lobby.js", *LOBBY_MODULES)


def test_a_bundled_page_lets_its_import_map_pass_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "is_bundled", lambda: True)
    found = scripts.scripts_of("js/room.js", ROOM_MODULES)
    assert found.preload == (found.entry,)
    assert found.import_map.count(found.entry) == len(ROOM_MODULES)
    response = HttpResponse()
    found.allow_on(response)
    [(directive, sources)] = response._csp_update.items()  # type: ignore[attr-defined]
    assert directive == "script-src"
    assert sources[0] == "'self'"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", sources[1])
