"""The play: every phase of a supervised clinic visit, two faults, and the questions asked of each screen."""

from __future__ import annotations

from farward.cli.rehearse import ears
from farward.cli.rehearse.ears import LEARNER, PATIENT, PRECEPTOR
from farward.cli.rehearse.performance import SCENE, SETTLE_SECONDS, Performance
from farward.cli.rehearse.player import Player
from farward.cli.rehearse.school import NAMES

STAFF_LINE = "Between us: ask about weight loss and night sweats."
ROOM_LINE = "Good morning, Ms Rivera. We can begin when you are ready."
OFFLINE_LINE = "Written while the network was down."
NOTE_LINE = "Cough for two weeks, worse at night. No fever."
SUMMARY_LINE = "Drink warm fluids, take the inhaler twice a day, and call us if you cough blood."
KILL_LINES = {
    PATIENT: "I wrote this while the server was dead.",
    LEARNER: "Typed by the learner while the server was dead.",
    PRECEPTOR: "Typed by the preceptor while the server was dead.",
}


class Play(Performance):
    """The acts, in the order in which they are played."""

    def perform(self) -> None:
        """Play it all, and ask the rest."""
        acts = (
            self.come_in, self.huddle, self.check_in, self.interview, self.whisper, self.line_cut, self.hallway,
            self.together, self.server_kill, self.wrap_up, self.debrief, self.note, self.close,
        )  # fmt: skip
        self.play(acts)
        self._ask_what_the_patient_got()
        self.finish()

    def come_in(self) -> None:
        """The patient by link, the two others by account; each through the lobby."""
        self.patient.come_by_link(self.booked.link)
        self.learner.come_by_account(self.stage.url, self.booked)
        self.preceptor.come_by_account(self.stage.url, self.booked)
        for player in self.players.values():
            player.enter()
            self.record.extra.append((f"lobby_{player.role}", player.lobby_picture))
            self.ask(f"{player.role}_joined", True, f"The {player.role} came in through the lobby.")
        for player in self.players.values():
            player.until("all three are here", lambda player=player: _all_here(player))  # type: ignore[misc]
        self.tell("All three are in the room")

    def huddle(self) -> None:
        self.preceptor.say(STAFF_LINE, "care")
        self.learner.until("the preceptor wrote", lambda: self.learner.shows("#thread", STAFF_LINE))
        self.ask(
            "huddle_patient_waits_with_reason",
            self.patient.shows("#hold") and bool(self.patient.page.inner_text("#hold-why").strip()),
            "Huddle: the patient's screen says why they wait.",
            self.patient.page.inner_text("#hold-why"),
        )
        self.measure("huddle")

    def check_in(self) -> None:
        self.move(self.learner, "check_in")
        self.learner.say(ROOM_LINE, "room")
        self.patient.until("the learner wrote", lambda: self.patient.shows("#thread", ROOM_LINE))
        blocked = self.learner.page.locator("[data-move=interview][aria-disabled=true]")
        self.ask("interview_waits_for_consent", blocked.count() == 1, "Check-in: no interview without consent.")
        for purpose in ("visit", "learner", "stills"):
            self.patient.agree_to(purpose)
            self.patient.until(f"{purpose} is agreed to", lambda purpose=purpose: self.agreed(purpose))  # type: ignore[misc]
        self.ask("consent_given", True, "Check-in: the patient agreed to the visit, to the learner and to pictures.")
        self.measure("check_in")

    def interview(self) -> None:
        self.move(self.learner, "interview")
        self.preceptor.page.click("[data-stance=listening]")
        self.patient.until("somebody listens", lambda: self.patient.shows("#listeners"))
        words = self.patient.page.inner_text("#listeners")
        self.ask(
            "listening_is_disclosed",
            NAMES[PRECEPTOR] in words,
            "Interview: the patient is told that the preceptor listens.",
            words.strip(),
        )
        self.learner.page.fill("#note-subjective", NOTE_LINE)
        self._keep_a_picture()
        self.measure("interview")

    def _keep_a_picture(self) -> None:
        """Ask for one, which any network carries; a moving picture to cut it from is not there on each."""
        self.learner.page.click("[data-ask] button")
        page = self.patient.page
        page.get_by_role("button", name="Take the picture", exact=True).click()
        page.click("[data-preview] button[value=keep]")
        still = self.preceptor.page.locator("[data-stills] img")
        self.expect(
            "still_reaches_preceptor",
            "Interview: a picture that the learner asked for reaches the preceptor.",
            lambda: still.count() > 0,
        )

    def whisper(self) -> None:
        start = self.now
        with self.preceptor.whispering():
            self.measure("whisper")
        self.mark("Whisper", since=start)

    def line_cut(self) -> None:
        """The learner's line to the server is cut; what is typed meanwhile waits on the device, and says so."""
        start = self.now
        self.learner.cut_line()
        self.learner.until("the line is down", lambda: not self.learner.is_connected())
        self.learner.say(OFFLINE_LINE, "room")
        self.expect(
            "offline_says_on_this_device",
            "Line cut: the unsent message says “On this device only”.",
            lambda: self.learner.shows("#thread .own .state", "On this device only"),
        )
        self.record.extra.append(("offline", self.learner.picture()))
        self.expect(
            "others_see_the_loss",
            "Line cut: the others see that the learner's connection is lost.",
            lambda: _presence(self.patient, self.booked.seats[LEARNER]) == "lost",
        )
        self.learner.mend_line()
        self.mark("Learner's line cut", since=start, fault=True)
        self.expect(
            "learner_returns",
            "Line cut: the learner's line comes back by itself.",
            self.learner.is_connected,
        )
        self.expect(
            "offline_message_sent",
            "Line cut: the waiting message was sent by itself.",
            lambda: (
                self.patient.shows("#thread", OFFLINE_LINE)
                and not self.learner.shows("#thread .own .state", "On this device only")
            ),
        )
        self.look_up()
        self.expect(
            "voices_after_line_cut",
            "Line cut: afterwards all voices and pictures are there.",
            lambda: self.settled(SCENE["interview"]),
            SETTLE_SECONDS,
        )

    def hallway(self) -> None:
        self.move(self.learner, "hallway")
        self.patient.until("the patient is held", lambda: self.patient.shows("#hold"))
        self.ask(
            "hallway_patient_told_why",
            bool(self.patient.page.inner_text("#hold-why").strip()) and self.patient.shows("#hold-time"),
            "Hallway: the patient's screen says why they wait, and how long.",
            self.patient.page.inner_text("#hold-why"),
        )
        self.measure("hallway")

    def together(self) -> None:
        self.move(self.preceptor, "together")
        self.measure("together")

    def server_kill(self) -> None:
        """SIGKILL while all three talk and type; sound goes on between the browsers, words wait."""
        start = self.now
        self.stage.kill()
        self.tell("Server killed")
        for role, player in self.players.items():
            player.until("the line is down", lambda player=player: not player.is_connected())  # type: ignore[misc]
            player.say(KILL_LINES[role], "room")
        through = self.listen(SCENE["together"], 3.0)
        self.ask(
            "talk_survives_the_server",
            all(pair.sound_held for pair in through),
            "Server killed: the three go on hearing each other without it.",
            f"faintest {ears.decibels(min(pair.level for pair in through))}",
        )
        waiting = all(player.shows("#thread .own .state", "On this device only") for player in self.players.values())
        self.ask("typed_words_wait", waiting, "Server killed: what all three typed says that it is on the device only.")
        self.record.extra.append(("server_dead", self.preceptor.picture()))
        self.stage.start()
        self.mark("Server killed and started again", since=start, fault=True)
        self.tell("Server started again")
        self._ask_nothing_lost()
        self.ask(
            "same_phase_after_kill",
            all(player.phase() == "together" for player in self.players.values()),
            "Server back: everyone is still in the phase they were in.",
        )

    def _ask_nothing_lost(self) -> None:
        self.expect(
            "lines_return",
            "Server back: all three lines come back by themselves.",
            lambda: all(player.is_connected() for player in self.players.values()),
            60,
        )
        self.expect(
            "nothing_typed_was_lost",
            "Server back: what was typed meanwhile reached the two others.",
            lambda: all(self._read(role) for role in ears.ROLES),
        )

    def _read(self, role: str) -> bool:
        return all(self.players[role].shows("#thread", line) for line in KILL_LINES.values())

    def wrap_up(self) -> None:
        self.move(self.preceptor, "wrap_up")
        self.learner.page.fill("#summary-draft", SUMMARY_LINE)
        self.learner.page.click("#summary form button")
        self.expect(
            "patient_gets_summary",
            "Wrap-up: the patient can read the summary.",
            lambda: self.patient.shows("[data-summary-text]", SUMMARY_LINE),
        )
        self.measure("wrap_up")

    def debrief(self) -> None:
        self.move(self.preceptor, "debrief")
        self.measure("debrief")

    def note(self) -> None:
        """The learner submits the note, the preceptor co-signs exactly that text."""
        self.learner.page.fill("#note-assessment", "Post-infectious cough; asthma to be ruled out.")
        self.learner.page.fill("#note-plan", "Peak flow diary for two weeks, then review.")
        self.learner.page.click("[data-submit]")
        self.preceptor.page.wait_for_selector("[data-signing]:not([hidden])")
        shown = self.preceptor.page.inner_text("[data-signing-text]")
        self.ask("preceptor_reads_the_note", NOTE_LINE in shown, "Note: the preceptor reads what was submitted.")
        self.preceptor.page.click("[data-cosign]")
        self.expect(
            "note_cosigned",
            "Note: the preceptor co-signed it, and the learner's screen says so.",
            lambda: bool(self.learner.room()["encounter"]["note_state"] == "cosigned"),
        )
        self.tell("Note submitted and co-signed")

    def close(self) -> None:
        self.move(self.preceptor, "closed")
        self.measure("closed")
        page = self.preceptor.page
        answer = page.goto(f"{self.stage.url}/e/{self.booked.encounter}/debrief/")
        drawn = answer is not None and answer.ok and page.locator("main svg").count() > 0
        self.ask("debrief_page_drawn", drawn, "Closed: the debrief page draws who spoke when.")
        self.record.extra.append(("debrief_page", self.preceptor.picture(whole=True)))

    def _ask_what_the_patient_got(self) -> None:
        everything = "\n".join(self.patient.received)
        self.verdicts.add(
            "patient_device_never_got_staff_words",
            STAFF_LINE not in everything and NOTE_LINE not in everything and "note.update" not in everything,
            "No frame that reached the patient's device held staff words or the note.",
            f"{len(self.patient.received)} frames read",
        )


def _presence(player: Player, seat: str) -> str:
    return next(str(person["presence"]) for person in player.room()["seats"] if person["seat"] == seat)


def _all_here(player: Player) -> bool:
    return all(person["presence"] in {"joined", "weak"} for person in player.room()["seats"])
