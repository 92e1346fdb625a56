"""The planted-PHI test: a whole visit with names and numbers that nobody else has, and then a search for them.

They must be found in no log, address, title, mail subject or error page, and in no file: databases, stills, voice
notes, recordings, checkpoints. The patient's own mail and the pages of those who treat them do name them, of course.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from farward.access_log import ErrorsWithoutWords, RouteInsteadOfPath
from farward.encounters.models import Encounter
from tests.captures.test_captures import JPEG, put
from tests.captures.test_captures import device_of as holding
from tests.clips.test_clips import WEBM, put_all
from tests.encounters.support import agree, bring_to, code_of, move, new_id, seat_of, send
from tests.note.support import form_of
from tests.recordings.support import all_agree, create, patch, start

if TYPE_CHECKING:
    from django.conf import LazySettings

    from farward.people.models import Site, User

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

NAME, COMPANION = "Quorvina Zzyzxley", "Wibbert Qxanthrop"
EMAIL, PHONE, MRN = "quorvina@zzyzx.example", "+254 711 903 728", "MRN-88420917"
BORN, STREET = "1931-11-07", "14 Flumquist Lane"
PLANTED = ("Quorvina", "Zzyzx", "Wibbert", "Qxanthrop", "711 903 728", "711903728", "88420917", BORN, "Flumquist")
STORY = f"{NAME}, born {BORN}, {MRN}, lives at {STREET} with {COMPANION}. Call {PHONE}."


class Heard(logging.Handler):
    """All that is logged, as the handler of settings.py would write it, in both formats."""

    def __init__(self) -> None:
        from pythonjsonlogger.json import JsonFormatter

        super().__init__(logging.DEBUG)
        self.text = io.StringIO()
        self.formats = [logging.Formatter("%(name)s %(message)s"), JsonFormatter("%(message)s")]
        self.addFilter(RouteInsteadOfPath())
        self.addFilter(ErrorsWithoutWords())

    def emit(self, record: logging.LogRecord) -> None:
        for each in self.formats:
            self.text.write(each.format(record) + "\n")


@pytest.fixture
def heard() -> Iterator[Heard]:
    handler, root = Heard(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def kept(tmp_path: Path, settings: LazySettings) -> Path:
    cache.clear()
    settings.FARWARD_CAPTURES_DIR = tmp_path / "captures"
    settings.FARWARD_CHECKPOINT_DIR = tmp_path / "checkpoints"
    return tmp_path


@pytest.fixture
def school(site: Site, amina: User, osei: User, kofi: User) -> School:
    return School(site, amina, osei, kofi)


def test_nothing_that_was_planted_is_found_where_it_should_not_be(
    heard: Heard, kept: Path, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = Pages()
    encounter = book(pages, school)
    treat(encounter)
    write_about(pages, encounter, school)
    look_around(pages, school, monkeypatch)
    for phase in ("together", "wrap_up", "debrief", "closed"):
        assert move(seat_of(encounter, "preceptor"), phase) == "ok"
    for connection in connections.all():
        connection.close()
    assert found_in(heard.text.getvalue()) == []
    assert found_in("\n".join(pages.addresses)) == []
    assert found_in("\n".join(pages.titles)) == []
    assert found_in("\n".join(pages.errors)) == []
    assert found_in("\n".join(str(message.subject) for message in mail.outbox)) == []
    assert mail.outbox
    assert found_in_files(kept) == {}


def test_the_search_would_find_it(kept: Path) -> None:
    """The same search over the same kinds of place finds what was put there in the open."""
    (kept / "left").write_bytes(b"\x00..." + NAME.encode("utf-16-le"))
    (kept / "packed").write_text(STORY)
    assert found_in_files(kept, databases=False).keys() == {"left", "packed"}
    assert found_in("GET /people/?q=Zzyzxley")
    assert found_in("UXVvcnZpbmEgWnp5enhsZXk=") == ["Quorvina Zzyzxley, packed"]


@dataclass(frozen=True)
class School:
    """Who works with the planted patient."""

    site: Site
    amina: User
    osei: User
    kofi: User


class Pages:
    """Opens pages as somebody's browser does, and keeps what is seen of them from outside."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.titles: list[str] = []
        self.errors: list[str] = []

    def see(self, answer: Any) -> Any:
        self.addresses.append(answer.headers.get("Location", ""))
        if "text/html" in answer.headers.get("Content-Type", ""):
            html = answer.content.decode()
            self.titles += re.findall(r"<title>(.*?)</title>", html, re.DOTALL)
            self.addresses += re.findall(r'(?:href|src|action)="([^"]*)"', html)
            if answer.status_code >= 400 and answer.status_code not in {409, 422}:
                self.errors.append(html)
        return answer


