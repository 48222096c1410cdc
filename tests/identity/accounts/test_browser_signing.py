"""A real Chromium under the house's content policy: make a key, sign, and cannot give it away."""

import asyncio
import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from playwright.sync_api import Page, sync_playwright

from identity.accounts.domain import certificate, key_request
from identity.accounts.usecases.services import AccountServices
from identity.accounts.usecases.signing_keys import KeyVerifier
from kernel.ids import PersonId
from kernel.principal import Role
from server.edge import Edge
from server.pages import STATIC
from tests.conftest import HandClock
from tests.identity.accounts.keys_at_hand import ROOT
from tests.identity.accounts.people import GOVERNMENT, PASSWORD, hire
from tests.identity.accounts.site import make_app

pytestmark = pytest.mark.browser

PAYLOAD = '{"type":"xueyin-approval@v1","purpose":"助学"}'.encode()
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
EXPORT = """async (keyId) => {
  const { findKey } = await import("/static/js/sign.js");
  const { privateKey } = await findKey(keyId);
  const tries = ["pkcs8", "jwk", "raw"].map((form) => crypto.subtle.exportKey(form, privateKey));
  return (await Promise.allSettled(tries)).map((one) => one.status);
}"""


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve on a free loopback port, with the headers that the house sends."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(Edge(app, https=False), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@contextmanager
def chromium() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(15_000)
        yield page
        browser.close()


def with_sign_page(app: FastAPI, posted: list[dict[str, str]]) -> None:
    """Add a page that asks for a signature, as the page of a decision does."""
    app.mount("/static", StaticFiles(directory=STATIC))

    @app.get("/sign-page")
    async def sign_page(key: str) -> HTMLResponse:
        data = json.dumps({"key_id": key, "payload": base64.b64encode(PAYLOAD).decode()})
        return HTMLResponse(
            '<!doctype html><link rel="icon" href="/static/seal.svg">'
            f'<script type="application/json" id="sign-data">{data}</script>'
            '<pre id="sign-document"></pre><p id="sign-status" role="status"></p>'
            '<form id="sign-form" method="post"><input type="hidden" name="signature">'
            '<button id="approve" name="verb" value="approve">批准</button>'
            '<button id="reject" name="verb" value="reject" data-unsigned>驳回</button></form>'
            '<script type="module" src="/static/js/sign.js"></script>'
        )

    @app.post("/sign-page")
    async def take(request: Request) -> HTMLResponse:
        posted.append({name: str(value) for name, value in (await request.form()).items()})
        return HTMLResponse('<link rel="icon" href="/static/seal.svg"><p id="done">done</p>')


def enter(page: Page, home: str) -> None:
    page.goto(f"{home}/sign-in?next=/account/signing-key")
    page.fill("#username", "approver")
    page.fill("#password", PASSWORD)
    page.click("#sign-in")


def make_certified_key(page: Page, home: str, clock: HandClock) -> str:
    """Make a key on its page, bring the root's certificate, and return the key's id."""
    enter(page, home)
    page.click("#make-key")
    page.wait_for_selector("[data-key-id] .key-here:visible")
    request = key_request.parse(page.input_value("[data-key-id] textarea"))
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    text = certificate.issue(
        ROOT, request.person_id, request.org_id, request.key,
        valid_from=clock.now, valid_to=clock.now + timedelta(days=1),
    )  # fmt: skip
    page.fill("#certificate", text)
    page.click("#add-certificate")
    page.wait_for_selector("text=可以签署")
    return request.key.key_id


def press(page: Page, address: str, button: str, awaited: str) -> None:
    page.goto(address)
    assert page.text_content("#sign-document") == PAYLOAD.decode()
    page.click(button)
    page.wait_for_selector(awaited)


def test_a_key_made_in_the_browser_signs_there_and_cannot_be_taken_out(
    services: AccountServices, clock: HandClock
) -> None:
    rooted = replace(services, approver_root=ROOT.vkey)
    asyncio.run(hire(rooted, Role.APPROVER))
    posted: list[dict[str, str]] = []
    said: list[str] = []
    app = make_app(rooted)
    with_sign_page(app, posted)
    with serving(app) as home, chromium() as page:
        page.on("console", lambda message: said.append(message.text))
        key_id = make_certified_key(page, home, clock)
        assert page.evaluate(EXPORT, key_id) == ["rejected"] * 3
        press(page, f"{home}/sign-page?key={key_id}", "#approve", "#done")
        press(page, f"{home}/sign-page?key={key_id}", "#reject", "#done")
        press(page, f"{home}/sign-page?key=key_none", "#approve", "text=本浏览器没有密钥")
    assert said == []  # nothing that the content policy had to refuse
    assert posted[1:] == [{"signature": "", "verb": "reject"}]
    assert posted[0]["verb"] == "approve"
    verified = asyncio.run(
        KeyVerifier(rooted).verify(
            person_id=PersonId("person_approver"), org_id=GOVERNMENT, payload=PAYLOAD,
            signature=base64.b64decode(posted[0]["signature"]), key_id=key_id, at=clock.now,
        )
    )  # fmt: skip
    assert verified.key_id == key_id


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (None, "/sign-in"), (Role.APPROVER, "/account/signing-key"),
        (Role.PUPIL, "/account/password"), (Role.ADMINISTRATOR, "/admin/accounts"),
        (Role.REGISTRAR, "/pupil-accounts/student_1"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit_a_phone(
    services: AccountServices, role: Role | None, path: str, scheme: str
) -> None:
    """WCAG 2.2 AA as far as axe can tell; nothing scrolls sideways at 360 pixels."""
    if role is not None:
        asyncio.run(hire(services, role))
    app = make_app(services)
    app.mount("/static", StaticFiles(directory=STATIC))
    with serving(app) as home, chromium() as page:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": 360, "height": 740})
        if role is not None:
            page.goto(f"{home}/sign-in?next={path}")
            page.fill("#username", role.value)
            page.fill("#password", PASSWORD)
            page.click("#sign-in")
        else:
            page.goto(home + path)
        page.wait_for_selector("h1")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
