"""What `farward demo` prints: who sits where in the encounters that are ready, and how each person gets in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from farward.cli.demo.school import School
from farward.cli.demo.sign_in import offer_sign_in
from farward.encounters.actions.invitations import issue_invitation
from farward.encounters.models import Encounter
from farward.encounters.queries import seat_names
from farward.people.models import Membership


@dataclass(frozen=True, slots=True)
class Line:
    """One person's way in."""

    role: str
    name: str
    url: str


def seat_lines(encounter: Encounter, school: School, origin: str) -> list[Line]:
    """A way into each seat of the encounter: a link, or for an account's seat one that signs in and takes it, once."""
    names = seat_names(encounter)
    return [
        Line(
            seat.get_role_display(),
            names[seat.id],
            issue_invitation(by=school.coordinator, seat=seat).url
            if seat.user is None
            else origin + offer_sign_in(seat.user, seat),
        )
        for seat in encounter.seats.select_related("user", "encounter")
    ]


def sign_in_lines(school: School, origin: str) -> list[Line]:
    """A link for each account, which signs in once."""
    roles = {member.user_id: member.get_role_display() for member in Membership.objects.order_by("id")}
    return [Line(roles[user.id], user.name, origin + offer_sign_in(user)) for user in school.users]


def table(lines: Sequence[Line]) -> Iterator[str]:
    """The lines with their columns under one another."""
    widths = [max(len(line.role) for line in lines), max(len(line.name) for line in lines)]
    for line in lines:
        yield f"  {line.role:<{widths[0]}}  {line.name:<{widths[1]}}  {line.url}"
