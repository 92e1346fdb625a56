"""A made-up record of a rehearsal, as if everything had gone well."""

from __future__ import annotations

import math

from farward.cli.rehearse import ears
from farward.cli.rehearse.ears import SCENES, Ears
from farward.cli.rehearse.record import Act, Mark, Record
from farward.cli.rehearse.verdicts import Verdicts

PICTURE = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
SCENE_SECONDS = 14.0


def made_up_record(*, leak: bool = False) -> Record:
    """Every scene plays for 14 seconds; with `leak`, the patient hears the preceptor in the hallway."""
    record = Record(began="2026-11-24 09:00 UTC", machine="Linux x86_64, Python 3.11")
    verdicts, listener = Verdicts(), Ears()
    energy = dict.fromkeys(ears.pairs(), 0.0)
    frames = dict.fromkeys(ears.pairs(), 0)
    for place, scene in enumerate(SCENES):
        start = place * SCENE_SECONDS
        if place and scene.key != "whisper":
            record.phases.append((scene.key, start))
        for step in range(int(SCENE_SECONDS * 2)):
            at = start + step / 2
            for pair in ears.pairs():
                leaks = leak and scene.key == "hallway" and pair == ("patient", "preceptor")
                if scene.should_hear(*pair) or leaks:
                    energy[pair] += 0.004 * abs(math.sin(at * 1.7))
                    frames[pair] += 6 if scene.should_see(*pair) or leaks else 0
            for role in ears.ROLES:
                counters = {
                    source: {"audioEnergy": energy[role, source], "videoFrames": frames[role, source]}
                    for source in ears.ROLES
                    if source != role
                }
                listener.take(at, role, counters)
        heard = ears.sum_up(scene, listener.between(start + 2, start + 8))
        ears.judge(scene, heard, verdicts)
        record.acts.append(Act(scene, start + 2, start + 8, tuple(heard), dict.fromkeys(ears.ROLES, PICTURE)))
    record.marks = [Mark(40.0, 50.0, "Whisper"), Mark(74.0, 82.0, "Server killed and started again", fault=True)]
    record.readings, record.verdicts = listener.readings, verdicts.all
    record.seconds = len(SCENES) * SCENE_SECONDS
    return record
