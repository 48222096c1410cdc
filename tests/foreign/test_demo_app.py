"""The demonstration's app (Authlib), on another host name, in a real Chromium."""

import pytest
from playwright.sync_api import Page

from tests.foreign.chromium import chromium, enter
from tests.foreign.served import APPROVED, NAMES, World

pytestmark = [pytest.mark.foreign, pytest.mark.browser]


def claims_shown(page: Page) -> dict[str, str]:
    """What the app says it received."""
    page.wait_for_selector("#claims")
    return {
        row.locator("th").inner_text(): row.locator("td").inner_text()
        for row in page.locator("#claims tr").all()
    }


def leave_app(page: Page, world: World) -> None:
    page.goto(f"{world.demo_url}/sign-out")
    page.wait_for_selector("#sign-in")


def test_a_pupil_agrees_once_and_the_app_gets_exactly_what_is_approved(world: World) -> None:
    with chromium() as page:
        page.goto(world.demo_url)
        page.click("#sign-in")
        enter(page, world.logins["pupil"])
        assert page.inner_text("#consent-origin") == world.demo_url
        fields = {row.get_attribute("data-field") for row in page.locator("[data-field]").all()}
        assert fields == {"name", "school_name", "grade"}
        page.click("#consent-accept")
        claims = claims_shown(page)
        assert claims.keys() == APPROVED | {"sub"}
        assert claims["edu_school"] == world.school_name
        leave_app(page, world)
        page.click("#sign-in")
        assert claims_shown(page) == claims  # no second question, the same subject
        leave_app(page, world)
        page.click("#ask-more")
        page.wait_for_selector("#error")
        said = page.inner_text("#error")
        assert said.startswith("access_denied refused: field_not_approved(class_name)")


def test_a_pupil_may_refuse_and_the_app_is_told(world: World) -> None:
    with chromium() as page:
        page.goto(world.demo_url)
        page.click("#sign-in")
        enter(page, world.logins["declining"])
        page.click("#consent-refuse")
        page.wait_for_selector("#error")
        assert page.url.startswith(f"{world.demo_url}/callback?error=access_denied")
        assert page.inner_text("#error") == "access_denied the pupil declined"
        page.click("text=返回")
        page.click("#sign-in")
        page.wait_for_selector("#consent-accept")  # a refusal is not remembered against the pupil


def test_from_the_sign_in_page_the_browser_gets_back_to_the_app_on_another_site(
    world: World,
) -> None:
    """Chromium applies that page's form-action to every redirect that follows it."""
    returning = world.logins["returning"]
    with chromium() as page:
        page.goto(f"{world.demo_url}/sign-in")
        enter(page, returning)
        page.click("#consent-accept")
        claims = claims_shown(page)
    with chromium() as page:
        page.goto(f"{world.demo_url}/sign-in")
        enter(page, returning)
        assert claims_shown(page) == claims
    with chromium() as page:
        page.goto(f"{world.demo_url}/sign-in?more")
        enter(page, returning)
        page.wait_for_selector("#error")
        assert page.url.startswith(f"{world.demo_url}/callback?error=access_denied")


@pytest.mark.parametrize("username", ["rare", "dotted"])
def test_odd_names_arrive_whole(world: World, username: str) -> None:
    with chromium() as page:
        page.goto(f"{world.demo_url}/sign-in")
        enter(page, world.logins[username])
        page.click("#consent-accept")
        assert claims_shown(page)["name"] == NAMES[username][1]
