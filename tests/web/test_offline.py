"""What a device may keep: who gets a lease for how long, and that the worker's files name nobody."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from farward.web.pwa.views import shell_files

pytestmark = pytest.mark.django_db


def test_the_worker_has_the_whole_site_for_its_scope_and_is_asked_for_anew_each_time(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Type"].startswith("text/javascript")


def test_the_worker_names_every_file_of_the_shell_and_its_version(client: Client) -> None:
    first = client.get("/sw.js").content.decode().split("\n", 1)[0]
    shell = json.loads(first.removeprefix("const SHELL = ").removesuffix(";"))
    assert len(shell["files"]) == len(shell_files()) == len(set(shell["files"]))
    assert len(shell["version"]) == 12


def test_the_worker_may_run_only_from_this_site(client: Client) -> None:
    assert "worker-src 'self'" in client.get("/sw.js")["Content-Security-Policy"]


def test_the_manifest_lets_the_first_page_be_put_on_a_home_screen(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"any", "192x192", "512x512"}


def test_the_page_without_a_network_says_that_nothing_is_lost_and_sets_no_cookie(client: Client) -> None:
    answer = client.get("/offline")
    assert "still on this device" in answer.content.decode()
    assert not answer.cookies
