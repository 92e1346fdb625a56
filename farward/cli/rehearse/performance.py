"""What every play does: act after act, look at what each browser receives, and ask for verdicts."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from farward.cli.netlab.listen import HEARD
from farward.cli.rehearse import ears
from farward.cli.rehearse.ears import SCENES, Ears, Heard, Scene
from farward.cli.rehearse.player import Player
from farward.cli.rehearse.record import Act, Mark, Record
from farward.cli.rehearse.school import Booked
from farward.cli.rehearse.stage import Stage
from farward.cli.rehearse.verdicts import Verdicts

#: A look at the counters each so often, and how long each scene is measured.
LOOK_SECONDS = 0.5
SCENE_SECONDS = 4.0
#: The ladder begins with voice and climbs to a picture when it has seen that the link bears one.
SETTLE_SECONDS = 60.0
#: How much longer a busy machine may take for enough looks.
SLOW_SECONDS = 60.0

WAITED = re.compile(r"waiting for .+")

SCENE = {scene.key: scene for scene in SCENES}


@dataclass
class Performance:
    """Three players on one stage. `tell` gets one line for each thing that happens."""

    stage: Stage
    booked: Booked
    players: Mapping[str, Player]
    record: Record
    tell: Callable[[str], None]
    verdicts: Verdicts = field(default_factory=Verdicts)
    ears: Ears = field(default_factory=Ears)
    began: float = field(default_factory=time.monotonic)
    scene_seconds: ClassVar[float] = SCENE_SECONDS

    def __post_init__(self) -> None:
        self.roles = {seat: role for role, seat in self.booked.seats.items()}
        self.patient, self.learner, self.preceptor = (self.players[role] for role in ears.ROLES)

    def play(self, acts: Iterable[Callable[[], None]]) -> None:
        """Play them in order. A screen that does not come is one more verdict that failed; the rest is not played."""
        try:
            for act in acts:
                act()
        except Exception as error:
            # Playwright's errors and Stuck alike: the report says where the play stopped, and shows the screens.
            self.record.stopped = reason_of(error)
            self._keep_last_screens()
        self.verdicts.add("played_to_the_end", not self.record.stopped, "Every act was played.", self.record.stopped)
        errors = [f"{role}: {error}" for role, player in self.players.items() for error in player.errors]
        self.verdicts.add(
            "no_script_errors", not errors, "No page met an error in its scripts.", "; ".join(errors)[:300]
        )

    def finish(self) -> None:
        """Put what was looked at and judged into the record."""
        self.record.readings = self.ears.readings
        self.record.verdicts = self.verdicts.all
        self.record.seconds = self.now

    @property
    def now(self) -> float:
        return time.monotonic() - self.began

    def look(self) -> None:
        """Read every browser's counters once."""
        for role, player in self.players.items():
            with contextlib.suppress(Exception):
                self.ears.take(self.now, role, player.levels(self.roles))

    def look_up(self) -> None:
        """Let everyone look at the stage, wherever on the page they have been."""
        for player in self.players.values():
            player.look_up()

    def pause(self, seconds: float, until: Callable[[], bool] | None = None) -> bool:
        """Go on looking for a while, or until something holds; says whether it did."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            started = time.monotonic()
            self.look()
            if until is not None and until():
                return True
            self.patient.page.wait_for_timeout(max(20, (LOOK_SECONDS - (time.monotonic() - started)) * 1000))
        return until is None

    def settled(self, scene: Scene) -> bool:
        """Whether everyone who should be heard and seen has been, in the last look."""
        last = {(r.listener, r.source): r for r in self.ears.readings[-len(ears.ROLES) * 2 :]}
        return all(
            (reading := last.get(pair)) is not None
            and reading.level >= HEARD
            and (reading.frames > 0 or not scene.should_see(*pair))
            for pair in ears.pairs()
            if scene.should_hear(*pair)
        )

    def measure(self, key: str) -> None:
        """Wait until the voices have found their way, then listen, photograph and judge."""
        scene = SCENE[key]
        if not scene.unseen:
            self.look_up()
        self.pause(1.0)
        self.pause(SETTLE_SECONDS, until=lambda: self.settled(scene))
        self.begin_to_listen()
        start = self.now
        heard = [self.allow(pair) for pair in self.listen(scene, self.scene_seconds)]
        end = self.now
        pictures = {role: player.picture() for role, player in self.players.items()}
        self.record.acts.append(Act(scene, start, end, tuple(heard), pictures))
        before = len(self.verdicts.failed)
        ears.judge(scene, heard, self.verdicts)
        failed = len(self.verdicts.failed) - before
        self.tell(f"{scene.title}: measured" + (f", {failed} not as it should be" if failed else ""))

    def begin_to_listen(self) -> None:
        """Called when everyone has found their way, before what is heard counts."""

    def allow(self, pair: Heard) -> Heard:
        """What is owed to this listener of this source: all that the scene says."""
        return pair

    def listen(self, scene: Scene, seconds: float) -> list[Heard]:
        """What each seat receives from now on, over at least this time and enough looks."""
        start = self.now
        self.pause(seconds)
        self.pause(SLOW_SECONDS, until=lambda: self.ears.enough(start))
        return ears.sum_up(scene, self.ears.between(start, self.now))

    def _keep_last_screens(self) -> None:
        for role, player in self.players.items():
            with contextlib.suppress(Exception):
                self.record.extra.append((f"stopped_{role}", player.picture()))

    def agreed(self, purpose: str) -> bool:
        """Whether the learner's screen says that the patient has agreed to this."""
        return any(
            consent["purpose"] == purpose and consent["decision"] == "given"
            for consent in self.learner.room()["consents"]
        )

    def mark(self, text: str, *, since: float, fault: bool = False) -> None:
        """Flag a stretch of the timeline that ends now."""
        self.record.marks.append(Mark(since, self.now, text, fault))

    def ask(self, name: str, held: bool, sentence: str, measured: str = "") -> None:
        """One more verdict, told when it failed."""
        if not self.verdicts.add(name, held, sentence, measured):
            self.tell(f"Not so: {sentence}")

    def expect(self, name: str, sentence: str, until: Callable[[], bool], seconds: float = 30.0) -> None:
        """A verdict on something that must become so by itself, with the time it took."""
        start = self.now
        self.ask(name, self.pause(seconds, until=until), sentence, f"after {self.now - start:.1f} s")

    def move(self, mover: Player, phase: str) -> None:
        """Move the visit on, and wait until each screen says so."""
        mover.move_to(phase)
        for player in self.players.values():
            player.until(f"the phase is {phase}", lambda player=player: player.phase() == phase)  # type: ignore[misc]
        self.record.phases.append((phase, self.now))


def reason_of(error: Exception) -> str:
    """Why the play stopped, in one line, with what a screen did not show."""
    text = str(error).strip()
    first = text.splitlines()[0] if text else type(error).__name__
    waited = WAITED.search(text)
    return f"{first} ({waited[0]})" if waited else first
