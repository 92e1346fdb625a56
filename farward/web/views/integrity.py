"""The proof that no record was changed: what was signed last, and a check on demand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from farward.people.access import current_user, login_required, refuse_unless
from farward.people.rules import can_check_integrity
from farward.privacy.verification import verify_records
from farward.web.integrity import summary


@require_http_methods(["GET", "POST"])
@login_required
def integrity(request: HttpRequest) -> HttpResponse:
    """The state of the journals; a POST verifies every one of them now."""
    refuse_unless(can_check_integrity(current_user(request)))
    report = verify_records() if request.method == "POST" else None
    return render(request, "web/integrity.html", {"summary": summary(), "report": report})
