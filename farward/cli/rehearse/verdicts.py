"""What the rehearsal asserts, and whether it held."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing asserted: a name for machines, a sentence for people, and what was measured."""

    name: str
    held: bool
    sentence: str
    measured: str = ""


@dataclass
class Verdicts:
    """All verdicts in the order they were reached. The same name may be asserted once only."""

    all: list[Verdict] = field(default_factory=list)

    def add(self, name: str, held: bool, sentence: str, measured: str = "") -> bool:
        """Record one; returns whether it held."""
        if any(verdict.name == name for verdict in self.all):
            raise ValueError(f"verdict {name!r} is reached twice")
        self.all.append(Verdict(name, held, sentence, measured))
        return held

    @property
    def failed(self) -> list[Verdict]:
        return [verdict for verdict in self.all if not verdict.held]
