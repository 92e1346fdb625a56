"""Where rows are measured: a laboratory with a server in its middle, and for each row three browsers of its own."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from farward.cli.netlab.lab import Laboratory
from farward.cli.rehearse.chromium import find_chromium, flags_in_laboratory
from farward.cli.rehearse.faces import write_face
from farward.cli.rehearse.school import book_simulated
from farward.cli.rehearse.stage import Stage

from .rows import THREE, Row
from .sides import FarwardSide, PlainSide, Side
from .speech import write_conversation

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VOICES = Path(__file__).resolve().parents[2] / "farward" / "cli" / "rehearse" / "voices"
#: What coming in and going may take beside the row's own times, before a browser that hangs is ended.
SPARE_SECONDS = 240.0


class TookTooLong(RuntimeError):
    """A row was ended because a browser did not answer."""


@dataclass
class Stand:
    """The laboratory and the server, for all rows."""

    lab: Laboratory
    stage: Stage
    folder: Path
    book: Callable[[Sequence[str]], Mapping[str, Any]]

    @contextlib.contextmanager
    def side(self, name: str, row: Row) -> Iterator[Side]:
        """One side of the comparison with fresh browsers, so that no row suffers from the one before."""
        if self.stage.process is None or self.stage.process.poll() is not None:
            self.stage.start()
        over = threading.Event()
        watch = threading.Timer(row.settle + row.seconds + SPARE_SECONDS, self._end, [over])
        watch.daemon = True
        watch.start()
        try:
            with sync_playwright() as driver, contextlib.ExitStack() as until_end:
                browsers = {}
                for place in row.places:
                    browsers[place] = self._launch(driver, place, row)
                    until_end.callback(_close, browsers[place])
                side: Side = (
                    FarwardSide(self.lab, browsers, self.book) if name == "farward" else PlainSide(self.lab, browsers)
                )
                until_end.callback(side.close)
                yield side
        except Exception as error:
            if over.is_set():
                raise TookTooLong("a browser did not answer and was ended") from error
            raise
        finally:
            watch.cancel()
            for place in THREE:
                self.lab.clear(place)
                self.lab.change(place, "lan")

    def _launch(self, driver: Any, place: str, row: Row) -> Browser:
        voice = VOICES / f"{place}.wav"
        if row.pin:
            voice = write_conversation(voice, self.folder / f"{place}.wav")
        face = self.folder / f"{place}.y4m"
        if not face.exists():
            write_face(place, face)
        browser: Browser = driver.chromium.launch(
            executable_path=str(self.lab.wrap(place, find_chromium(), self.folder)),
            headless=True,
            args=flags_in_laboratory(voice, face, self.lab),
        )
        return browser

    def _end(self, over: threading.Event) -> None:
        over.set()
        for place in THREE:
            self.lab.clear(place)


def _close(browser: Browser) -> None:
    with contextlib.suppress(Exception):
        browser.close()


@contextlib.contextmanager
def open_stand() -> Iterator[Stand]:
    """The laboratory with its server, all of it gone afterwards."""
    with contextlib.ExitStack() as until_end:
        folder = Path(until_end.enter_context(tempfile.TemporaryDirectory(prefix="farward-network-")))
        lab = until_end.enter_context(Laboratory(dict.fromkeys(THREE, "lan")))
        stage = Stage.in_laboratory(folder / "data", lab)
        stage.prepare()
        book = book_simulated(stage.environ)
        until_end.callback(stage.kill)
        stage.start()
        yield Stand(lab, stage, folder, book)
