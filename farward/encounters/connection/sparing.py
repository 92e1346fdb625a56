"""Whether somebody's browser was told to use little data: the `Save-Data` client hint."""

from __future__ import annotations

from django.http import HttpRequest


def saves_data(request: HttpRequest) -> bool:
    """Whether the page asked for should be a small one."""
    return request.headers.get("Save-Data", "").strip().lower() == "on"
