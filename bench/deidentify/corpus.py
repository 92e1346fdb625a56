"""Puts carriers together to documents: notes, chats and transcripts, each with its encounter's context and its labels."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

from bench.deidentify import personas
from bench.deidentify.carriers import PLAIN, PLANTED
from bench.deidentify.slots import Cast, Gold, fill, make_cast
from farward.deidentify import Context, Person

KINDS = ("note", "chat", "transcript")
SEED = 20260


@dataclass(frozen=True, slots=True)
class Document:
    """One labelled text and the context of its encounter."""

    kind: str
    text: str
    gold: tuple[Gold, ...]
    context: Context


def make_corpus(half: str, each: int, extra: list[str] | None = None) -> list[Document]:
    """`each` documents of each kind, the same every time.

    Args:
        half: "dev" or "held".
        extra: sentences without identifiers from elsewhere, strewn in.
    """
    personas.seed(SEED, half)
    rng = random.Random(f"{SEED}-{half}")
    documents = []
    for _ in range(each):
        cast = make_cast(rng, half)
        documents += [_document(cast, kind, half, extra or []) for kind in KINDS]
    return documents


def context_of(cast: Cast) -> Context:
    """What the encounter knows: its seats, the patient's own record, the site. Not relatives, employers, other doctors."""
    patient = cast.patient
    own = [cast.fixed[name] for name in ("plan",) if name in cast.fixed]
    address = f"{patient.street}, {patient.city}, {patient.state} {patient.zip}"
    return Context(
        people=(
            Person(patient.full, "patient", born=patient.born, phones=(patient.phone,), emails=(patient.email,), numbers=(patient.mrn, *own), addresses=(address,)),
            Person(cast.learner.full, "learner"),
            Person(cast.preceptor.full, "preceptor"),
        ),
        places=(cast.site,),
        dates=(cast.held,),
        held=cast.held,
    )  # fmt: skip


def _document(cast: Cast, kind: str, half: str, extra: list[str]) -> Document:
    rng = cast.rng
    lines = rng.sample(PLANTED[half][kind], 18) + rng.sample(PLAIN[half][kind], 14)
    lines += rng.sample(extra, min(len(extra), 6)) if kind != "chat" else []
    rng.shuffle(lines)
    text, gold = "", []
    for number, line in enumerate(lines):
        said, found = fill(line, cast)
        if kind == "chat":
            who = f"[{rng.randint(8, 17)}:{rng.randint(10, 59)}] "
            text += who
        elif kind == "transcript":
            said, found = _as_heard(said, found)
        gold += [Gold(len(text) + g.start, len(text) + g.end, g.cls, g.slot) for g in found]
        text += said + ("\n" if kind == "chat" or number % 4 == 3 else " " if kind != "transcript" else "\n")
    return Document(kind, text, tuple(gold), context_of(cast))


def _as_heard(said: str, gold: list[Gold]) -> tuple[str, list[Gold]]:
    """Lower case without points and commas, as a recogniser of speech writes it, and the labels moved along."""
    kept = [
        at
        for at, char in enumerate(said)
        if char not in ',;:?!()"' and not (char == "." and said[at + 1 : at + 2] in ("", " ", "\n"))
    ]
    moved = {at: new for new, at in enumerate(kept)}
    heard = "".join(said[at].lower() if len(said[at].lower()) == 1 else said[at] for at in kept)
    shifted = []
    for one in gold:
        places = [moved[at] for at in range(one.start, one.end) if at in moved]
        shifted.append(Gold(places[0], places[-1] + 1, one.cls, one.slot))
    return heard, shifted


def primock(folder: Path) -> list[str]:
    """Sentences of PriMock57's notes and dialogues (CC BY 4.0), where they are at hand; those with capitals inside are left out."""
    lines: list[str] = []
    for path in sorted(folder.glob("*.json")):
        lines += re.split(r"\n+|(?<=[.?])\s+", json.loads(path.read_text("utf-8"))["note"])
    for path in sorted(folder.glob("*.TextGrid")):
        lines += re.findall(r'text = "([^"<]{20,200})"', path.read_text("utf-8"))
    whole = [line.strip() for line in lines if 15 < len(line.strip()) < 200]
    return [
        line
        for line in whole
        if not re.search(r"(?<!^)\b(?!I\b)[A-Z][a-z]|\b(?:name|born|birth|address|doctor|19\d\d|20\d\d)\b|^Dr", line)
    ]
