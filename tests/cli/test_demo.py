"""`farward demo`: a school that is there at once, with a way in for everyone."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.fixtures.server import MakeServer, Server


@pytest.fixture
def demo(make_server: MakeServer) -> Server:
    """A running demo, with `--data` where the fixture keeps its files."""
    server = make_server(start=False)
    (server.data_dir / ".farward-demo").touch()
    server.command = ("demo", "--data", str(server.data_dir))
    return server.start()


class Visitor:
    """A browser without scripts: cookies, links and forms."""

    def __init__(self) -> None:
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, url: str) -> tuple[int, str]:
        try:
            with self.opener.open(url, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def press(self, url: str, page: str) -> tuple[int, str]:
        """Send the page's form back to its own address."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1]}).encode()
        request = urllib.request.Request(url, body, {"Referer": url})
        with self.opener.open(request, timeout=20) as answer:
            return answer.status, answer.read().decode()


def link_of(demo: Server, name: str, kind: str) -> str:
    found = re.search(rf"{name} +(http://\S+/{kind}\S+)", demo.log)
    assert found, demo.log
    return found[1]


def test_it_prints_a_link_for_each_seat_and_each_role(demo: Server) -> None:
    seats = re.findall(r"^  (\w+) .* (http://\S+/(?:j#[0-9a-f]{32}\.\S{43}|demo-seat/\S{32}))$", demo.log, re.MULTILINE)
    roles = re.findall(r"^  (\w[\w ]*?)  .* (http://\S+/demo/\S{32})$", demo.log, re.MULTILINE)
    assert [role for role, _link in seats] == ["Patient", "Learner", "Preceptor"] * 2
    assert {role for role, _link in roles} == {
        "Learner", "Preceptor", "Coordinator", "Support", "Privacy officer", "Administrator",
    }  # fmt: skip


def test_a_sign_in_link_asks_first_and_works_once(demo: Server) -> None:
    link = link_of(demo, "Kofi Mensah", "demo/")
    looker, kofi, sam = Visitor(), Visitor(), Visitor()
    assert "Sign in as Kofi Mensah?" in looker.get(link)[1]
    _status, page = kofi.get(link)
    status, home = kofi.press(link, page)
    assert (status, "Kofi Mensah" in home) == (200, True)
    assert sam.get(link)[0] == 410


def test_a_seat_of_an_account_is_one_link_and_one_click_away(demo: Server) -> None:
    link = link_of(demo, "Dr Kwame Osei", "demo-seat/")
    osei = Visitor()
    status, lobby = osei.press(link, osei.get(link)[1])
    assert (status, "Before you join" in lobby) == (200, True)
    assert Visitor().get(link)[0] == 410


def test_a_role_that_needs_a_second_step_is_asked_for_none_here(demo: Server) -> None:
    link = link_of(demo, "Ada Okafor", "demo/")
    ada = Visitor()
    ada.press(link, ada.get(link)[1])
    assert "People" in ada.get(f"{demo.url}/people/")[1]


def test_starting_again_keeps_the_school_and_renews_the_links(demo: Server) -> None:
    before = demo.log
    old = link_of(demo, "Kofi Mensah", "demo/")
    demo.restart()
    new = demo.log.removeprefix(before)
    assert (new.count("/j#"), new.count("/demo-seat/")) == (2, 4)
    assert Visitor().get(old)[0] == 410


def test_no_sign_in_link_exists_outside_a_demo(farward_server: Server) -> None:
    assert Visitor().get(f"{farward_server.url}/demo/{'a' * 32}")[0] == 404


def test_a_directory_that_cannot_be_made_is_named(make_server: MakeServer, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    done = make_server(start=False).run("demo", "--data", str(tmp_path / "letters.txt" / "demo"), "--port", "0")
    assert done.returncode == 2
    assert "cannot be made or written" in done.stderr


def test_a_directory_with_other_things_is_left_alone(make_server: MakeServer, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    done = make_server(start=False).run("demo", "--data", str(tmp_path), "--fresh", "--port", "0")
    assert done.returncode == 2
    assert "holds something other than a demo" in done.stderr
    assert (tmp_path / "letters.txt").read_text() == "dear"
