"""The verbs that change accounts, sites and rotations. Each asks `rules` first and is one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from . import rules, signed_in
from .errors import PeopleRefused
from .models import Membership, Role, Rotation, Site, User


@dataclass(frozen=True, slots=True)
class Grant:
    """One role at one site."""

    site: Site
    role: Role


@transaction.atomic
def add_person(*, by: User, name: str, email: str, grants: Collection[Grant]) -> User:
    """Make an account without a password; `passwords.mail_password_link` lets its owner choose one.

    Raises:
        PeopleRefused: `not_allowed`, `no_role` (a coordinator's new person must belong to the site), `email_taken`.
    """
    _refuse_unless(rules.can_manage_people(by))
    if not grants and not rules.is_administrator(by):
        raise PeopleRefused("no_role", _("Choose at least one role."), "grants")
    _refuse_unless(all(rules.can_grant(by, grant.role, grant.site) for grant in grants))
    _refuse_taken(email)
    person = User.objects.create_user(email, name=name)
    Membership.objects.bulk_create(Membership(user=person, site=g.site, role=g.role) for g in set(grants))
    return person


@transaction.atomic
def change_person(
    *, by: User, person: User, name: str, email: str, may_sign_in: bool, grants: Collection[Grant]
) -> User:
    """Change who a person is, what they may be where, and whether the account is open.

    `grants` becomes all that the person has among the roles that `by` may give; the others stay as they are.

    Raises:
        PeopleRefused: `not_allowed`, `email_taken`; `own_account`, `own_role` (nobody locks themselves out).
    """
    _refuse_unless(rules.can_change_person(by, person))
    if by.pk == person.pk and not may_sign_in:
        raise PeopleRefused("own_account", _("You cannot close your own account."), "may_sign_in")
    _refuse_taken(email, person)
    person.name = name
    person.email = email.lower()
    person.is_active = may_sign_in
    person.save(update_fields=["name", "email", "is_active"])
    # An address that is no longer theirs must not be a way to a new password.
    EmailAddress.objects.filter(user=person).exclude(email__iexact=email).delete()
    _set_grants(by=by, person=person, grants=grants)
    if not may_sign_in:
        signed_in.end_sessions_of(person)
    return person


def _set_grants(*, by: User, person: User, grants: Collection[Grant]) -> None:
    wanted = {(grant.site.pk, grant.role) for grant in grants}
    _refuse_unless(all(rules.can_grant(by, grant.role, grant.site) for grant in grants))
    for held in Membership.objects.filter(user=person).select_related("site"):
        key = (held.site_id, Role(held.role))
        if key in wanted:
            wanted.discard(key)
        elif rules.can_grant(by, held.role, held.site):
            if held.role == Role.ADMINISTRATOR and by.pk == person.pk:
                raise PeopleRefused("own_role", _("Another administrator must take this role from you."), "grants")
            held.delete()
    Membership.objects.bulk_create(Membership(user=person, site_id=site, role=role) for site, role in wanted)


def save_site(
    *,
    by: User,
    site: Site | None,
    name: str,
    time_zone: str,
    phone: str,
    price_per_mb: Decimal | None = None,
    currency: str = "",
    link_code: bool = False,
) -> Site:
    """Add a site, or change one.

    Raises:
        PeopleRefused: `not_allowed`, `no_currency`.
    """
    _refuse_unless(rules.can_manage_sites(by))
    if price_per_mb is not None and not currency:
        raise PeopleRefused("no_currency", _("Write the currency of the price, such as KES."), "currency")
    site = site or Site()
    site.name, site.time_zone, site.phone = name, time_zone, phone
    site.price_per_mb, site.currency = price_per_mb, currency if price_per_mb is not None else ""
    site.link_code = link_code
    site.save()
    return site


@transaction.atomic
def save_rotation(
    *,
    by: User,
    rotation: Rotation | None,
    site: Site,
    name: str,
    starts_on: date,
    ends_on: date,
    learners: Collection[User],
    preceptors: Collection[User],
) -> Rotation:
    """Add a rotation, or change one: who learns with whom, where and when.

    Raises:
        PeopleRefused: `not_allowed`, `ends_first`, `not_at_site`.
    """
    _refuse_unless(rules.can_manage_rotations(by, site))
    _refuse_unless(rotation is None or rules.can_change_rotation(by, rotation))
    if ends_on < starts_on:
        raise PeopleRefused("ends_first", _("The last day must not be before the first."), "ends_on")
    _refuse_elsewhere(site, Role.LEARNER, learners, "learners")
    _refuse_elsewhere(site, Role.PRECEPTOR, preceptors, "preceptors")
    rotation = rotation or Rotation()
    rotation.site, rotation.name, rotation.starts_on, rotation.ends_on = site, name, starts_on, ends_on
    rotation.save()
    rotation.learners.set(learners)
    rotation.preceptors.set(preceptors)
    return rotation


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise PeopleRefused("not_allowed", _("You may not do this."))


def _refuse_taken(email: str, person: User | None = None) -> None:
    others = User.objects.filter(email__iexact=email)
    if person is not None:
        others = others.exclude(pk=person.pk)
    if others.exists():
        raise PeopleRefused("email_taken", _("Another account has this address."), "email")


def _refuse_elsewhere(site: Site, role: Role, people: Collection[User], field: str) -> None:
    here = set(Membership.objects.filter(site=site, role=role).values_list("user", flat=True))
    strangers = [person.name for person in people if person.pk not in here]
    if strangers:
        raise PeopleRefused("not_at_site", _("Not at this site: %s.") % ", ".join(strangers), field)
