"""What people say in a conversation: eight seconds of speech and twelve of listening, with the murmur of a room."""

from __future__ import annotations

import array
import random
import wave
from pathlib import Path

from .rows import TALKING, TURN_SECONDS

#: About −60 dB: no real room is as silent as a row of zeros.
MURMUR = 33


def write_conversation(voice: Path, path: Path) -> Path:
    """One turn as a WAV file, which Chromium plays at its microphone again and again."""
    with wave.open(str(voice)) as file:
        rate, speech = file.getframerate(), array.array("h", file.readframes(file.getnframes()))
    talk = speech[: int(TURN_SECONDS * TALKING * rate)]
    luck = random.Random(voice.name)
    silence = (round(luck.gauss(0, MURMUR)) for _ in range(int(TURN_SECONDS * rate) - len(talk)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((talk + array.array("h", silence)).tobytes())
    return path
