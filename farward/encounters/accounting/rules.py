"""Who may see access records: the privacy officers of a site, those of its encounters and of its people."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from farward.encounters.models import Encounter
from farward.people.models import Membership, Role, Site
from farward.people.rules import AnyUser, is_member
from farward.privacy.models import AccessRecord, Flag


def officer_sites(user: AnyUser) -> QuerySet[Site]:
    """The sites whose privacy officer this account is."""
    if not is_member(user):
        return Site.objects.none()
    return Site.objects.filter(memberships__user=user, memberships__role=Role.PRIVACY_OFFICER)


def can_account(user: AnyUser) -> bool:
    """Whether the account may see access records at all."""
    return officer_sites(user).exists()


def encounters_accounted_to(user: AnyUser) -> QuerySet[Encounter]:
    """The encounters whose access records the account may see."""
    return Encounter.objects.filter(site__in=officer_sites(user)).select_related("site", "rotation")


def records_visible_to(user: AnyUser) -> QuerySet[AccessRecord]:
    """The access records the account may see: of encounters at its sites, and of their people where it was none."""
    return AccessRecord.objects.filter(_within(user)).select_related("user")


def flags_visible_to(user: AnyUser) -> QuerySet[Flag]:
    """The signals the account may see. Marking off its own it may not: see `privacy.reviews`."""
    return Flag.objects.filter(_within(user)).select_related("user", "reviewed_by")


def _within(user: AnyUser) -> Q:
    people = Membership.objects.filter(site__in=officer_sites(user)).values("user")
    return Q(encounter__in=encounters_accounted_to(user).values("pk")) | Q(encounter=None, user__in=people)
