"""What people do in the story, each by the pages that they have, without script."""

import base64
import io
import json
import zipfile
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.integrations.httpx_client import OAuth2Client
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from identity.accounts.domain.key_file import read_key_file
from identity.accounts.domain.signing_key import sign
from server.demo.approval import SCAN
from server.story.browser import Browser, Page, Values, enter
from tests.flows.cast import App
from tests.flows.world import ISSUER, World

APP_ORIGIN = "https://app.example"
DIVISION = "371323"
REASON = "用途正当，字段最少，范围适当"


@dataclass(frozen=True, slots=True)
class Wish:
    """A data request in short: fields with forms, and how they are to leave."""

    applicant: str = "developer"
    app: str = "app"
    purpose: str = "learning_platform_sign_in"
    fields: dict[str, str] = field(
        default_factory=lambda: {"name": "mask:name", "school_name": "keep", "grade": "keep"}
    )
    deliveries: tuple[str, ...] = ("claims",)
    basis: str = "consent"
    changes: dict[str, str | list[str]] = field(default_factory=dict)


RESEARCH = Wish(
    "researcher", "institute", "education_research",
    {"sex": "keep", "attendance_mode": "keep"}, ("file",), "statutory_duty",
)  # fmt: skip


def ok(page: Page) -> Page:
    """Return the page if it says that all went well."""
    assert page.status < 400, f"{page.status} {page.url}: {page.text[:600]}"
    assert "请更正以下问题" not in page.text, page.text[:900]
    return page


def file_request(world: World, wish: Wish = Wish()) -> str:
    """The developer begins, answers, checks, submits; return the data request's id."""
    browser = world.browser(wish.applicant)
    page = browser.get("/developer/data-requests/new")
    client_id = world.cast.apps[wish.app].client_id
    begun: Values = {"client_id": client_id, "purpose": wish.purpose, "division": DIVISION}
    page = ok(browser.submit(page, page.form("/developer/data-requests/new"), begun))
    scan = {"document_scan": ("批准文件.pdf", SCAN, "application/pdf")}
    page = ok(browser.submit(page, page.form("/edit"), answers(world, wish), scan))
    page = ok(browser.submit(page, page.form("/submit")))
    return page.url.rsplit("/", 1)[-1]


def answers(world: World, wish: Wish) -> Values:
    """Return a complete form of a data request."""
    today = world.clock()
    filled: Values = {
        "ground_kind": "government_approval",
        "government_org_id": world.cast.orgs["government-county"].id,
        "document_number": "沂政办函〔2026〕31号",
        "document_date": f"{today - timedelta(days=20):%Y-%m-%d}",
        "decided_by": "沂水县人民政府副县长", "basis": wish.basis, "division": DIVISION,
        "start": f"{today - timedelta(days=1):%Y-%m-%d}",
        "end": f"{today + timedelta(days=180):%Y-%m-%d}",
        "rows": "100000", "pupils": "5000", "calls": "10000",
        "deliveries": list(wish.deliveries),
        "agreement": "双方约定：只用于申请的用途，不得转提供，到期删除并提交证明。",
        "assessment": "影响评估结论：字段最少，形式已处理，风险可接受。",
    }  # fmt: skip
    for name, form in wish.fields.items():
        filled |= {f"form.{name}": form, f"why.{name}": "完成申请的用途所必需"}
    return filled | wish.changes


def review(world: World, request_id: str, reviewer: str = "reviewer") -> Page:
    """Make the preview, look at it, pass; return the page with the preview."""
    browser = world.browser(reviewer)
    page = ok(browser.get(f"/reviews/{request_id}"))
    seen = ok(browser.submit(page, page.form("/preview")))
    ok(browser.submit(seen, seen.form("/verdict"), {"reason": REASON, "verdict": "pass"}))
    return seen


@dataclass(frozen=True, slots=True)
class ToSign:
    """The document as the server offers it to a key file, and the page with the form."""

    approval_id: str
    payload: bytes
    page: Page
    browser: Browser


def prepare(world: World, request_id: str, approver: str = "approver") -> ToSign:
    """Have the document made and fetch its exact bytes."""
    browser = world.browser(approver)
    page = ok(browser.get(f"/decisions/{request_id}"))
    page = ok(browser.submit(page, page.form("/prepare"), {"reason": "同意按申请范围提供"}))
    return waiting_document(browser, request_id, page)


def waiting_document(browser: Browser, request_id: str, page: Page) -> ToSign:
    """Fetch the exact bytes that wait for the approver's signature."""
    waiting = json.loads(ok(browser.get(f"/decisions/{request_id}/to-sign")).content)
    payload = base64.b64decode(waiting["payload"], validate=True)
    return ToSign(waiting["approval_id"], payload, page, browser)


