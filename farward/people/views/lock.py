"""The lock of a session that was left alone. It opens without losing what stands on the page."""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from allauth.mfa.base.forms import ReauthenticateForm as CodeForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from farward.people import gate, limits, second_steps
from farward.people.access import current_user, login_required
from farward.people.models import User


@require_GET
@login_required
def show_lock(request: HttpRequest) -> HttpResponse:
    """Send whoever opens a page of a locked session on to prove who they are."""
    ways = get_adapter().get_reauthentication_methods(current_user(request))
    if not ways:
        return render(request, "people/locked.html")
    return redirect(f"{ways[0]['url']}?{urlencode({'next': request.GET.get('next', '/')})}")


@require_POST
@login_required
def unlock(request: HttpRequest) -> HttpResponse:
    """Open the lock from the page it lies over: `proof` is a code of the second step or, without one, the password."""
    user = current_user(request)
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        return JsonResponse({"message": _("Too many tries. Wait a minute, then try again.")}, status=429)
    if not _proved(request, user, request.POST.get("proof", "")):
        return JsonResponse({"message": _("That was not right. Try again.")}, status=403)
    gate.touch(request.session)
    return JsonResponse({"left": limits.idle_seconds(user)})


def _proved(request: HttpRequest, user: User, proof: str) -> bool:
    if second_steps.has_second_step(user):
        form = CodeForm(data={"code": proof}, user=user)
        if form.is_valid():
            form.save()
            return True
        return False
    if PasswordForm(data={"password": proof}, user=user).is_valid():
        reauthenticate_by_password(request)
        return True
    return False


@require_http_methods(["GET", "POST"])
@login_required
def touched(request: HttpRequest) -> HttpResponse:
    """How many seconds are left until the lock. By POST a page says that a person did something there.

    A locked session does not come here: the gate answers 423.
    """
    user = current_user(request)
    if request.method == "POST":
        gate.touch(request.session)
    now = time.time()
    left = limits.idle_seconds(user) - int(now - gate.last_touch(request.session, user, now))
    return JsonResponse({"left": max(0, left), "who": str(user.pk)})
