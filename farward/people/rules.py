"""Who may do what with accounts, sites and rotations: pure predicates, deny by default.

An account that is not active has nothing. An administrator's role counts at every site; a superuser is an
administrator. A coordinator may look after learners and preceptors of the own site and of no other.
"""

from __future__ import annotations

from typing import TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from .models import Membership, Role, Rotation, Site, User

#: What a coordinator may give to others at the own site.
COORDINATOR_GRANTS = frozenset({Role.LEARNER, Role.PRECEPTOR})

AnyUser = User | AnonymousUser


def is_member(user: object) -> TypeGuard[User]:
    """Whether this is an account that may do anything at all."""
    return isinstance(user, User) and user.is_active


def roles_of(user: AnyUser, site: Site | None = None) -> frozenset[Role]:
    """Every role the account has, at `site` or anywhere."""
    if not is_member(user):
        return frozenset()
    held = Membership.objects.filter(user=user)
    if site is not None:
        held = held.filter(Q(site=site) | Q(role=Role.ADMINISTRATOR))
    roles = {Role(role) for role in held.values_list("role", flat=True)}
    if user.is_superuser:
        roles.add(Role.ADMINISTRATOR)
    return frozenset(roles)


def has_role(user: AnyUser, role: Role | str, site: Site | None = None) -> bool:
    """Whether the account has exactly this role, at `site` or, where none is given, anywhere."""
    return Role(role) in roles_of(user, site)


def is_administrator(user: AnyUser) -> bool:
    """Whether the account administers the school."""
    return has_role(user, Role.ADMINISTRATOR)


def can_use_admin(user: AnyUser) -> bool:
    """Whether the account may open Django's own admin."""
    return is_member(user) and user.is_superuser


def can_manage_people(user: AnyUser, site: Site | None = None) -> bool:
    """Whether the account may add and change people, at `site` or somewhere."""
    return bool(roles_of(user, site) & {Role.ADMINISTRATOR, Role.COORDINATOR})


def can_grant(user: AnyUser, role: Role | str, site: Site) -> bool:
    """Whether the account may give or take this role at this site."""
    roles = roles_of(user, site)
    if Role.ADMINISTRATOR in roles:
        return True
    return Role.COORDINATOR in roles and Role(role) in COORDINATOR_GRANTS


def can_see_person(user: AnyUser, person: User) -> bool:
    """Whether the account may open this person's page: its own sites' people, for who manages them."""
    if is_administrator(user):
        return True
    return Membership.objects.filter(user=person, site__in=coordinated_sites(user)).exists()


def can_change_person(user: AnyUser, person: User) -> bool:
    """Whether the account may change name, address and access of this person.

    A coordinator may only where every role of the person is one that a coordinator can give, at sites of its
    own: otherwise a changed e-mail address would be a way to someone else's rights.
    """
    if not is_member(user):
        return False
    if is_administrator(user):
        return True
    if person.is_superuser or person.is_staff or not can_see_person(user, person):
        return False
    beyond = Membership.objects.filter(user=person).exclude(
        site__in=coordinated_sites(user), role__in=COORDINATOR_GRANTS
    )
    return not beyond.exists()


def can_manage_sites(user: AnyUser) -> bool:
    """Whether the account may add and change sites."""
    return is_administrator(user)


def can_manage_rotations(user: AnyUser, site: Site | None = None) -> bool:
    """Whether the account may add and change rotations, at `site` or somewhere."""
    return can_manage_people(user, site)


def can_change_rotation(user: AnyUser, rotation: Rotation) -> bool:
    """Whether the account may change this rotation."""
    return can_manage_rotations(user, rotation.site)


def can_answer_help(user: AnyUser) -> bool:
    """Whether the account sees and answers calls for help."""
    return bool(roles_of(user) & {Role.SUPPORT, Role.ADMINISTRATOR})


def can_check_integrity(user: AnyUser) -> bool:
    """Whether the account may see and run the proof that no record was changed."""
    return bool(roles_of(user) & {Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})


def coordinated_sites(user: AnyUser) -> list[Site]:
    """The sites whose coordinator this account is."""
    if not is_member(user):
        return []
    return list(Site.objects.filter(memberships__user=user, memberships__role=Role.COORDINATOR))
