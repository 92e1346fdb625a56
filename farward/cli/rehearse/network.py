"""The rehearsal on bad networks: one link for each seat, and what each of them gets over it.

A shorter play than the whole one: what is asked here is whether people come in, hear each other by whatever rung their
link allows, and are kept apart where they should be. The report lets one hear it.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from farward.cli.netlab.lab import Laboratory, NoLaboratory
from farward.cli.netlab.listen import HEARD, RATE, Recording, counters, heard, joined, listen_in
from farward.cli.netlab.plot import draw_plot
from farward.cli.netlab.profiles import UnknownProfile, find
from farward.cli.netlab.score import NoScores, check_tools, read_voice, score
from farward.cli.rehearse import ears
from farward.cli.rehearse.chromium import find_chromium, flags_in_laboratory
from farward.cli.rehearse.ears import ROLES, Heard, Scene
from farward.cli.rehearse.performance import Performance, reason_of
from farward.cli.rehearse.record import Connection, Loss, Record, Sound
from farward.cli.rehearse.run import machine, now, players_in
from farward.cli.rehearse.school import book_rehearsal
from farward.cli.rehearse.stage import Stage
from farward.cli.rehearse.verdicts import Verdict
from farward.environment import SettingError

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Pages come slowly over 40 kbit/s, and that is no fault.
PATIENCE_SECONDS = 180.0
#: How long the sound of each scene is listened to, and how much of the last is kept to be heard in the report.
SCENE_SECONDS = 12.0
SOUND_SECONDS = 8.0
#: Rungs on which nobody is heard live, by the ladder's own choice.
SILENT_RUNGS = {"text", "clip"}
LINE = "I wrote this over my own connection."


def read_networks(text: str) -> tuple[str, ...]:
    """Three names with commas between them: patient, learner, preceptor.

    Raises:
        SettingError: it is not three, or one of them is not known.
    """
    names = tuple(name.strip() for name in text.split(","))
    if len(names) != len(ROLES):
        raise SettingError(f"--network: give one network for each seat ({', '.join(ROLES)}), such as 2g,edge,lan.")
    try:
        for name in names:
            find(name)
    except UnknownProfile as error:
        raise SettingError(f"--network: {error}") from None
    return names


def rehearse_on(networks: Sequence[str], chromium: Path | None, tell: Callable[[str], None]) -> Record:
    """Play on these links, in the order of the seats, and return what is left of it.

    Raises:
        SettingError: there can be no laboratory here, or no browser.
    """
    browser_path = find_chromium(chromium)
    with contextlib.ExitStack() as until_end:
        folder = Path(until_end.enter_context(tempfile.TemporaryDirectory(prefix="farward-rehearsal-")))
        try:
            lab = until_end.enter_context(Laboratory(dict(zip(ROLES, networks, strict=True))))
        except NoLaboratory as error:
            raise SettingError(f"--network: {error}") from None
        # Ended from outside, it takes its server and its browsers with it, as Ctrl-C does.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        stage = Stage.in_laboratory(folder / "data", lab)
        stage.prepare()
        booked = book_rehearsal(stage.environ)
        record = Record(began=now(), machine=machine())
        until_end.callback(stage.kill)
        stage.start()
        tell(f"Server ready in laboratory {lab.name}")

        def launch(role: str, voice: Path, face: Path) -> tuple[Path, list[str]]:
            return lab.wrap(role, browser_path, folder), flags_in_laboratory(voice, face, lab)

        with players_in(launch, booked, folder, PATIENCE_SECONDS) as players:
            for player in players.values():
                listen_in(player.context)
            NetworkPlay(stage, booked, players, record, tell, lab=lab).perform()
        held = stage.farward("journal", "verify").returncode == 0
        record.verdicts.append(Verdict("journal_verifies", held, "`farward journal verify` finds the record whole."))
    return record


@dataclass
class NetworkPlay(Performance):
    """The acts on bad networks. Looks at rungs and links beside everything else."""

    lab: Laboratory = field(kw_only=True)
    counts: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    scene_seconds: ClassVar[float] = SCENE_SECONDS
    rungs: dict[str, list[tuple[float, str, str]]] = field(default_factory=lambda: {role: [] for role in ROLES})

    def perform(self) -> None:
        """Play it all, and keep what each seat got."""
        self.play((self.come_in, self.check_in, self.interview, self.together))
        try:
            self._keep_connections()
            missing = ""
        except Exception as error:
            missing = reason_of(error)
        self.verdicts.add(
            "connections_kept", not missing, "The report has the rungs and the sound of each seat.", missing
        )
        self.finish()

    # --- acts --------------------------------------------------------------------------------------------------------

    def come_in(self) -> None:
        for role, player in self.players.items():
            began = self.now
            if role == ears.PATIENT:
                player.come_by_link(self.booked.link)
            else:
                player.come_by_account(self.stage.url, self.booked)
            player.enter()
            self.record.extra.append((f"lobby_{role}", player.lobby_picture))
            self.ask(
                f"{role}_joined",
                True,
                f"The {role} came in over “{self.lab.places[role]}”.",
                f"after {self.now - began:.0f} s",
            )
            self.tell(f"The {role} is in the room, over {self.lab.places[role]}")

    def check_in(self) -> None:
        self.move(self.learner, "check_in")
        for purpose in ("visit", "learner"):
            self.patient.agree_to(purpose)
            self.patient.until(f"{purpose} is agreed to", lambda purpose=purpose: self.agreed(purpose))  # type: ignore[misc]
        self.patient.say(LINE)
        self.expect(
            "message_arrives",
            "What the patient types reaches the learner.",
            lambda: self.learner.shows("#thread", LINE),
            PATIENCE_SECONDS,
        )
        self.measure("check_in")

    def interview(self) -> None:
        self.move(self.learner, "interview")
        self.preceptor.page.click("[data-stance=listening]")
        self.measure("interview")

    def together(self) -> None:
        self.move(self.preceptor, "together")
        self.measure("together")

    # --- looking and judging -----------------------------------------------------------------------------------------

    def look(self) -> None:
        super().look()
        with contextlib.suppress(Exception):
            self.counts.append((self.now, self.lab.stats()["links"]))
        for role, player in self.players.items():
            with contextlib.suppress(Exception):
                rung, reason = player.rung()
                self.rungs[role].append((self.now, rung, reason))

    def settled(self, scene: Scene) -> bool:
        """Voices only: whether there is a picture is for the ladder to say."""
        last = {(r.listener, r.source): r for r in self.ears.readings[-len(ROLES) * 2 :]}
        return all(
            self._is_silent_by_choice(*pair) or ((reading := last.get(pair)) is not None and reading.level >= HEARD)
            for pair in ears.pairs()
            if scene.should_hear(*pair)
        )

    def begin_to_listen(self) -> None:
        """Forget what was heard so far, so that each scene has its own sound."""
        for player in self.players.values():
            heard(player.page)

    def allow(self, pair: Heard) -> Heard:
        """A picture is never owed on a bad network, and a voice not where the ladder has chosen voice notes."""
        by_choice = pair.expected and self._is_silent_by_choice(pair.listener, pair.source)
        return replace(pair, picture_optional=pair.expected_picture, sound_optional=by_choice)

    def _is_silent_by_choice(self, listener: str, source: str) -> bool:
        """Whether either end has stepped down to voice notes or text, and says so."""
        return any(self.rungs[role] and self.rungs[role][-1][1] in SILENT_RUNGS for role in (listener, source))

    # --- what each seat got ------------------------------------------------------------------------------------------

    def _keep_connections(self) -> None:
        for role, player in self.players.items():
            links = {self.lab.place_of(link["remote"]): link["received"]["audio"] for link in counters(player.page)}
            profile = self.lab.places[role]
            last = self.counts[-1][1][role] if self.counts else {}
            self.record.connections.append(
                Connection(
                    role=role,
                    network=profile,
                    text=find(profile).text,
                    rungs=_changes(self.rungs[role]),
                    sounds=tuple(self._sounds(player.page, links)),
                    plot=self._plot(role),
                    sent=_loss(last.get("up")),
                    received=_loss(last.get("down")),
                )
            )

    def _sounds(self, page: Page, links: Mapping[str, Mapping[str, float]]) -> Iterator[Sound]:
        """What this page heard of each other seat in the last scene, with scores where there can be some."""
        voices: dict[str, list[Recording]] = defaultdict(list)
        for recording in heard(page):
            voices[self.lab.place_of(recording.remote)].append(recording)
        for source, recordings in voices.items():
            recording = joined(recordings)
            if not source or recording.seconds < 1:
                continue
            scores = _score(recording, source)
            yield Sound(source, _share(links.get(source)), recording.as_wav(SOUND_SECONDS, RATE // 2), **scores)

    def _plot(self, role: str) -> str:
        counts = [(at, links[role]) for at, links in self.counts]
        steps = {role: [(at, rung) for at, rung, _reason in self.rungs[role]]}
        return draw_plot(counts, steps, (), f"The link of the {role}")


def _score(recording: Recording, source: str) -> dict[str, float | None]:
    """Empty without the packages that score."""
    try:
        check_tools()
    except NoScores:
        return {}
    voice = read_voice(Path(str(files("farward.cli.rehearse") / "voices" / f"{source}.wav")))
    whole = (recording.time_of(0), recording.time_of(len(recording.pcm) // 2))
    found = score(recording, voice, [whole])
    return {"stoi": found["stoi"], "pesq": found["pesq"]}


def _loss(tally: Mapping[str, int] | None) -> Loss:
    return Loss(tally["packets"], tally["lost"], tally["overflowed"]) if tally else Loss(0, 0, 0)


def _share(audio: Mapping[str, float] | None) -> float | None:
    """Which share of the sound was made up because it did not arrive."""
    return audio["concealed"] / audio["samples"] if audio and audio["samples"] else None


def _changes(steps: Sequence[tuple[float, str, str]]) -> tuple[tuple[float, str, str], ...]:
    changes: list[tuple[float, str, str]] = []
    for step in steps:
        if not changes or changes[-1][1] != step[1]:
            changes.append(step)
    return tuple(changes)
