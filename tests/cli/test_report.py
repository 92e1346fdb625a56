"""The rehearsal's report: one file that says plainly what held."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from farward.cli.rehearse.ears import SCENES
from farward.cli.rehearse.report import render_report, write_report
from tests.cli.made_up import made_up_record


def test_it_is_one_file_that_fetches_nothing(tmp_path: Path) -> None:
    path = write_report(made_up_record(), tmp_path / "out")
    page = path.read_text("utf-8")
    assert [item.name for item in path.parent.iterdir()] == ["report.html"]
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert "url(http" not in page
    assert "<script" not in page


def test_it_says_first_whether_all_held() -> None:
    assert "<h1>All 108 checks held</h1>" in render_report(made_up_record())
    assert "<h1>2 of 108 checks did not hold</h1>" in render_report(made_up_record(leak=True))


def test_what_did_not_hold_is_told_in_words_and_marked_in_the_table() -> None:
    page = render_report(made_up_record(leak=True))
    assert "<li>Hallway: the patient does not hear the preceptor." in page
    assert page.count('<td class="wrong">') == 1


def test_who_gets_voice_notes_by_choice_is_not_said_to_hear() -> None:
    record = made_up_record()
    last = record.acts[-3]
    silent = replace(last.heard[0], level=0.0, sound_optional=True)
    record.acts[-3] = replace(last, heard=(silent, *last.heard[1:]))
    assert "the patient gets voice notes from the learner" in render_report(record)


def test_every_scene_shows_each_seats_screen() -> None:
    page = render_report(made_up_record())
    for scene in SCENES:
        for role in ("Patient", "Learner", "Preceptor"):
            assert (
                f'alt="{role}&#x27;s screen: {scene.title}"' in page or f'alt="{role}\'s screen: {scene.title}"' in page
            )


def test_the_timeline_draws_each_voice_each_seat_received_and_each_fault() -> None:
    page = render_report(made_up_record())
    assert page.count('class="voice ') == 6
    assert "Server killed and started again" in page
    assert page.count('class="phase ') == len(SCENES) - 1


def test_words_of_the_screen_cannot_break_the_page() -> None:
    record = made_up_record()
    record.verdicts[0] = replace(record.verdicts[0], measured="<script>alert(1)</script>")
    assert "<script>" not in render_report(record)
