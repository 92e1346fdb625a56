"""Giving out links. A link's secret is known only in the answer to the request that made it: shown there, once."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from farward.encounters import rules
from farward.encounters.actions.invitations import Issued, issue_invitation, revoke_invitation
from farward.encounters.actions.mail import mail_invitation
from farward.encounters.errors import ActionRefused, MailNotSent
from farward.encounters.identity import identity_of
from farward.encounters.models import Seat
from farward.people.access import current_user, login_required, refuse_unless
from farward.people.models import User

ACTS = frozenset({"issue", "mail", "revoke"})


@require_POST
@login_required
def link(request: HttpRequest, encounter_id: UUID, seat_id: UUID) -> HttpResponse:
    """Make a new link and show it (`issue`) or mail it too (`mail`), or end the one there is (`revoke`)."""
    user = current_user(request)
    encounter = get_object_or_404(rules.visible_to(user), pk=encounter_id)
    refuse_unless(rules.can_invite(user, encounter))
    seats = Seat.objects.select_related("user", "encounter__site").filter(encounter=encounter, removed_at=None)
    seat = get_object_or_404(seats, pk=seat_id)
    act = request.POST.get("act")
    refuse_unless(act in ACTS)
    try:
        if act == "revoke":
            _revoke(user, seat)
            messages.success(request, _("Revoked. That link opens nothing any more, and who came by it is shown out."))
            return redirect("encounter", encounter.pk)
        issued = issue_invitation(by=user, seat=seat)
    except ActionRefused as refused:
        messages.error(request, refused.message)
        return redirect("encounter", encounter.pk)
    if act == "mail":
        _mail(request, user, seat, issued)
    context = {"seat": seat, "who": identity_of(seat), "url": issued.url, "code": issued.code}
    return render(request, "encounters/booking/link.html", context)


def _revoke(user: User, seat: Seat) -> None:
    # Also an earlier link, which a new one has ended, if somebody who came by it is still in.
    standing = Q(revoked_at=None) | Q(devices__revoked_at=None, devices__isnull=False)
    for invitation in seat.invitations.filter(standing).select_related("seat__encounter__site").distinct():
        revoke_invitation(by=user, invitation=invitation)


def _mail(request: HttpRequest, user: User, seat: Seat, issued: Issued) -> None:
    try:
        mail_invitation(by=user, seat=seat, issued=issued)
    except MailNotSent as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Mailed to %s.") % identity_of(seat).email)
