"""The button of the city's own sign-in, in a real browser: there and back by keyboard, and who stays outside.

Against a stand-in (tests/fakes/provider.py) over real HTTP, not a certified provider.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from api.certificate import Certificate
from core.settings import ProviderSettings
from tests.console_pages import collisions, tab_to
from tests.fakes.provider import StandIn
from tests.fixtures_browser import Desk
from tests.fixtures_console import Console, free_port
from tests.fixtures_provider import RULES
from tests.office import Office

pytestmark = [
    pytest.mark.real,
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),  # of the stand-in
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]
BUTTON = "市の共通ログインで続ける"


@pytest.fixture
def console(office: Office, stand_in: StandIn, console_certificate: Certificate) -> Generator[Console]:
    """The console of a city whose people sign in at its own provider."""
    port = free_port()
    settings = ProviderSettings(
        issuer=stand_in.issuer, client_id="tsuwaroku", client_secret=SecretStr("hush"),
        address=f"https://127.0.0.1:{port}",
    )  # fmt: skip
    profile = office.parts.profile.model_copy(update={"sign_in": RULES})
    of_provider = replace(office, parts=replace(office.parts, provider=settings, profile=profile))
    running = Console(office=of_provider, port=port, certificate=console_certificate)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(desk: Desk) -> Page:
    """A browser that gets the stand-in's pages without the style sheet they want of the network."""
    desk.page.route(
        "https://cdn.jsdelivr.net/**", lambda route: route.fulfill(body="", content_type="text/css")
    )
    return desk.page


def identify(page: Page, subject: str) -> None:
    """Say at the provider who one is."""
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize").click()


def test_somebody_of_the_city_comes_in_by_the_button_and_lands_where_they_wanted_to(
    desk: Desk, page: Page, stand_in: StandIn
) -> None:
    desk.open("/calls")
    expect(page).to_have_url(re.compile("/sign-in"))
    assert desk.barriers() == []
    assert collisions(page) == []
    desk.picture("sign-in-provider")

    tab_to(page, BUTTON)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"^{re.escape(stand_in.issuer)}/"))
    identify(page, "sato-42")

    expect(page).to_have_url(re.compile(r"/phone\?next=/calls$"))
    page.get_by_role("radio", name="電話機は使わない").check()
    page.get_by_role("button", name="この席で始める").click()
    expect(page).to_have_url(re.compile("/calls$"))
    expect(page.get_by_text("佐藤 花子").first).to_be_visible()


def test_a_local_account_still_signs_in_beside_the_button(desk: Desk, page: Page) -> None:
    desk.console.office.account("sato", *RULES.groups[0].roles)

    desk.sign_in("sato")

    expect(page).not_to_have_url(re.compile("/sign-in"))


@pytest.mark.parametrize("how", ["a stranger", "somebody who turns back"])
def test_whoever_is_not_let_in_is_told_so_calmly_and_stays_outside(desk: Desk, page: Page, how: str) -> None:
    desk.open("/sign-in")
    page.get_by_role("link", name=BUTTON).click()
    if how == "a stranger":
        identify(page, "yoso-1")
    else:
        page.get_by_role("button", name="Deny").click()

    expect(page.get_by_role("alert")).to_contain_text("ログインできませんでした。")
    expect(page.get_by_role("link", name=BUTTON)).to_be_visible()
    assert desk.barriers() == []
    assert collisions(page) == []
    desk.open("/calls")
    expect(page).to_have_url(re.compile("/sign-in"))
    refused = [said for said in desk.complaints if "status of 4" in said]
    assert len(refused) == 1
    desk.complaints.remove(refused[0])
