"""Every page in a real Chromium: accessible, inside the screen, silent, and with its own title."""

from collections import defaultdict

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.pages.acts import Filed
from tests.pages.stops import STOPS, Stop
from tests.pages.visitors import PHONE, Visitors, listen

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": [
        "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice",
    ]
}  # fmt: skip
WITHOUT_LABEL = """() => [...document.querySelectorAll(
    "input:not([type=hidden]), select, textarea")]
  .filter((one) => !one.labels?.length && !one.getAttribute("aria-label"))
  .map((one) => one.outerHTML)"""


def assert_accessible(page: Page, look: str) -> None:
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{look}: {found.generate_report()}"


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_a_page_is_accessible_silent_and_fits_a_phone(
    visitors: Visitors, filed: Filed, stop: Stop
) -> None:
    """WCAG 2.0 to 2.2, A and AA, as far as axe can tell: in light, in dark, on a phone."""
    with visitors.visit(stop.who) as page:
        said = listen(page, visitors.place.issuer, status=stop.status)
        stop.go(page, visitors.place, filed)
        assert page.evaluate(WITHOUT_LABEL) == []
        assert page.locator("h1").count() == 1
        assert_accessible(page, "light")
        page.emulate_media(color_scheme="dark")
        page.wait_for_selector('html[data-bs-theme="dark"]')
        assert_accessible(page, "dark")
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert_accessible(page, "phone")
        assert said == []


def test_a_title_tells_a_page_from_all_others(visitors: Visitors, filed: Filed) -> None:
    titles = defaultdict[str, set[str]](set)
    for stop in STOPS:
        with visitors.visit(stop.who) as page:
            stop.go(page, visitors.place, filed)
            titles[page.title()].add(stop.shows or stop.name)
    assert {title: names for title, names in titles.items() if len(names) > 1} == {}
