"""The privacy officer's screens: what they show, to whom, and who may mark off what."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from farward.encounters.accounting.signals import look_for_signals
from farward.encounters.models import Encounter
from farward.journal.ledgers import ledger_of
from farward.journal.queries import decode, read_entries
from farward.people.models import Site, User
from farward.privacy.entries import AccessReviewed
from farward.privacy.models import AccessRecord, Flag
from farward.privacy.reviews import ReviewRefused, raise_flag, review_flag
from farward.privacy.words import Signal
from tests.encounters.support import bring_to
from tests.fixtures.cast import Booker, make_person

pytestmark = pytest.mark.django_db

SCREENS = ["review_queue", "accesses", "accesses_csv"]


@pytest.fixture
def clinic(booked: Booker) -> Encounter:
    encounter = booked(kind="clinic")
    bring_to(encounter, "closed")
    return encounter


def as_user(user: User) -> Client:
    client = Client(headers={"user-agent": "Firefox Windows"}, REMOTE_ADDR="203.0.113.9")
    client.force_login(user)
    return client


@pytest.fixture
def officer(privacy_officer: User) -> Client:
    return as_user(privacy_officer)


@pytest.fixture
def looked(clinic: Encounter, osei: User) -> Encounter:
    """Dr Osei read the note and the debrief."""
    for page in ("note", "debrief"):
        as_user(osei).get(reverse(page, args=[clinic.pk]))
    return clinic


@pytest.fixture
def flag(looked: Encounter, osei: User) -> Flag:
    line = AccessRecord.objects.earliest("pk")
    raise_flag(signal=Signal.OUTSIDE, user_id=osei.pk, encounter=looked.pk, entry=line.entry, at=line.at)
    return Flag.objects.get()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("person", ["amina", "osei", "kofi", "sam", "support", "administrator"])
def test_a_screen_is_not_there_for_anybody_else(screen: str, person: str, request: pytest.FixtureRequest) -> None:
    assert as_user(request.getfixturevalue(person)).get(reverse(screen)).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    for screen in SCREENS:
        assert client.get(reverse(screen)).status_code == 302


def test_an_access_is_told_in_words(officer: Client, looked: Encounter) -> None:
    page = officer.get(reverse("accesses"), {"patient": "rivera"}).content.decode()
    for words in ("Dr Osei", "The note", "The debrief", "Teaching", "203.0.113.9", "Firefox Windows", "EAT"):
        assert words in page


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"patient": "Ms Rivera"}, 2),
        ({"patient": "rivera@mail.example"}, 2),
        ({"patient": "Somebody Else"}, 0),
        ({"person": "osei"}, 2),
        ({"person": "kofi"}, 0),
        ({"what": "note"}, 1),
        ({"since": "2020-01-01", "until": "2020-01-02"}, 0),
    ],
)
def test_accesses_are_filtered(officer: Client, looked: Encounter, wanted: dict[str, str], found: int) -> None:
    page = officer.get(reverse("accesses"), wanted)
    assert page.context["page"].paginator.count == found


def test_a_day_that_is_none_is_said_at_its_field(officer: Client) -> None:
    page = officer.get(reverse("accesses"), {"since": "yesterday"})
    assert page.status_code == 422
    assert 'id="id_since_error"' in page.content.decode()


def test_the_file_holds_what_the_page_shows(officer: Client, looked: Encounter) -> None:
    answer = officer.get(reverse("accesses_csv"), {"encounter": str(looked.pk)})
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["Time (UTC)", "Who", "Role", "What"]
    assert sorted(row[8] for row in rows[1:]) == ["debrief", "note"]
    assert {(row[1], row[6], row[9]) for row in rows[1:]} == {("Dr Osei", str(looked.pk), "203.0.113.9")}


def test_a_name_is_no_formula_for_a_spreadsheet(officer: Client, looked: Encounter, osei: User) -> None:
    User.objects.filter(pk=osei.pk).update(name="=HYPERLINK(1)")
    rows = list(csv.reader(io.StringIO(officer.get(reverse("accesses_csv")).content.decode("utf-8-sig"))))
    assert "'=HYPERLINK(1)" in {row[1] for row in rows}


def test_looking_at_accesses_is_an_access(officer: Client, looked: Encounter, privacy_officer: User) -> None:
    officer.get(reverse("accesses"), {"encounter": str(looked.pk)})
    officer.get(reverse("accesses_csv"), {"encounter": str(looked.pk)})
    own = AccessRecord.objects.filter(user=privacy_officer).order_by("pk")
    assert [(line.view, line.what, line.why, line.encounter) for line in own] == [
        (view, "access", "oversight", looked.pk) for view in ("accesses", "accesses_csv")
    ]


def test_an_officer_of_another_site_sees_nothing_of_this_one(looked: Encounter, flag: Flag, other_site: Site) -> None:
    far = as_user(make_person("Luz Far", other_site, "privacy_officer"))
    for filtered in ({}, {"encounter": str(looked.pk)}, {"patient": "rivera"}):
        assert far.get(reverse("accesses"), filtered).context["lines"] == []
    assert far.get(reverse("review_queue")).context["items"] == []
    assert far.post(reverse("review_flag", args=[flag.pk]), {"verdict": "fine", "word": "x"}).status_code == 404


def test_the_queue_finds_its_signals_by_itself(officer: Client, clinic: Encounter, site: Site) -> None:
    as_user(make_person("Ana Rivera", site, "preceptor")).get(reverse("encounter", args=[clinic.pk]))
    look_for_signals(now=timezone.now() + timedelta(minutes=1))
    page = officer.get(reverse("review_queue")).content.decode()
    assert "Ana Rivera" in page
    assert "Same surname as the patient" in page


def test_a_signal_is_marked_off_with_a_word_that_stays(officer: Client, flag: Flag, privacy_officer: User) -> None:
    form = {"verdict": "spoken", "word": "Covering for a colleague"}
    answer = officer.post(reverse("review_flag", args=[flag.pk]), form, follow=True)
    assert "Nothing to review." in answer.content.decode()
    assert "Covering for a colleague" in officer.get(reverse("review_queue") + "?done").content.decode()
    review = decode(read_entries(journal_id=ledger_of(flag.encounter or flag.entry), kinds=("access.reviewed",))[0])
    assert isinstance(review, AccessReviewed)
    assert (review.verdict, review.access, review.user) == ("spoken", flag.entry, flag.user_id)
    assert Flag.objects.get().reviewed_by == privacy_officer


@pytest.mark.parametrize("form", [{}, {"verdict": "fine"}, {"word": "x"}, {"verdict": "made up", "word": "x"}])
def test_without_a_finding_and_a_word_it_stays(officer: Client, flag: Flag, form: dict[str, str]) -> None:
    officer.post(reverse("review_flag", args=[flag.pk]), form)
    assert Flag.objects.get().verdict == ""


def test_nobody_marks_off_their_own(officer: Client, flag: Flag, privacy_officer: User) -> None:
    Flag.objects.update(user=privacy_officer)
    assert "This one is about you." in officer.get(reverse("review_queue")).content.decode()
    officer.post(reverse("review_flag", args=[flag.pk]), {"verdict": "fine", "word": "It was me"})
    assert Flag.objects.get().verdict == ""
    with pytest.raises(ReviewRefused):
        review_flag(by=privacy_officer, flag=flag, verdict="fine", word="It was me")


def test_not_even_the_database_takes_a_review_of_the_own(flag: Flag) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.update(reviewed_by=flag.user_id, verdict="fine", reviewed_at=timezone.now(), review=flag.entry)


def test_nothing_is_marked_off_twice(flag: Flag, privacy_officer: User) -> None:
    review_flag(by=privacy_officer, flag=flag, verdict="fine", word="Known")
    with pytest.raises(ReviewRefused, match="already"):
        review_flag(by=privacy_officer, flag=flag, verdict="incident", word="No")
