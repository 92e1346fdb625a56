"""The demo school: three sites in three time zones, their people, two rotations and a week of bookings.

Everything here is made up. The same call makes the same school; only times follow the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock

from django.utils import timezone

from farward.encounters.actions.booking import SeatRequest, book_encounter
from farward.encounters.models import Encounter, Kind, SeatRole, Status
from farward.people.models import Membership, Role, Rotation, Site, User

#: Name, time zone, phone, price of a megabyte and its currency.
SITES: tuple[tuple[str, str, str, str | None, str], ...] = (
    ("Kilimani teaching hospital", "Africa/Nairobi", "+254 20 555 0100", "0.25", "KES"),
    ("Tamale community clinic", "Africa/Accra", "+233 37 555 0120", "0.01", "GHS"),
    ("San Martín health post", "America/Lima", "+51 42 555 0140", None, ""),
)

#: Name, address, role, and the sites by their place in SITES.
PEOPLE: tuple[tuple[str, str, Role, tuple[int, ...]], ...] = (
    ("Amina Yusuf", "amina@school.example", Role.LEARNER, (0,)),
    ("Daniel Mwangi", "daniel@school.example", Role.LEARNER, (0,)),
    ("Esi Boateng", "esi@school.example", Role.LEARNER, (1,)),
    ("Lucía Paredes", "lucia@school.example", Role.LEARNER, (2,)),
    ("Dr Kwame Osei", "osei@school.example", Role.PRECEPTOR, (0, 1, 2)),
    ("Dr Marta Silva", "silva@school.example", Role.PRECEPTOR, (0, 2)),
    ("Kofi Mensah", "kofi@school.example", Role.COORDINATOR, (0, 1, 2)),
    ("Tom Reed", "tom@school.example", Role.SUPPORT, (0, 1, 2)),
    ("Grace Wanjiru", "grace@school.example", Role.PRIVACY_OFFICER, (0, 1, 2)),
    ("Ada Okafor", "ada@school.example", Role.ADMINISTRATOR, (0,)),
)

AMINA, DANIEL, ESI, LUCIA, OSEI, SILVA, KOFI = (person[1] for person in PEOPLE[:7])

#: A week of bookings: kind, site, hour there, learner, preceptor, patient, reason.
WEEK = (
    (Kind.SIMULATED, 0, 9, AMINA, OSEI, "Elena Rivera", "Cough for two weeks, worse at night."),
    (Kind.CLINIC, 1, 10, ESI, OSEI, "Yaw Darko", "Blood pressure, three months after a change of tablets."),
    (Kind.SIMULATED, 2, 11, LUCIA, SILVA, "Rosa Quispe", "Headaches since the harvest."),
    (Kind.CLINIC, 0, 14, DANIEL, SILVA, "Joseph Otieno", "Foot that does not heal, known diabetes."),
)

DAYS_AHEAD = 7


@dataclass(frozen=True, slots=True)
class School:
    """What there is, for those who print links to it."""

    users: list[User]
    coordinator: User
    ready: list[Encounter]


def make_school() -> School:
    """Make the school, or complete the one that is there; two encounters are always ready to begin now."""
    sites = [
        Site.objects.get_or_create(
            name=name, defaults={"time_zone": zone, "phone": phone, "price_per_mb": price, "currency": currency}
        )[0]
        for name, zone, phone, price, currency in SITES
    ]
    users = [_make_person(name, email, role, [sites[at] for at in places]) for name, email, role, places in PEOPLE]
    by_email = {user.email: user for user in users}
    rotations = _make_rotations(sites, by_email)
    coordinator = by_email[KOFI]
    _book_week(sites, rotations, by_email)
    return School(users, coordinator, [_ready_now(kind, sites[0], rotations[0], by_email) for kind in READY])


def _make_person(name: str, email: str, role: Role, sites: Sequence[Site]) -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
    for site in sites:
        Membership.objects.get_or_create(user=user, site=site, role=role)
    return user


def _make_rotations(sites: Sequence[Site], people: dict[str, User]) -> list[Rotation]:
    first_day = timezone.now().date() - timedelta(days=14)
    cohorts = (
        ("Family medicine, block A", sites[0], (AMINA, DANIEL), (OSEI, SILVA)),
        ("Rural practice, north", sites[1], (ESI,), (OSEI,)),
        ("Rural practice, Amazonia", sites[2], (LUCIA,), (SILVA,)),
    )
    return [
        _make_rotation(name, site, first_day, [people[x] for x in learners], [people[x] for x in preceptors])
        for name, site, learners, preceptors in cohorts
    ]


def _make_rotation(
    name: str, site: Site, first_day: date, learners: Sequence[User], preceptors: Sequence[User]
) -> Rotation:
    rotation, made = Rotation.objects.get_or_create(
        name=name, site=site, defaults={"starts_on": first_day, "ends_on": first_day + timedelta(weeks=8)}
    )
    if made:
        rotation.learners.set(learners)
        rotation.preceptors.set(preceptors)
    return rotation


def _book_week(sites: Sequence[Site], rotations: Sequence[Rotation], people: dict[str, User]) -> None:
    """The visits of each day from tomorrow, at an hour of their site, less those that an earlier start booked."""
    for day in range(1, DAYS_AHEAD + 1):
        for kind, place, hour, learner, preceptor, patient, reason in WEEK:
            site = sites[place]
            there = timezone.now().astimezone(site.zone).date() + timedelta(days=day)
            starts_at = datetime.combine(there, clock(hour), tzinfo=site.zone)
            if Encounter.objects.filter(site=site, starts_at=starts_at).exists():
                continue
            _book(
                kind=kind,
                site=site,
                rotation=rotations[place],
                starts_at=starts_at,
                people=(people[learner], people[preceptor]),
                patient=patient,
                reason=reason,
                by=people[KOFI],
            )


#: What is always ready to begin, and with whom. One preceptor for both: the tower is for more than one visit.
READY = {
    Kind.SIMULATED: (AMINA, OSEI, "Elena Rivera", "Cough for two weeks, worse at night."),
    Kind.CLINIC: (DANIEL, OSEI, "Joseph Otieno", "Foot that does not heal, known diabetes."),
}


def _ready_now(kind: Kind, site: Site, rotation: Rotation, people: dict[str, User]) -> Encounter:
    """An encounter of this kind that may begin now: the one of an earlier start if it still can."""
    now = timezone.now()
    learner, preceptor, patient, reason = READY[kind]
    waiting = Encounter.objects.filter(
        kind=kind, site=site, status__in=(Status.BOOKED, Status.LIVE), starts_at__lte=now, ends_at__gt=now
    ).first()
    return waiting or _book(
        kind=kind,
        site=site,
        rotation=rotation,
        starts_at=now,
        people=(people[learner], people[preceptor]),
        patient=patient,
        reason=reason,
        by=people[KOFI],
        length=timedelta(hours=2),
    )


def _book(
    *,
    kind: Kind,
    site: Site,
    rotation: Rotation,
    starts_at: datetime,
    people: tuple[User, User],
    patient: str,
    reason: str,
    by: User,
    length: timedelta = timedelta(minutes=45),
) -> Encounter:
    learner, preceptor = people
    return book_encounter(
        by=by,
        kind=kind,
        site=site,
        rotation=rotation,
        starts_at=starts_at,
        ends_at=starts_at + length,
        seats=[
            SeatRequest(role=SeatRole.PATIENT, name=patient),
            SeatRequest(role=SeatRole.LEARNER, user=learner),
            SeatRequest(role=SeatRole.PRECEPTOR, user=preceptor),
        ],
        brief=reason,
    )
