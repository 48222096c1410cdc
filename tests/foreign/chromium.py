"""A real Chromium in the hands of a pupil."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from server.demo.people import Login

EXECUTABLE = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--no-first-run", "--disable-quic",
]  # fmt: skip


@contextmanager
def chromium() -> Iterator[Page]:
    """Open a fresh browser; whatever its console complains of fails the test at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        page = browser.new_page(locale="zh-CN")
        page.set_default_timeout(20_000)
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if is_policy(said.text) else None)
        yield page
        browser.close()
    assert refused == []


def is_policy(said: str) -> bool:
    """Tell whether the console reports something that a content policy refused."""
    return "Content Security Policy" in said


def enter(page: Page, login: Login) -> None:
    """Fill in the sign-in page."""
    page.fill("#username", login.username)
    page.fill("#password", login.password)
    page.click("#sign-in")
