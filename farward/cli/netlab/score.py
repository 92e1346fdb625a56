"""How well received speech can be understood: STOI and PESQ against the speech that went into the microphone.

The speech is a loop, so what arrived at any moment is somewhere in it: each piece is laid where it fits best, and
scored there. STOI (Taal et al. 2011, 0 to 1) is taken over pieces of two seconds, because a jitter buffer stretches
time; PESQ (ITU-T P.862, narrow band, −0.5 to 4.5) over eight. Both come from PyPI: `requirements/bench.txt`.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .listen import Recording

RATE = 8000
STOI_SECONDS, PESQ_SECONDS = 2, 8
#: Half a second, and how far it may be shifted: 80 ms.
HALF, SHIFT = RATE // 2, RATE * 80 // 1000
#: Below this share of the loudest a piece of the reference is a pause, and a pause cannot be understood.
QUIET = 0.02


#: The lowest that PESQ is given for speech.
SILENCE = 1.0


class NoScores(RuntimeError):
    """The packages that score are not installed."""


def check_tools() -> str:
    """Say what is missing, as a sentence; empty if nothing is.

    Raises:
        NoScores: not even STOI is there.
    """
    try:
        import pystoi  # noqa: F401
    except ImportError:
        raise NoScores(
            "The scores need pystoi: run `pip install --require-hashes -r requirements/bench.txt`."
        ) from None
    try:
        import pesq  # noqa: F401
    except ImportError:
        return "pesq is not installed (it needs a C compiler), so there is no PESQ in this run."
    return ""


def read_voice(path: Path) -> Any:
    """The speech at the microphone, as numbers from −1 to 1 at 8 kHz."""
    import numpy

    with wave.open(io.BytesIO(path.read_bytes())) as file:
        if file.getframerate() != RATE:
            raise ValueError(f"{path.name}: speech at {RATE} Hz is needed")
        return numpy.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def score(recording: Recording | None, voice: Any, spans: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """STOI and PESQ of what was heard within these spans of the wall clock. Nothing heard is not understood: 0."""
    stoi: list[float] = []
    pesq: list[float] = []
    for span in spans:
        sound = _within(recording, span)
        if not len(sound):
            stoi.append(0.0)
            continue
        stoi += [value for piece in _pieces(sound, STOI_SECONDS) if (value := _stoi(piece, voice)) is not None]
        pesq += [value for piece in _pieces(sound, PESQ_SECONDS) if (value := _pesq(piece, voice)) is not None]
    return {"stoi": _mean(stoi), "stoi_worst": round(min(stoi), 3) if stoi else None, "pesq": _mean(pesq)}


def _mean(values: Sequence[float]) -> float | None:
    return round(float(sum(values) / len(values)), 3) if values else None


def _within(recording: Recording | None, span: tuple[float, float]) -> Any:
    """The sound of this span at the rate of the scores; nothing if it was not heard."""
    import numpy
    from scipy.signal import resample_poly

    if recording is None or not recording.marks:
        return numpy.zeros(0)
    samples = numpy.array(recording.samples(), dtype=float) / 32768
    first, last = (_sample_at(recording, at) for at in span)
    return resample_poly(samples[max(0, first) : max(0, last)], 1, 2)


def _sample_at(recording: Recording, at: float) -> int:
    before = max((mark for mark in recording.marks if mark[1] <= at), default=recording.marks[0])
    return before[0] + round((at - before[1]) * RATE * 2)


def _pieces(sound: Any, seconds: int) -> Iterator[Any]:
    step = seconds * RATE
    for start in range(0, len(sound) - step + 1, step):
        yield sound[start : start + step]


def _lay(piece: Any, voice: Any) -> Any:
    """The piece of the loop that this one fits best."""
    import numpy

    loop = numpy.concatenate([voice, voice[: len(piece)]])
    place = _fit(piece, loop)
    return loop[place : place + len(piece)]


def _fit(piece: Any, within: Any) -> int:
    from scipy.signal import correlate

    return int(correlate(within, piece, mode="valid", method="fft").argmax()) if piece.any() else 0


def _lay_closely(piece: Any, voice: Any) -> Any:
    """The same, where each half second may be a little early or late: a jitter buffer stretches and squeezes speech.

    PESQ does this by itself; STOI takes a shift of ten milliseconds for noise.
    """
    import numpy

    loop = numpy.concatenate([voice, voice, voice])
    place = len(voice) + _fit(piece, loop[len(voice) : 2 * len(voice) + len(piece)])
    laid = []
    for start in range(0, len(piece), HALF):
        part = piece[start : start + HALF]
        first = place + start - SHIFT
        found = first + _fit(part, loop[first : first + 2 * SHIFT + len(part)])
        laid.append(loop[found : found + len(part)])
    return numpy.concatenate(laid)


def _stoi(piece: Any, voice: Any) -> float | None:
    """None where the speech itself was mostly a pause."""
    import numpy
    from pystoi import stoi

    spoken = _lay_closely(piece, voice)
    levels = numpy.sqrt(numpy.mean(spoken.reshape(-1, RATE // 50) ** 2, axis=1))
    if (levels > QUIET * numpy.abs(spoken).max()).mean() < 0.4:
        return None
    if not piece.any():
        return 0.0
    return max(0.0, float(stoi(spoken, piece, RATE)))


def _pesq(piece: Any, voice: Any) -> float | None:
    try:
        from pesq import NoUtterancesError, pesq
    except ImportError:
        return None
    if not piece.any():
        return SILENCE
    try:
        return float(pesq(RATE, _lay(piece, voice), piece, "nb"))
    except (NoUtterancesError, ValueError):
        # There is no speech in it, or so little sound that the measure divides by nothing.
        return SILENCE
