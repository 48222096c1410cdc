"""People with browsers of their own, and what a browser's console has to say about a page."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Response,
)

from ledger.domain.note import Signer
from server.demo.people import Login
from tests.foreign.chromium import EXECUTABLE, FLAGS, enter

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
TIMEOUT = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """The running server, its demo app, everyone's login, and what lies at the offline desk.

    `key_file` is the approver's, certified; `school` the name of the registrar's school.
    """

    issuer: str
    app: str
    logins: Mapping[str, Login]
    root: Signer
    key_file: Path
    school: str


@dataclass(slots=True)
class Visitors:
    """Opens pages for people; a person types the password once, later windows share the cookie."""

    browser: Browser
    place: Place
    _cookies: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def visit(
        self, who: str = "", *, script: bool = True, scheme: Literal["light", "dark"] = "light"
    ) -> Iterator[Page]:
        """Give a page of a fresh window, signed in as `who` if named."""
        if who and who not in self._cookies:
            self._cookies[who] = self._sign_in(who)
        context = self._window(script=script, scheme=scheme, state=self._cookies.get(who))
        yield context.new_page()
        context.close()

    def _sign_in(self, who: str) -> Any:  # noqa: ANN401  Playwright's own kind of mapping
        context = self._window(script=False)
        page = context.new_page()
        page.goto("/sign-in")
        enter(page, self.place.logins[who])
        page.wait_for_selector("#sign-out")
        state = context.storage_state()
        context.close()
        return state

    def _window(
        self, *, script: bool, scheme: Literal["light", "dark"] = "light",
        state: Any = None,  # noqa: ANN401  Playwright's own kind of mapping
    ) -> BrowserContext:  # fmt: skip
        context = self.browser.new_context(
            base_url=self.place.issuer, locale="zh-CN", timezone_id="Asia/Shanghai",
            java_script_enabled=script, color_scheme=scheme, storage_state=state,
            viewport={"width": DESK["width"], "height": DESK["height"]}, reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(TIMEOUT)
        return context


def chromium(playwright: Playwright) -> Browser:
    """Start Debian's Chromium."""
    return playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)


def listen(page: Page, home: str, *, status: int = 200) -> list[str]:
    """Return a list that fills with every complaint about pages of `home`.

    Console, failing scripts, refusals by the content policy, failed requests, a missing policy.

    A page that is itself an answer of `status` 400 or more makes Chromium say so once; only that
    is left out.
    """
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        own = f"status of {status}" in message.text and where == page.url
        if message.type in {"error", "warning"} and not own and where.startswith(home):
            said.append(f"{where}: {message.text}")

    def check(response: Response) -> None:
        if response.url.startswith(home) and response.request.resource_type == "document":
            policy = response.headers.get("content-security-policy", "")
            if not policy.startswith("default-src 'none'") or "unsafe" in policy:
                said.append(f"{response.url}: policy {policy!r}")

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    page.on("response", check)
    return said
