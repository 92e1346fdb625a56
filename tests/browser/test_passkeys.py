"""Passkeys in a real browser, with a made-up authenticator: set up, second step, sign-in, and proof once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import MakePage
from tests.fixtures.server import MakeServer, Server, free_port

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KOFI = "kofi@school.example"
PASSWORD = "a ward lamp far away"


class NamedServer(Server):
    """A server that is reached by a name: browsers make no passkeys for a number."""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"


@pytest.fixture
def server(make_server: MakeServer) -> Server:
    """With the second step that is needed by default, and Kofi, who coordinates and has only a password."""
    port = free_port()
    server = make_server(start=False, FARWARD_SECOND_STEP_ROLES="coordinator", FARWARD_URL=f"http://localhost:{port}")
    server.port = port
    server.__class__ = NamedServer
    server.start()
    server.call("give_password", email=KOFI, password=PASSWORD, name="Kofi Mensah", role="coordinator")
    return server


def give_authenticator(page: Page) -> Any:
    """A phone that says yes with a finger, as Chromium's own tests make one (WebAuthn Level 2 §11)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]


def sign_in_by_password(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/accounts/login/")
    page.fill("[name=login]", KOFI)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def sign_out(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/accounts/logout/")
    page.click("main form .button:not(.plain)")
    page.wait_for_url("**/accounts/login/**")


def test_a_passkey_is_set_up_where_the_role_needs_it_and_then_signs_in_by_itself(
    server: Server, make_page: MakePage
) -> None:
    page = make_page()
    give_authenticator(page)
    sign_in_by_password(page, server)
    expect(page.get_by_text("Your role needs a second step.")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add").click()
    expect(page.locator("ul.codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("main")).to_contain_text("Kofi")

    sign_out(page, server)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{server.url}/")
    expect(page.locator("main")).to_contain_text("Kofi")

    sign_out(page, server)
    sign_in_by_password(page, server)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{server.url}/")


def test_a_passkey_of_another_device_opens_nothing_and_says_so(server: Server, make_page: MakePage) -> None:
    page = make_page()
    session, authenticator = give_authenticator(page)
    sign_in_by_password(page, server)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add").click()
    expect(page.locator("ul.codes li")).to_have_count(10)
    sign_out(page, server)
    session.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("#passkey-problem")).to_be_visible()
    page.goto(f"{server.url}/people/")
    page.wait_for_url("**/accounts/login/**")
