"""One rehearsal from empty directory to verdicts: school, server, browsers, play, and the journal's own check."""

from __future__ import annotations

import contextlib
import platform
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

from farward.cli.rehearse import play as plays
from farward.cli.rehearse.chromium import find_chromium, flags_for
from farward.cli.rehearse.ears import ROLES
from farward.cli.rehearse.faces import write_face
from farward.cli.rehearse.play import Play
from farward.cli.rehearse.player import PATIENCE_MS, Player
from farward.cli.rehearse.record import Record
from farward.cli.rehearse.school import Booked, book_rehearsal, journal_of
from farward.cli.rehearse.stage import Stage
from farward.environment import SettingError


def rehearse(chromium: Path | None, tell: Callable[[str], None]) -> Record:
    """Play one encounter and return what is left of it."""
    browser_path = find_chromium(chromium)
    with tempfile.TemporaryDirectory(prefix="farward-rehearsal-") as folder:
        stage = Stage(Path(folder) / "data")
        stage.prepare()
        booked = book_rehearsal(stage.environ)
        record = Record(began=now(), machine=machine())
        try:
            stage.start()
            tell(f"Server ready, {stage.url}")
            with players_in(lambda _role, *files: (browser_path, flags_for(*files)), booked, Path(folder)) as players:
                play = Play(stage, booked, players, record, tell)
                play.perform()
            _ask_the_journal(play)
        finally:
            stage.kill()
    return record


#: From a role, a voice and a face to the program of the browser and its flags.
Launch = Callable[[str, Path, Path], tuple[Path, list[str]]]


@contextlib.contextmanager
def players_in(
    launch: Launch, booked: Booked, folder: Path, patience: float = PATIENCE_MS / 1000
) -> Iterator[dict[str, Player]]:
    """Three browsers, each with the voice and the face of its person."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SettingError("rehearse: Playwright is not installed. Run `pip install 'farward[rehearse]'`.") from None
    with contextlib.ExitStack() as open_until_end:
        driver = open_until_end.enter_context(sync_playwright())
        players = {}
        for role in ROLES:
            voice = open_until_end.enter_context(as_file(files("farward.cli.rehearse") / "voices" / f"{role}.wav"))
            program, flags = launch(role, voice, write_face(role, folder / f"{role}.y4m"))
            browser = driver.chromium.launch(executable_path=str(program), headless=True, args=flags)
            open_until_end.callback(browser.close)
            players[role] = Player(role, booked.seats[role], browser, patience)
        yield players


def _ask_the_journal(play: Play) -> None:
    """What the server has kept, asked of the server's own command and of the journal."""
    done = play.stage.farward("journal", "verify")
    said = (done.stdout + done.stderr).strip().splitlines() or [""]
    play.ask("journal_verifies", done.returncode == 0, "`farward journal verify` finds the record whole.", said[-1])
    entries = journal_of(play.booked.encounter)
    written = [plays.STAFF_LINE, plays.ROOM_LINE, plays.OFFLINE_LINE, *plays.KILL_LINES.values()]
    messages = [payload for kind, _audience, payload in entries if kind == "message"]
    play.ask(
        "every_message_once",
        all(sum(line in message for message in messages) == 1 for line in written),
        "Each message typed is in the journal exactly once.",
        f"{len(entries)} entries",
    )


def now() -> str:
    """This minute, for the head of the report."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def machine() -> str:
    """What this was played on."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
