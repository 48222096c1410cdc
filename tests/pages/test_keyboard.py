"""Without a mouse: the skip link, a focus that is seen, no colours that flash."""

import pytest

from tests.pages.visitors import Visitors

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  return { tag: one.tagName, id: one.id, width: parseFloat(style.outlineWidth),
           line: style.outlineStyle, left: one.getBoundingClientRect().left };
}"""
THEME_AT_FIRST = """new MutationObserver((_, observer) => {
  if (document.body) {
    window.themeAtFirst = document.documentElement.dataset.bsTheme;
    observer.disconnect();
  }
}).observe(document, { childList: true, subtree: true });"""


def test_the_first_stop_of_the_keyboard_skips_to_the_text(visitors: Visitors) -> None:
    with visitors.visit("approver") as page:
        page.goto("/decisions")
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED)["left"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate(FOCUSED)["id"] == "content"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_seen_on_everything_that_takes_it(visitors: Visitors, scheme: str) -> None:
    with visitors.visit(scheme="dark" if scheme == "dark" else "light") as page:
        page.goto("/sign-in")
        for expected in ("A", "A", "INPUT", "INPUT", "BUTTON", "A"):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            assert focused["tag"] == expected
            assert focused["line"] == "solid"
            assert focused["width"] >= 2


def test_sign_in_works_by_keyboard_alone(visitors: Visitors) -> None:
    login = visitors.place.logins["auditor"]
    with visitors.visit() as page:
        page.goto("/sign-in?next=/audit")
        page.focus("#username")
        page.keyboard.type(login.username)
        page.keyboard.press("Tab")
        page.keyboard.type(login.password)
        page.keyboard.press("Enter")
        page.wait_for_selector("#audit-form")


def test_a_dark_page_is_dark_from_its_first_paint(visitors: Visitors) -> None:
    with visitors.visit(scheme="dark") as page:
        page.add_init_script(THEME_AT_FIRST)
        page.goto("/")
        assert page.evaluate("window.themeAtFirst") == "dark"
