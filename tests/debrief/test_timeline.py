"""The timeline and its figures: pure, from entries to numbers and places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from farward.encounters import entries as kinds
from farward.encounters.debrief.drawing import GUTTER, RIGHT, WIDTH, clock, draw
from farward.encounters.debrief.figures import phase_seconds, seat_figures, supervision
from farward.encounters.debrief.spans import Span, merge, overlap, total
from farward.encounters.debrief.timeline import Line, Timeline, build_timeline

BEGINS = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AMINA, OSEI, RIVERA = (UUID(int=n) for n in (1, 2, 3))


def line(at: float, payload: msgspec.Struct, author: UUID = OSEI) -> Line:
    """An entry received `at` seconds after the beginning."""
    return Line(f"seat:{author}", BEGINS + timedelta(seconds=at), payload)


def came(at: float, who: UUID, state: str = "joined") -> Line:
    return line(at, kinds.PresenceChange(seat=who, state=state), who)  # type: ignore[arg-type]


def moved(at: float, to: str) -> Line:
    return line(at, kinds.PhaseMove(from_="huddle", to=to))  # type: ignore[arg-type]


def spoke(who: UUID, *spans: tuple[float, float], at: float = 590) -> Line:
    began = BEGINS.timestamp() * 1000
    return line(at, kinds.Talk(spans=[(int(began + a * 1000), int(began + b * 1000)) for a, b in spans]), who)


def timeline_of(*lines: Line) -> Timeline:
    found = build_timeline(sorted(lines, key=lambda one: one.received))
    assert found is not None
    return found


@pytest.fixture
def visit() -> Timeline:
    """Ten minutes: huddle 1, check-in 1, interview 3, hallway 2, interview 1, together 2."""
    return timeline_of(
        came(0, OSEI), came(5, AMINA), came(30, RIVERA),
        moved(60, "check_in"), moved(120, "interview"),
        line(150, kinds.StanceChange(stance="listening")), line(200, kinds.Whisper(on=True)),
        line(220, kinds.Whisper(on=False)), line(260, kinds.StanceChange(stance="away")),
        moved(300, "hallway"), moved(420, "interview"), moved(480, "together"),
        came(400, RIVERA, "lost"), came(430, RIVERA),
        line(310, kinds.Link(quality="weak"), AMINA), line(370, kinds.Link(quality="good"), AMINA),
        spoke(AMINA, (120, 150), (160, 190)), spoke(RIVERA, (150, 160), (190, 220)),
        line(250, kinds.Mark(label="teach this", text="Open question")),
        line(500, kinds.Message(text="Any drug allergies?"), AMINA),
        moved(600, "closed"),
    )  # fmt: skip


def test_without_anyone_there_is_no_timeline() -> None:
    assert build_timeline([line(0, kinds.Message(text="Hello?"))]) is None


def test_a_phase_entered_twice_is_added_up(visit: Timeline) -> None:
    assert phase_seconds(visit) == [
        ("huddle", 60), ("check_in", 60), ("interview", 240), ("hallway", 120), ("together", 120)
    ]  # fmt: skip
    assert visit.seconds == 600


def test_talk_is_shared_out_among_those_who_spoke(visit: Timeline) -> None:
    shares = {one.author: (one.talk, one.talk_share) for one in seat_figures(visit)}
    assert shares == {f"seat:{AMINA}": (60, 60), f"seat:{RIVERA}": (40, 40), f"seat:{OSEI}": (0, 0)}


def test_talk_that_is_reported_twice_counts_once() -> None:
    found = timeline_of(came(0, AMINA), spoke(AMINA, (10, 20), (15, 25)), spoke(AMINA, (10, 20), at=595))
    assert seat_figures(found)[0].talk == 15


def test_a_lost_connection_is_a_gap_and_not_presence(visit: Timeline) -> None:
    rivera = next(one for one in seat_figures(visit) if one.author == f"seat:{RIVERA}")
    assert (rivera.here, rivera.gaps, rivera.gap_seconds) == (540, 1, 30)


def test_weak_connection_lasts_until_it_is_good_again(visit: Timeline) -> None:
    amina = next(one for one in seat_figures(visit) if one.author == f"seat:{AMINA}")
    assert (amina.weak, amina.bad, amina.messages) == (60, 0, 1)


def test_supervision_says_by_which_stance_and_ends_the_whisper_in_listening(visit: Timeline) -> None:
    interview = next(one for one in supervision(visit, f"seat:{OSEI}") if one.phase == "interview")
    assert (interview.lasted, interview.here) == (240, 240)
    assert (interview.listening, interview.whispering, interview.joined_in) == (90, 20, 0)


def test_a_preceptor_who_left_supervises_no_more() -> None:
    found = timeline_of(
        came(0, OSEI), came(0, AMINA), moved(10, "interview"), line(20, kinds.StanceChange(stance="in")),
        came(50, OSEI, "left"), moved(110, "closed"),
    )  # fmt: skip
    interview = next(one for one in supervision(found, f"seat:{OSEI}") if one.phase == "interview")
    assert (interview.here, interview.joined_in) == (40, 30)


def test_what_is_written_after_the_close_makes_nothing_longer(visit: Timeline) -> None:
    found = timeline_of(came(0, AMINA), moved(60, "closed"), line(900, kinds.Message(text="Late"), AMINA))
    assert found.seconds == 60
    assert seat_figures(found)[0].messages == 0


def test_a_still_stands_where_it_was_taken_though_it_came_later() -> None:
    taken = int(BEGINS.timestamp() * 1000) + 30_000
    capture = UUID(int=(taken << 80) | (7 << 76) | (2 << 62) | 5)
    still = kinds.Still(capture=capture, shows=RIVERA, width=10, height=10, size=10)
    found = timeline_of(came(0, AMINA), line(300, still, AMINA))
    assert [(moment.kind, moment.at) for moment in found.moments] == [("still", 30.0)]


def test_a_still_with_an_impossible_number_stands_where_it_came_in() -> None:
    future = UUID(int=((int(BEGINS.timestamp() * 1000) + 10**9) << 80) | (7 << 76) | (2 << 62))
    for capture in (future, uuid4()):
        still = kinds.Still(capture=capture, shows=RIVERA, width=10, height=10, size=10)
        assert timeline_of(came(0, AMINA), line(300, still, AMINA)).moments[0].at == 300


def test_everything_drawn_lies_inside_the_picture(visit: Timeline) -> None:
    people = {f"seat:{who}": ("Name", "Role") for who in (AMINA, OSEI, RIVERA)}
    picture = draw(visit, people=people, words=str, number=lambda moment: 1 if moment.kind == "mark" else None)
    boxes = [*picture.phases, *(box for row in picture.rows for box in [*row.talk, *row.presence, *row.link])]
    assert boxes
    assert all(box.x >= GUTTER and box.x + box.width <= WIDTH - RIGHT + 2 for box in boxes)
    assert len(picture.signs) == 1
    assert len(picture.ticks) <= 13


def test_times_read_as_minutes_and_hours() -> None:
    assert [clock(0), clock(65), clock(3725)] == ["0:00", "1:05", "1:02:05"]


def test_spans_merge_and_overlap_without_counting_twice() -> None:
    assert merge([Span(5, 9), Span(0, 6), Span(20, 21)]) == [Span(0, 9), Span(20, 21)]
    assert total(overlap([Span(0, 10, "in")], [Span(2, 4), Span(8, 12)])) == 4


def test_a_stance_of_the_interview_says_nothing_in_the_hallway() -> None:
    found = timeline_of(
        came(0, OSEI), moved(10, "interview"), line(20, kinds.StanceChange(stance="listening")),
        moved(50, "hallway"), moved(90, "interview"), moved(100, "closed"),
    )  # fmt: skip
    assert found.lanes[f"seat:{OSEI}"].stance == [Span(20, 50, "listening"), Span(90, 100, "listening")]
    hallway = next(one for one in supervision(found, f"seat:{OSEI}") if one.phase == "hallway")
    assert (hallway.here, hallway.listening) == (40, 0)
