"""What readers ask about accounts, sites and rotations. Each takes the reader and gives only what it may see."""

from __future__ import annotations

from django.db.models import Count, Prefetch, Q, QuerySet

from . import rules
from .models import Membership, Role, Rotation, Site, User
from .rules import AnyUser


def sites_visible_to(user: AnyUser) -> QuerySet[Site]:
    """The sites the account has any role at; all of them for an administrator."""
    if rules.is_administrator(user):
        return Site.objects.order_by("name")
    if not rules.is_member(user):
        return Site.objects.none()
    return Site.objects.filter(memberships__user=user).distinct().order_by("name")


def sites_managed_by(user: AnyUser) -> QuerySet[Site]:
    """The sites whose people and rotations the account looks after."""
    if rules.is_administrator(user):
        return Site.objects.order_by("name")
    if not rules.is_member(user):
        return Site.objects.none()
    return Site.objects.filter(memberships__user=user, memberships__role=Role.COORDINATOR).distinct().order_by("name")


def people_visible_to(user: AnyUser) -> QuerySet[User]:
    """The people the account looks after, with their roles at hand in `memberships`."""
    people = User.objects.order_by("name", "email")
    if not rules.is_administrator(user):
        people = people.filter(memberships__site__in=sites_managed_by(user)).distinct()
    return people.prefetch_related(
        Prefetch("memberships", Membership.objects.select_related("site").order_by("site__name"))
    )


def people_with_role(site: Site, role: Role | str) -> QuerySet[User]:
    """The active accounts with a role at a site, by name."""
    return (
        User.objects.filter(is_active=True, memberships__site=site, memberships__role=role).distinct().order_by("name")
    )


def rotations_managed_by(user: AnyUser) -> QuerySet[Rotation]:
    """The rotations of the sites that the account looks after."""
    return (
        Rotation.objects.filter(site__in=sites_managed_by(user))
        .select_related("site")
        .prefetch_related("learners", "preceptors")
        .order_by("-starts_on", "name")
    )


def sites_with_counts(user: AnyUser) -> QuerySet[Site]:
    """The sites the account may see, each with `people_count`."""
    return sites_visible_to(user).annotate(people_count=Count("memberships__user", distinct=True))


def search_people(
    people: QuerySet[User], *, text: str = "", site: Site | None = None, role: str = ""
) -> QuerySet[User]:
    """Narrow people by a part of name or address, a site and a role there."""
    if text:
        people = people.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if site is not None or role:
        held = Membership.objects.all()
        held = held.filter(site=site) if site is not None else held
        held = held.filter(role=role) if role else held
        people = people.filter(pk__in=held.values("user"))
    return people
