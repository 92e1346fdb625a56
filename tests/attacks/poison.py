"""Fills a school with text that tries to become markup or script, wherever text can be typed. Run in a server's data.

`python -m tests.attacks.poison` prints what a browser needs to look at all of it, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any

import django

#: Out of an attribute, a title, a text area, a script, a comment; by an event, an address, a template, a link.
LONG = (
    '"><img src=x onerror=pwned=1></title></textarea></script><script>pwned=1</script>'
    "<svg onload=pwned=1><a xlink:href=javascript:pwned=1>go</a></svg>-->"
    "<iframe srcdoc='<script>parent.pwned=1</script>'>"
    "[click](javascript:pwned=1) ![x](x\"onerror=pwned=1) <javascript:pwned=1> `${pwned=1}` {{7*7}} {% now 'Y' %}"
)
#: The same for fields of few letters.
SHORT = "'\"><img src=x onerror=pwned=1>{{7*7}}"
STAFF = {
    "learner": "learner",
    "preceptor": "preceptor",
    "kofi": "coordinator",
    "noor": "support",
    "bo": "administrator",
}


def main() -> None:
    django.setup()
    sys.stdout.write("\n" + json.dumps(poison()) + "\n")


def poison() -> dict[str, Any]:
    from django.utils import timezone

    from farward.encounters.actions.booking import SeatRequest, book_encounter
    from farward.encounters.actions.invitations import issue_invitation
    from farward.people.models import Rotation, Site
    from tests.encounters.support import join_all, move, seat_of
    from tests.fixtures.seeding import account, sign_in

    site = Site.objects.create(name=SHORT, time_zone="Africa/Nairobi", phone="+254 700 000 001")
    people = {key: account(f"{key}@poison.example", SHORT + key, role, SHORT) for key, role in STAFF.items()}
    today = timezone.localdate()
    rotation = Rotation.objects.create(name=SHORT, site=site, starts_on=today, ends_on=today + timedelta(weeks=2))
    rotation.learners.add(people["learner"])

    def book() -> Any:
        return book_encounter(
            by=people["kofi"],
            kind="simulated",
            site=site,
            rotation=rotation,
            starts_at=timezone.now(),
            ends_at=timezone.now() + timedelta(minutes=60),
            seats=[
                SeatRequest(role="learner", user=people["learner"]),
                SeatRequest(role="preceptor", user=people["preceptor"]),
                SeatRequest(role="patient", name=SHORT + "patient"),
                SeatRequest(role="companion", name=SHORT + "companion"),
            ],
            brief=LONG,
        )

    running, over = book(), book()
    for encounter in (running, over):
        join_all(encounter)
        for phase in ("check_in", "interview"):
            assert move(seat_of(encounter, "preceptor"), phase) == "ok"
        write(encounter)
    for phase in ("hallway", "together", "wrap_up", "debrief", "closed"):
        assert move(seat_of(over, "preceptor"), phase) == "ok"
    seat = seat_of(running, "patient")
    return {
        "running": str(running.pk),
        "over": str(over.pk),
        "patient": str(seat.pk),
        "link": issue_invitation(by=people["kofi"], seat=seat).url,
        "late": issue_invitation(by=people["kofi"], seat=seat_of(running, "companion")).url,
        "person": str(people["learner"].pk),
        "site": str(site.pk),
        "rotation": str(rotation.pk),
        "sessions": {key: sign_in(f"{key}@poison.example") for key in STAFF},
    }


def write(encounter: Any) -> None:
    """Every kind of entry that has text in it."""
    from tests.encounters.support import code_of, seat_of, send
    from tests.encounters.test_entry_rules import PULSE
    from tests.note.support import write_as

    patient, learner = seat_of(encounter, "patient"), seat_of(encounter, "learner")
    preceptor = seat_of(encounter, "preceptor")
    code = {"coding": [{"system": "http://loinc.org", "code": "8867-4", "display": LONG[:190]}]}
    quantity = {"value": 72, "unit": SHORT[:40], "system": "http://unitsofmeasure.org", "code": "/min"}
    for seat, kind, payload in (
        (patient, "message", {"text": LONG}),
        (learner, "mark", {"label": SHORT, "text": LONG}),
        (learner, "observation", PULSE | {"code": code, "valueQuantity": quantity}),
        (learner, "still.ask", {"of": str(patient.pk), "text": LONG}),
        (patient, "help", {"text": LONG}),
        (learner, "summary", {"text": LONG}),
        (preceptor, "note.comment", {"section": "plan", "text": LONG}),
    ):
        audience = "room" if kind == "still.ask" else None
        assert code_of(send(seat, kind, payload, audience)) == "ok", kind
    assert write_as(learner, dict.fromkeys(("subjective", "objective", "assessment", "plan"), LONG)) == "ok"
    submitted = dict.fromkeys(("subjective", "objective", "assessment", "plan"), LONG)
    assert code_of(send(learner, "note.submit", {"sections": submitted})) == "ok"


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "farward.settings"
    main()
