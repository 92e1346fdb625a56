"""The manifest, the service worker with its list of files, and the page that is shown without a network.

None of them holds anything about a person: they are the same for everyone.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from farward.assets.scripts import files_of
from farward.encounters.seats.modules import ROOM_MODULES

WORKER = Path(__file__).with_name("worker.js")
#: Shared with the pages. Firefox runs no modules as service workers, so they stand before the worker as plain scripts.
SHARED = tuple(Path(__file__).parents[1] / "static" / "js" / name for name in ("idb.js", "sealing.js", "kept.js"))
_MODULE_WORDS = re.compile(r"^(?:import .*;\n|export )", re.MULTILINE)
#: What a room needs to stand without a network. What else a page used, it names itself once it stands.
SHELL = ("css/farward.css", "css/room.css", "css/note.css", "img/favicon.svg")


def shell_files() -> tuple[str, ...]:
    """The names of the files without which no room stands."""
    return (*SHELL, *files_of("js/room.js", ROOM_MODULES))


@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """What a device shows when Farward is put on its home screen (W3C Web Application Manifest)."""
    sizes = ("192x192", "512x512")
    pictures = [{"src": static(f"img/icon-{size[:3]}.png"), "sizes": size, "type": "image/png"} for size in sizes]
    drawing = {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}
    body = {
        "id": "/",
        "name": "Farward",
        "short_name": "Farward",
        "description": _("A teaching ward, however far."),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0a5f58",
        "icons": [drawing, *pictures],
    }
    return JsonResponse(body, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker. Its first line names this version's files, so that a new file is a new worker."""
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return HttpResponse(_worker_source(), content_type="text/javascript; charset=utf-8", headers=headers)


@cache
def _worker_source() -> str:
    code = "\n".join([*(_MODULE_WORDS.sub("", path.read_text("utf-8")) for path in SHARED), WORKER.read_text("utf-8")])
    shell = {
        "files": [static(name) for name in shell_files()],
        "offline": reverse("offline"),
        "leave": reverse("account_logout"),
    }
    version = hashlib.sha256((json.dumps(shell) + code).encode()).hexdigest()[:12]
    return f"const SHELL = {json.dumps({**shell, 'version': version})};\n{code}"


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """The page for when there is no network: the worker puts the visits into it that are kept on the device."""
    return render(request, "web/offline.html")
