"""`farward rehearse`, played once for real, as IT staff and CI run it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.browser import CHROMIUM
from tests.fixtures.server import ROOT, Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install chromium")
    folder = tmp_path_factory.mktemp("rehearsal")
    environ = Server(data_dir=folder / "unused").environ()
    done = subprocess.run(
        [sys.executable, "-m", "farward.cli", "rehearse", "--json", "--out", str(folder)],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    return done, folder


Rehearsal = tuple[subprocess.CompletedProcess[str], Path]


def verdicts(rehearsal: Rehearsal) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rehearsal[0].stdout)["verdicts"]
    return found


def test_a_whole_encounter_is_played_and_everything_holds(rehearsal: Rehearsal) -> None:
    done, _folder = rehearsal
    assert [name for name, held in verdicts(rehearsal).items() if not held] == [], done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        "hallway_patient_does_not_hear_learner",
        "hallway_patient_does_not_hear_preceptor",
        "whisper_learner_hears_preceptor",
        "whisper_patient_does_not_hear_preceptor",
        "interview_preceptor_hears_patient",
        "listening_is_disclosed",
        "offline_says_on_this_device",
        "talk_survives_the_server",
        "nothing_typed_was_lost",
        "note_cosigned",
        "patient_device_never_got_staff_words",
        "journal_verifies",
    ],
)
def test_what_matters_most_was_asked(rehearsal: Rehearsal, name: str) -> None:
    assert name in verdicts(rehearsal)


def test_the_report_shows_every_scene(rehearsal: Rehearsal) -> None:
    page = (rehearsal[1] / "report.html").read_text("utf-8")
    assert page.count("data:image/jpeg;base64,") >= 27
    assert "checks held" in page


def test_progress_goes_to_standard_error(rehearsal: Rehearsal) -> None:
    assert "Hallway: measured" in rehearsal[0].stderr
