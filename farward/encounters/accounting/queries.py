"""Access records as people read them: who, what, why, when and from where, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from farward.encounters.identity import identities_of
from farward.encounters.models import Encounter, Seat, SeatRole
from farward.encounters.pseudonyms import pseudonym
from farward.journal.queries import decode, find_entries
from farward.people.models import Role, User
from farward.privacy.entries import Accessed, AccessReviewed
from farward.privacy.models import AccessRecord, Flag
from farward.privacy.words import Act, Data, Signal, Verdict, Why

from .names import words_of

#: Names of patients are sealed, so finding one means opening them one by one, the newest first.
SEARCHED = 3000


@dataclass(frozen=True, slots=True)
class Line:
    """One access, in words. `when` is told in the site's own zone where there is a site."""

    record: AccessRecord
    when: str
    who: str
    role: str
    what: str
    act: str
    why: str
    encounter: Encounter | None
    name: str
    address: str
    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """One signal of the queue: about whom, about what, how often, and what was found."""

    flag: Flag
    signal: str
    encounter: Encounter | None
    name: str
    when: str
    looks: int
    reason: str
    verdict: str
    word: str
    own: bool


def lines(records: Sequence[AccessRecord]) -> list[Line]:
    """These records in words. For those whom `rules.records_visible_to` lets in."""
    encounters = encounters_of(record.encounter for record in records)
    seats = _seat_names(record.seat for record in records if record.user_id is None and record.seat)
    entries = find_entries({record.entry for record in records})
    found = []
    for record in records:
        encounter = encounters.get(record.encounter) if record.encounter else None
        told = decode(entries[record.entry]) if record.entry in entries and not entries[record.entry].erased else None
        sealed = told if isinstance(told, Accessed) else None
        found.append(
            Line(
                record=record,
                when=date_format(local(record.at, encounter), "j M Y, H:i:s T"),
                who=record.user.name if record.user else seats.get(record.seat, "") if record.seat else "",
                role=role_label(record.role),
                what=str(Data(record.what).label),
                act=str(Act(record.act).label),
                why=str(Why(record.why).label),
                encounter=encounter,
                name=pseudonym(record.encounter) if record.encounter else "",
                address=sealed.address if sealed else "",
                agent=sealed.agent if sealed else "",
                reason=sealed.reason if sealed else "",
            )
        )
    return found


def items(flags: Sequence[Flag], reader: User) -> list[Item]:
    """These signals in words."""
    encounters = encounters_of(flag.encounter for flag in flags)
    entries = find_entries({flag.entry for flag in flags} | {flag.review for flag in flags if flag.review})
    found = []
    for flag in flags:
        encounter = encounters.get(flag.encounter) if flag.encounter else None
        told = {pk: decode(entries[pk]) for pk in (flag.entry, flag.review) if pk in entries and not entries[pk].erased}
        first, review = told.get(flag.entry), told.get(flag.review) if flag.review else None
        found.append(
            Item(
                flag=flag,
                signal=str(Signal(flag.signal).label),
                encounter=encounter,
                name=pseudonym(flag.encounter) if flag.encounter else "",
                when=date_format(local(flag.raised_at, encounter), "j M Y, H:i T"),
                looks=_looks(flag),
                reason=first.reason if isinstance(first, Accessed) else "",
                verdict=str(Verdict(flag.verdict).label) if flag.verdict else "",
                word=review.word if isinstance(review, AccessReviewed) else "",
                own=flag.user_id == reader.pk,
            )
        )
    return found


def encounters_of(ids: Iterable[UUID | None]) -> dict[UUID, Encounter]:
    """These encounters with their sites, by id."""
    wanted = {each for each in ids if each is not None}
    return Encounter.objects.select_related("site").in_bulk(wanted)


def encounters_named(encounters: QuerySet[Encounter], text: str) -> list[UUID]:
    """Of the encounters, those whose patient has these words in their name or this address, or that are called so."""
    wanted = words_of(text)
    seats = Seat.objects.filter(encounter__in=encounters, role=SeatRole.PATIENT).select_related("user", "encounter")
    found = [
        seat.encounter_id
        for seat in seats.order_by("-created_at")[:SEARCHED]
        if _is_named(identities_of([seat])[seat.pk].name, wanted) or _has_address(seat, text)
    ]
    recent = encounters.order_by("-starts_at").values_list("pk", flat=True)[:SEARCHED]
    return [*found, *(pk for pk in recent if pseudonym(pk).casefold() == text.casefold())]


def _is_named(name: str, wanted: Sequence[str]) -> bool:
    return bool(wanted) and set(wanted) <= set(words_of(name))


def _has_address(seat: Seat, text: str) -> bool:
    return "@" in text and identities_of([seat])[seat.pk].email.casefold() == text.casefold()


def role_label(role: str) -> str:
    """What a role is called, in an encounter or at the school."""
    if role in SeatRole.values:
        return str(SeatRole(role).label)
    return str(Role(role).label) if role in Role.values else ""


def local(moment: datetime, encounter: Encounter | None) -> datetime:
    """A moment at the encounter's site; in UTC where there is none."""
    return timezone.localtime(moment, encounter.site.zone if encounter else timezone.get_default_timezone())


def csv_rows(records: Iterable[AccessRecord], *, chunk: int = 500) -> Iterator[list[str]]:
    """The records as rows of text, with a first row that names the columns."""
    yield [
        _("Time (UTC)"), _("Who"), _("Role"), _("What"), _("How"), _("Why"), _("Encounter"), _("Called"),
        _("Page"), _("Address"), _("Browser"), _("Reason"), _("Entry"),
    ]  # fmt: skip
    found = list(records)
    for start in range(0, len(found), chunk):
        for line in lines(found[start : start + chunk]):
            record = line.record
            yield [
                record.at.isoformat(timespec="seconds"), line.who, line.role, line.what, line.act, line.why,
                str(record.encounter or ""), line.name, record.view, line.address, line.agent, line.reason,
                str(record.entry),
            ]  # fmt: skip


def _looks(flag: Flag) -> int:
    """How many accesses of that day the signal stands for."""
    same = AccessRecord.objects.filter(user=flag.user_id, at__date=flag.day).exclude(what=Data.SCHEDULE)
    return same.filter(encounter=flag.encounter).count() if flag.encounter else same.count()


def _seat_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of people without an account, by seat."""
    names: dict[UUID, str] = {}
    by_encounter: dict[UUID, list[Seat]] = {}
    for seat in Seat.objects.filter(pk__in=set(ids)).select_related("user"):
        by_encounter.setdefault(seat.encounter_id, []).append(seat)
    for seats in by_encounter.values():
        names |= {pk: identity.name for pk, identity in identities_of(seats).items()}
    return names
