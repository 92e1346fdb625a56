"""Django's admin behind Farward's own sign-in: for everyone but superusers it is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from allauth.account.decorators import reauthentication_required
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from . import rules

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


#: Whose models the admin shows.
APPS = frozenset({"people"})


class FarwardAdminSite(AdminSite):
    """The admin. Its own sign-in page would go round the limits and second steps of ours."""

    site_header = _("Farward administration")
    site_title = _("Farward")
    index_title = _("Records of the house")

    def has_permission(self, request: HttpRequest) -> bool:
        return rules.can_use_admin(request.user)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Looking is free; who changes something must have proved lately who they are."""
        asked: View = reauthentication_required(super().admin_view(view, cacheable), allow_get=True)
        return asked

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only what is ours: sessions and second steps have pages of their own, with their own rules."""
        models = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        super().register([model for model in models if model._meta.app_label in APPS], admin_class, **options)

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next", "/admin/"))
