"""Headers and cookies of every address, as everyone gets them, not only as they are set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from farward.policy.routes import row_of
from farward.web.middleware import CALLS
from tests.encounters.support import seat_of
from tests.policy.walk import addresses, fill

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tests.policy.world import World

pytestmark = pytest.mark.django_db(databases="__all__")

ROOT = Path(__file__).parents[2]
#: Of what is shown for what it is, never as a page: the browser is told to run nothing in it.
HARMLESS = "default-src 'none'; sandbox"


def answers(address: str, world: World) -> list[HttpResponseBase]:
    """What those who may open it get, and what a stranger gets."""
    row = row_of(address)
    assert row is not None
    here = world.encounter
    clients = {**world.seats} if row.seats else {**world.own, "administrator": world.site["administrator"]}
    found: list[HttpResponseBase] = []
    for role, client in {**clients, "nobody": Client()}.items():
        seat = seat_of(here, role if row.seats and role != "nobody" else "learner")
        things = {**world.things, "encounter_id": here.pk, "seat_id": seat.pk, "capture_id": world.still}
        things |= {"clip_id": world.clip, "upload_id": world.recording}
        found.append(client.get(fill(address, things), headers={"Tus-Resumable": "1.0.0"}))
    return found


@pytest.mark.parametrize("address", addresses())
def test_every_answer_shuts_other_sites_and_other_scripts_out(address: str, world: World) -> None:
    for answer in answers(address, world):
        check_policy(answer["Content-Security-Policy"], address)
        for header, value in ALWAYS.items():
            assert answer[header] == value
        assert "no-store" in answer["Cache-Control"] or address in KEPT
        assert "Server" not in answer
        check_permissions(answer)
        for cookie in answer.cookies.values():
            # One says that somebody pressed a button, for the room's script to read.
            assert cookie["httponly"] or cookie.key == "here"
            assert cookie["samesite"] in {"Lax", "Strict"}
            assert not cookie["domain"]


#: Text without a person in it, which a cache may keep.
KEPT = {"sw.js", "manifest.webmanifest", "admin/jsi18n/"}
ALWAYS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def check_policy(policy: str, address: str) -> None:
    if policy == HARMLESS:
        return
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert directive in policy
    typed = {"require-trusted-types-for 'script'", "trusted-types farward"} <= set(policy.split("; "))
    assert typed or address.startswith("admin/")


def check_permissions(answer: HttpResponseBase) -> None:
    """Camera and microphone are for the pages that use them."""
    match = getattr(answer, "resolver_match", None)
    allowed = match is not None and match.url_name in CALLS
    policy = answer["Permissions-Policy"]
    for device in ("camera", "microphone", "display-capture"):
        assert f"{device}=({'self' if allowed else ''})" in policy
    assert "geolocation=()" in policy


SECURE = """
import django, json
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("check", "--deploy", "--fail-level", "WARNING")
names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"]
names += ["SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "DEBUG"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


@pytest.mark.parametrize("proxy", ["0", "1"])
def test_a_school_with_a_certificate_passes_djangos_own_check(proxy: str, tmp_path: Path) -> None:
    import json

    clean = {name: value for name, value in os.environ.items() if not name.startswith("FARWARD_")}
    env = clean | {
        "FARWARD_URL": "https://ward.school.example",
        "FARWARD_SECRET_KEY": "a-secret-of-this-test-with-many-letters-0123456789-abcdefghij",
        "FARWARD_TRUST_PROXY": proxy,
        "FARWARD_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "farward.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", SECURE], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["SESSION_COOKIE_SECURE"]
    assert told["CSRF_COOKIE_SECURE"]
    assert told["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert told["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert told["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert told["SECURE_SSL_REDIRECT"] is (proxy == "1")
    assert told["DEBUG"] is False


def test_no_page_asks_another_host_for_anything() -> None:
    """No third party: no address of another host stands in a template, a style or a module of ours."""
    import re

    root = ROOT / "farward"
    files = [*root.rglob("*.html"), *root.rglob("*.css"), *root.rglob("*.js")]
    asked = re.compile(r"""(?:src|href|url\(|fetch\(|import)\s*[=(]?\s*["']?(https?://[^"')\s]+)""")
    ours = [path for path in files if not {"vendor", "cli"} & set(path.parts)]
    assert {
        path.name: asked.findall(path.read_text("utf-8")) for path in ours if asked.search(path.read_text("utf-8"))
    } == {}


def test_nothing_is_traced_back_to_who_asks(world: World) -> None:
    """TRACE would show a script what it may not read, such as a cookie (ASVS 13.4.4)."""
    for client in (Client(), world.site["administrator"]):
        answer = client.generic("TRACE", "/accounts/login/", headers={"X-Secret": "mine"})
        assert answer.status_code == 405 or b"mine" not in answer.content
