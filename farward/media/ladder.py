"""The one table of the ladder: every rung, what it sends, what it weighs, and how patient a device is between them.

Handed to the browser as JSON, so that the lobby's cost, the sender's parameters and the choice of rungs rest on the
same numbers. Rates are those of IP packets; where the numbers come from is told in docs/ladder.md.
"""

from __future__ import annotations

from typing import Any, Final, TypedDict

RUNGS: Final = ("text", "clip", "voice", "stills", "thumb", "video", "hd")
REASONS: Final = (
    "start", "better", "loss", "delay", "narrow", "cpu", "battery", "save_data",
    "budget", "pin", "unseen", "asked", "priority", "silent", "lost",
)  # fmt: skip


class Voice(TypedDict):
    """How live sound is sent: `bitrate` in bit/s, `ptime` in ms, `red` whether each packet repeats the one before."""

    bitrate: int
    ptime: int
    red: bool
    wireKbps: float


class Picture(TypedDict, total=False):
    """How a picture is sent. `wireKbps` is what must be free beside the voice."""

    everyMs: int
    bytes: int
    width: int
    height: int
    maxBitrate: int
    maxFramerate: int
    wireKbps: float


class Weight(TypedDict):
    """Megabytes a minute to one other person and from one."""

    up: float
    down: float


def _voice(bitrate: int, ptime: int, wire: float, *, red: bool = False) -> Voice:
    return Voice(bitrate=bitrate, ptime=ptime, red=red, wireKbps=wire)


#: From the leanest up, by what they weigh on the wire while somebody talks without a pause.
VOICES: Final = (
    _voice(6_000, 120, 8.9),
    _voice(8_000, 120, 10.5),
    _voice(12_000, 120, 14.7),
    _voice(8_000, 120, 16.9, red=True),
    _voice(12_000, 60, 17.7),
    _voice(16_000, 60, 20.7),
    _voice(12_000, 120, 23.7, red=True),
    _voice(16_000, 40, 43.0, red=True),
    _voice(24_000, 20, 44.0),
)

PICTURES: Final[dict[str, Picture]] = {
    "stills": Picture(everyMs=6_000, bytes=2_400, width=160, height=120, wireKbps=4.5),
    "thumb": Picture(width=192, height=144, maxBitrate=20_000, maxFramerate=6, wireKbps=27.0),
    "video": Picture(width=320, height=240, maxBitrate=110_000, maxFramerate=15, wireKbps=119.0),
    "hd": Picture(width=1280, height=720, maxBitrate=1_200_000, maxFramerate=25, wireKbps=1_250.0),
}
SCREEN: Final = Picture(maxBitrate=250_000, maxFramerate=5)

#: Times in ms, losses as shares from 0 to 1.
PATIENCE: Final[dict[str, float]] = {
    "upMs": 4_000,  # a stable spell before the next rung up, doubled with each failed try ...
    "upMostMs": 240_000,  # ... up to this
    "luxuryMs": 32_000,  # ... but so long before what is no need on a far link: a larger picture, a better voice
    "quickMs": 900,  # ... but so short to what has not failed, on a link that answers within ...
    "nearMs": 250,  # ... this: there a rise that was too much shows at once
    "turnMs": 30_000,  # after a change of direction none upwards for so long
    "failMs": 20_000,  # trouble so soon after a rise is the rise's
    "forgetMs": 300_000,  # failed tries are forgotten after so long without trouble
    "easeMs": 3_000,  # so long until a fall is seen to have helped: queues must empty and reports come in ...
    "easePictureMs": 6_000,  # ... and so long after that of a picture, which has filled them more
    "graceMs": 5_000,  # an estimate of the bandwidth is believed when it has not grown for so long
    "playoutMs": 200,  # a voice that comes in so late may only wait to be played
    "stillMs": 5_000,  # a delay that does not change for so long is the path's own
    "ownMostMs": 1_500,  # but no more than this: a longer delay is that of a queue
    "settleMs": 10_000,  # loss and delay that stay so long on the leanest voice are the link's own
    "clipMs": 4_000,  # live voice that does not hold for so long yields to voice notes
    "clearMs": 8_000,  # but not so soon after a fall, for queues and reports still tell of what was before ...
    "clearPictureMs": 16_000,  # ... and not so soon after that of a picture
    "newsMs": 2_500,  # and only while new reports say so
    "probeMs": 30_000,  # from voice notes the live voice is tried again, doubled with each failed try ...
    "probeBlindMs": 120_000,  # ... and later where nobody's live voice shows that there is room
    "beatMs": 900,  # with nothing heard for so long, what was said of loss and delay is old
    "silentMs": 2_000,
    "lostMs": 20_000,
    "settledMs": 3_000,  # after its return a path still empties its queues
    "staleLossMs": 8_000,  # and the reports on what was lost while it was away come in
    "heldMs": 30_000,  # after so long under a cap what was possible before must be proven again
    "lossMild": 0.1,
    "lossHard": 0.2,
    "lossHardAbove": 0.12,  # heavy loss is also so much more than the link's own
    "lossNoHold": 0.3,
    "redOn": 0.04,
    "redOff": 0.03,
    "delayUneasyMs": 150,
    "delayMildMs": 300,
    "delayHardMs": 1_200,
    "delayNoHoldMs": 3_000,
    "batteryLow": 0.2,
    "batteryEmpty": 0.1,
    "visitMinutes": 30,
    "restMinutes": 10,  # a visit is never thought to end sooner than this
}

#: The share of a visit in which one person talks, and what silence weighs, in kbit/s.
TALKING: Final = 0.4
PAUSE_KBPS: Final = 2.5


def _weight(kbps: float) -> Weight:
    megabytes = round(kbps * 60 / 8 / 1000, 4)
    return Weight(up=megabytes, down=megabytes)


def _weights() -> dict[str, Weight]:
    """Each rung's weight for one other person. Voice notes and text are thought of as a little of each."""
    voice = VOICES[4]["wireKbps"] * TALKING + PAUSE_KBPS * (1 - TALKING)
    live = {name: _weight(voice + picture["wireKbps"]) for name, picture in PICTURES.items()}
    return {"text": _weight(0.2), "clip": _weight(3.0), "voice": _weight(voice), **live}


def table() -> dict[str, Any]:
    """The whole table, ready for JSON."""
    return {
        "rungs": list(RUNGS),
        "reasons": list(REASONS),
        "voices": [dict(voice) for voice in VOICES],
        "pictures": {name: dict(picture) for name, picture in PICTURES.items()},
        "screen": dict(SCREEN),
        "patience": dict(PATIENCE),
        "megabytesPerMinute": {rung: dict(weight) for rung, weight in _weights().items()},
    }
