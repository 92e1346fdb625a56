"""One-time links that sign a person of the demo school in. They exist only inside a running `farward demo`.

No setting can turn them on: `farward demo` itself puts `farward.cli.demo.urls` in the place of Farward's own
addresses, and the tokens live in that process's memory.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from farward.people.models import User

_open: dict[str, UUID] = {}


def offer_sign_in(user: User) -> str:
    """A path that signs this person in, once."""
    token = secrets.token_urlsafe(24)
    _open[_digest(token)] = user.id
    return f"/demo/{token}"


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Ask first, then sign in: browsers look ahead at addresses, and a look must not use the link up."""
    offered = _open.get(_digest(token))
    user = User.objects.filter(id=offered, is_active=True).first() if offered else None
    if user is not None and request.method == "POST":
        _open.pop(_digest(token), None)
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return HttpResponseRedirect("/")
    page = engines["django"].from_string(Path(__file__).with_name("sign_in.html").read_text("utf-8"))
    return HttpResponse(page.render({"person": user}, request), status=200 if user else 410)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