def signed_in(person: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def book(pages: Pages, school: School) -> Encounter:
    desk = signed_in(school.kofi)
    now = timezone.localtime(timezone.now(), school.site.zone)
    form = {
        "kind": "clinic",
        "day": now.date().isoformat(),
        "begins": f"{now:%H:%M}",
        "minutes": "40",
        "learner": str(school.amina.pk),
        "preceptor": str(school.osei.pk),
        "patient_name": NAME,
        "patient_email": EMAIL,
        "patient_phone": PHONE,
        "brief": STORY,
        "extra-0-role": "companion",
        "extra-0-name": COMPANION,
    }
    # Refused once, so that the form comes back with all that was typed.
    pages.see(desk.post("/e/new", form | {"minutes": "1000"}))
    pages.see(desk.post("/e/new", form))
    encounter = Encounter.objects.get()
    seat = seat_of(encounter, "patient")
    page = pages.see(desk.post(f"/e/{encounter.pk}/seats/{seat.pk}/link", {"act": "mail"}))
    link, _, token = re.search(r"/j#([\w-]+)\.([\w-]+)", page.content.decode()).group(0)[3:].partition(".")  # type: ignore[union-attr]
    device = Client()
    opened = device.post("/j", json.dumps({"link": link, "token": token}), content_type="application/json")
    assert opened.status_code == 200, opened.content
    for name in ("lobby", "", "left"):
        pages.see(device.get(f"/s/{seat.pk}/{name}"))
    return encounter


def treat(encounter: Encounter) -> None:
    """Everything that can be said and sent in a room, with the planted words in it."""
    agree(encounter)
    agree(encounter, "stills")
    all_agree(encounter)
    bring_to(encounter, "interview")
    patient, learner = seat_of(encounter, "patient"), seat_of(encounter, "learner")
    preceptor = seat_of(encounter, "preceptor")
    for seat, kind, payload in (
        (patient, "message", {"text": STORY}),
        (learner, "mark", {"label": MRN, "text": STORY}),
        (patient, "help", {"text": STORY}),
        (learner, "still.ask", {"of": str(patient.pk), "text": f"Your hand, {NAME}"}),
        (learner, "summary", {"text": STORY}),
    ):
        audience = "room" if kind == "still.ask" else None
        assert code_of(send(seat, kind, payload, audience)) == "ok", kind
    # Refused ones are judged and told too.
    assert code_of(send(patient, "mark", {"label": MRN, "text": STORY})) == "not_allowed"
    assert code_of(send(patient, "message", {"words": STORY})) == "bad_payload"
    still, clip = new_id(), new_id()
    assert put(holding(learner), learner, still, JPEG + STORY.encode()).status_code == 200
    shown = {
        "capture": str(still),
        "shows": str(patient.pk),
        "width": 5,
        "height": 5,
        "size": len(JPEG + STORY.encode()),
    }
    assert code_of(send(learner, "still", shown | {"caption": STORY})) == "ok"
    put_all(holding(patient), patient, clip, WEBM + STORY.encode() * 9)
    code, _recording = start(learner)
    assert code == "ok"
    film = b"\x1a\x45\xdf\xa3" + STORY.encode() * 200
    device = holding(learner)
    upload = create(device, learner, len(film))["Location"]
    assert patch(device, upload, 0, film[:9000]).status_code == 204
    assert move(preceptor, "hallway") == "ok"
    assert code_of(send(learner, "message", {"text": STORY}, "care")) == "ok"


def write_about(pages: Pages, encounter: Encounter, school: School) -> None:
    learner, preceptor = signed_in(school.amina), signed_in(school.osei)
    form = form_of(encounter, "submit", subjective=STORY, plan=MRN, comment_plan=NAME)
    pages.see(learner.post(f"/e/{encounter.pk}/note/", form))
    pages.see(preceptor.post(f"/e/{encounter.pk}/note/", {"act": "return", "version": "1", "comment": STORY}))
    pages.see(preceptor.post("/tower/say", {"seat": str(seat_of(encounter, "preceptor").pk), "text": STORY}))
    for client in (learner, preceptor):
        for page in ("/", "/week/", f"/e/{encounter.pk}/", f"/e/{encounter.pk}/note/", f"/e/{encounter.pk}/debrief/"):
            pages.see(client.get(page))


def look_around(pages: Pages, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong: searches, mistyped addresses, a name as password, and a fault that quotes the patient."""
    desk = signed_in(school.kofi)
    for path in (f"/people/?q={quote(NAME)}", f"/patients/{quote(NAME)}/", f"/e/{MRN}/", f"/week/?from={BORN}"):
        pages.see(desk.get(path))
    pages.see(Client().post("/accounts/login/", {"login": EMAIL, "password": NAME}))
    pages.see(Client().post("/accounts/password/reset/", {"email": EMAIL}))
    pages.see(Client().post("/j", STORY, content_type="application/json"))
    pages.see(Client().get("/accounts/login/", headers={"Host": "zzyzx.example", "Referer": f"https://x/{MRN}"}))
    monkeypatch.setattr("farward.web.views.home.home_of", _fails)
    answer = pages.see(signed_in(school.amina).get("/"))
    assert answer.status_code == 500
    monkeypatch.undo()


def _fails(*_arguments: object) -> None:
    try:
        raise ValueError(f"Key (name)=({NAME}) already exists.")
    except ValueError as error:
        raise RuntimeError(STORY) from error


def found_in(text: str) -> list[str]:
    """Which planted words stand in a text, also as UTF-8 in an address or as base64."""
    whole = text + "\n" + unquote_plus(text)
    found = [word for word in PLANTED if word.lower() in whole.lower()]
    packed = base64.b64encode(NAME.encode()).decode().rstrip("=")
    return found + ([f"{NAME}, packed"] if packed in text else [])


def found_in_files(folder: Path, *, databases: bool = True) -> dict[str, list[str]]:
    """Which files hold planted words, as UTF-8 or UTF-16: all that was kept, and both databases with their logs."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    if databases:
        for name in ("default", "keys"):
            path = Path(settings.DATABASES[name]["NAME"])
            with sqlite3.connect(path) as connection:
                connection.execute("PRAGMA wal_checkpoint(FULL)")
            files += [file for file in path.parent.glob(path.name + "*") if file.is_file()]
        assert len(files) > 5
    found = {}
    for file in files:
        data = file.read_bytes().lower()
        words = [word for word in PLANTED if any(word.lower().encode(code) in data for code in ("utf-8", "utf-16-le"))]
        if words:
            found[file.name] = words
    return found
