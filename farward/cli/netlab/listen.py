"""What a page of the laboratory hears: its received voices as sound, and the counters of its connections."""

from __future__ import annotations

import array
import base64
import io
import math
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

RATE = 16_000
#: Root mean square, 0 to 1, above which a voice is heard: −46 dB.
HEARD = 0.005
#: How long each value of a loudness curve is, in seconds.
STEP = 0.1


@dataclass(frozen=True, slots=True)
class Recording:
    """A voice as it arrived. `marks` say when which sample was heard, by the wall clock in seconds."""

    remote: str
    pcm: bytes
    marks: Sequence[tuple[int, float]]

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / RATE

    def samples(self) -> array.array[int]:
        """The sound as 16-bit numbers."""
        return array.array("h", self.pcm[: len(self.pcm) // 2 * 2])

    def time_of(self, sample: int) -> float:
        """When this sample was heard."""
        before = max((mark for mark in self.marks if mark[0] <= sample), default=self.marks[0])
        return before[1] + (sample - before[0]) / RATE

    def loudness(self) -> list[tuple[float, float]]:
        """Wall clock and level, 0 to 1, for each tenth of a second."""
        samples, step = self.samples(), int(RATE * STEP)
        starts = range(0, len(samples) - step + 1, step)
        return [(self.time_of(start), _level(samples[start : start + step])) for start in starts]

    def as_wav(self, seconds: float | None = None, rate: int = RATE) -> bytes:
        """The sound, or its last so many seconds, as a WAV file; at half the rate it is half as large."""
        samples = self.samples()
        if seconds is not None:
            samples = samples[-int(seconds * RATE) :]
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(samples[:: RATE // rate].tobytes())
        return out.getvalue()


def joined(recordings: Sequence[Recording]) -> Recording:
    """One recording of several of the same voice: a connection that was made anew goes on where the old one ended.

    The one with most voice counts first; of the others, which may carry none, what lies before or after it.
    What nobody received in between was silence.
    """
    chosen: list[Recording] = []
    for one in sorted((one for one in recordings if one.marks), key=_voice, reverse=True):
        start, end = _span(one)
        if all(end <= _span(other)[0] + STEP or start >= _span(other)[1] - STEP for other in chosen):
            chosen.append(one)
    chosen.sort(key=lambda one: _span(one)[0])
    pcm, marks = bytearray(), list[tuple[int, float]]()
    for one in chosen:
        start = one.time_of(0)
        if marks:
            last = marks[-1]
            missing = round((start - last[1]) * RATE) - (len(pcm) // 2 - last[0])
            pcm += bytes(2 * max(0, missing))
        marks += [(len(pcm) // 2 + place, at) for place, at in one.marks]
        pcm += one.pcm[: len(one.pcm) // 2 * 2]
    return Recording(recordings[0].remote, bytes(pcm), marks)


def _voice(one: Recording) -> tuple[int, int]:
    """How much voice is in it; of silence, the longest."""
    return sum(level >= HEARD for _at, level in one.loudness()), len(one.pcm)


def _span(one: Recording) -> tuple[float, float]:
    return one.time_of(0), one.time_of(len(one.pcm) // 2)


def _level(samples: array.array[int]) -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / 32768


def listen_in(context: BrowserContext) -> None:
    """Put the tap before the scripts of every page of this context."""
    context.add_init_script((files("farward.cli.netlab") / "tap.js").read_text("utf-8"))


def heard(page: Page) -> list[Recording]:
    """What this page has received since the last time."""
    return [
        Recording(one["remote"], base64.b64decode(one["pcm"]), [(place, at / 1000) for place, at in one["marks"]])
        for one in page.evaluate("async () => (await globalThis.farwardTap?.drain()) ?? []")
    ]


def counters(page: Page) -> list[dict[str, Any]]:
    """The counters of this page's connections, each with the address it leads to."""
    found: list[dict[str, Any]] = page.evaluate("async () => (await globalThis.farwardTap?.stats()) ?? []")
    return found