def hand_in(to_sign: ToSign, signature: bytes) -> Page:
    """Post a signature for the prepared document."""
    values: Values = {
        "approval_id": to_sign.approval_id, "signature": base64.b64encode(signature).decode(),
    }  # fmt: skip
    return to_sign.browser.submit(to_sign.page, to_sign.page.form("/sign"), values)


def decide(world: World, request_id: str, approver: str = "approver") -> str:
    """Approve with the approver's key file; return the approval's id."""
    to_sign = prepare(world, request_id, approver)
    private = read_key_file(world.offline / f"{approver}.key")
    ok(hand_in(to_sign, sign(private, to_sign.payload)))
    return to_sign.approval_id


def approve(world: World, wish: Wish = Wish()) -> tuple[str, str]:
    """File, review, decide; return the ids of data request and approval."""
    request_id = file_request(world, wish)
    review(world, request_id)
    return request_id, decide(world, request_id)


def revoke(world: World, request_id: str) -> Page:
    """The approver revokes by the page of the decision."""
    browser = world.browser("approver")
    page = ok(browser.get(f"/decisions/{request_id}"))
    return ok(browser.submit(page, page.form("/revoke"), {"reason": "用途结束，提前撤销"}))


async def callback_site(scope: Scope, receive: Receive, send: Send) -> None:
    """The app's own site: it only shows where the browser arrived."""
    request = Request(scope, receive)
    await PlainTextResponse(str(request.url))(scope, receive, send)


class RelyingParty:
    """An app by Authlib: it knows the discovery document and its own secret, nothing else."""

    def __init__(self, world: World, app: App) -> None:
        self._network = world.network.with_site(APP_ORIGIN, callback_site)
        self._world = world
        self._client = OAuth2Client(
            app.client_id,
            app.secret,
            redirect_uri=app.redirect_uri,
            transport=self._network,
            code_challenge_method="S256",
            trust_env=False,
        )
        found = self._client.request(
            "GET", f"{ISSUER}/.well-known/openid-configuration", withhold_token=True
        )
        self.metadata: dict[str, Any] = found.json()

    def browser(self) -> Browser:
        """Return a pupil's browser: it knows the way to both sites."""
        return Browser(APP_ORIGIN, self._network)

    def ask(self, browser: Browser, scope: str) -> tuple[Page, str]:
        """Send the browser to the provider; return the first page and the PKCE verifier."""
        verifier = "v" * 64
        url, _state = self._client.create_authorization_url(
            self.metadata["authorization_endpoint"], scope=scope, code_verifier=verifier,
            nonce="n-0S6_WzA2Mj",
        )  # fmt: skip
        return browser.get(url), verifier

    def sign_in(self, username: str, scope: str = "openid edu") -> dict[str, str] | str:
        """Return the claims of userinfo, or the error that came back to the app."""
        browser, login = self.browser(), self._world.cast.logins[username]
        page, verifier = self.ask(browser, scope)
        if any(form.action.endswith("/sign-in") for form in page.forms):
            page = enter(browser, page, login.username, login.password)
        if any(form.action.endswith("/consent") for form in page.forms):
            page = browser.submit(page, page.form("/consent"), {"answer": "accept"})
        browser.close()
        return self.finish(page, verifier)

    def sign_in_token(self, username: str, scope: str = "openid edu") -> str:
        """Sign a pupil in and return the access token that userinfo takes."""
        assert isinstance(self.sign_in(username, scope), dict)
        return str(self._client.token["access_token"])

    def program_token(self) -> str:
        """Return an access token of the app's own program for the record API."""
        self._client.fetch_token(
            self.metadata["token_endpoint"],
            grant_type="client_credentials",
            scope="registry.read",
        )
        return str(self._client.token["access_token"])

    def finish(self, page: Page, verifier: str) -> dict[str, str] | str:
        """Exchange what came back at the callback for claims."""
        assert page.url.startswith(f"{APP_ORIGIN}/callback?"), f"{page.url}: {page.text[:600]}"
        answer = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
        assert answer["iss"] == ISSUER
        if "error" in answer:
            return f"{answer['error']}: {answer.get('error_description', '')}"
        self._client.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=page.url,
            code_verifier=verifier,
        )
        claims: dict[str, str] = self._client.get(self.metadata["userinfo_endpoint"]).json()
        return claims

    def records(self, **query: str) -> tuple[int, dict[str, Any]]:
        """Call the record API with an own access token; return status and body."""
        self.program_token()
        found = self._client.get(f"{ISSUER}/share/v1/students", params=query)
        return found.status_code, found.json()


def download(world: World, request_id: str, applicant: str = "researcher") -> Page:
    """Ask for the file of an approved data request by the button on its page."""
    browser = world.browser(applicant)
    page = ok(browser.get(f"/data-requests/{request_id}"))
    return browser.submit(page, page.form("/release"))


def unzipped(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def more(wish: Wish, **fields: str) -> Wish:
    """Return the wish for other fields."""
    return replace(wish, fields=fields)
