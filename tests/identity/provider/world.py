"""A provider in one process: the real use cases and pages, a door and sessions made by hand."""

# ruff: noqa: ANN401  what a test sends is passed on as it is
import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
from fastapi import FastAPI
from joserfc import jwk, jwt
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from identity.provider.domain.client import AuthMethod, Client
from identity.provider.domain.config import ProviderConfig
from identity.provider.domain.keys import ALGORITHMS, KeyState, NewKey, generate
from identity.provider.domain.registration import Registration
from identity.provider.domain.vocabulary import EVERYTHING_APPROVED, Vocabulary
from identity.provider.store import keys
from identity.provider.usecases.cache import ProviderCache
from identity.provider.usecases.register_client import register_client
from identity.provider.usecases.services import ProviderServices
from identity.provider.web import authorize, developer
from identity.provider.web.protocol import routes
from kernel.errors import DeniedError, XueyinError
from kernel.ids import AccountId, PersonId, RecipientId, SessionId, StudentId
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from policies.decide import Failure
from server.pages import renderer
from sharing.door.domain.release import Offer, OfferItem
from sharing.requests.domain.client import ClientFacts

ISSUER = "https://id.example.cn"
CALLBACK = "https://app.example.com/cb"
VERIFIER = "a-verifier-of-forty-three-characters-or-more-0123"
VOCABULARY = Vocabulary({"edu.name": "name", "edu.grade": "grade"}, ("edu_name", "edu_grade"))
VALUES = {"name": "李*", "grade": "小学"}
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def s256(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@cache
def ready_keys() -> tuple[tuple[NewKey, KeyState], ...]:
    """RSA keys take long to make; every test may start from the same ones."""
    states = (KeyState.ACTIVE, KeyState.NEXT)
    return tuple((generate(algorithm), state) for algorithm in ALGORITHMS for state in states)


@cache
def client_key(algorithm: str = "ES256") -> jwk.ECKey | jwk.RSAKey:
    parameters: Any = {"kid": f"own-{algorithm}", "alg": algorithm, "use": "sig"}
    if algorithm == "ES256":
        return jwk.ECKey.generate_key("P-256", parameters)
    return jwk.RSAKey.generate_key(2048, parameters)


@dataclass
class FakeDoor:
    """Offers what is approved, in memory; may be told to refuse, or to need an answer first."""

    approved: set[str] = field(default_factory=lambda: {"name", "grade"})
    needs: str = "nothing"
    acknowledged: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[frozenset[str]] = field(default_factory=list)
    synthetic: set[str] = field(default_factory=lambda: {"student_s"})
    refusal: Exception | None = None
    extra: dict[str, str] = field(default_factory=dict)

    def _fields(self, asked: frozenset[str]) -> list[str]:
        return sorted(self.approved if EVERYTHING_APPROVED in asked else asked & self.approved)

    async def offer(
        self, client: ClientFacts, student_id: StudentId, asked: frozenset[str]
    ) -> Offer:
        self.asked.append(asked)
        failures = [
            Failure("not_approved", "学籍办法第二十四条", "未获批准", "请提交数据申请", name)
            for name in sorted(asked - self.approved - {EVERYTHING_APPROVED})
        ]
        if client.sandbox is not (student_id in self.synthetic):
            failures.append(Failure("mixed", "沙箱规则", "沙箱应用只能用于合成学生", "请换账号"))
        items = tuple(
            OfferItem(
                name, f"字段{name}", f"edu_{name}", "keep", "原样", VALUES[name], None,
                "某县人民政府批准", "consent", "教学", self.needs,
            )
            for name in self._fields(asked)
        )  # fmt: skip
        return Offer(tuple(failures), items, "示例公司", self.needs)

    async def acknowledge(
        self, client: ClientFacts, student_id: StudentId, offer: Offer, principal: Principal
    ) -> None:
        assert principal.student_id == student_id
        self.acknowledged.append((client.client_id, student_id, offer.notice_digest))
        self.needs = "nothing"

    async def release(
        self, client: ClientFacts, student_id: StudentId, asked: frozenset[str]
    ) -> Mapping[str, str]:
        if self.refusal is not None:
            raise self.refusal
        if client.sandbox is not (student_id in self.synthetic):
            raise DeniedError("沙箱应用只能用于合成学生")
        return {f"edu_{name}": VALUES[name] for name in self._fields(asked)} | self.extra


@dataclass
class FakeSessions:
    times: dict[str, datetime] = field(default_factory=dict)

    async def authenticated_at(self, session_id: SessionId) -> datetime | None:
        return self.times.get(session_id)


def pupil(student: str = "student_1", session: str = "session_1") -> Principal:
    return Principal(
        AccountId(f"account_{student}"), PersonId(f"person_{student}"), frozenset({Role.PUPIL}),
        "李雷", student_id=StudentId(student), session_id=SessionId(session),
    )  # fmt: skip


def staff(*roles: Role, account: str = "account_d", recipient: str = "recipient_1") -> Principal:
    return Principal(
        AccountId(account), PersonId(f"person_{account}"), frozenset(roles), "王工",
        recipient_id=RecipientId(recipient), session_id=SessionId("session_staff"),
    )  # fmt: skip


DEFAULT = Registration(name="示例应用", sandbox=False, redirect_uris=(CALLBACK,))


class World:
    """The provider, its door, one signed-in person at a time, and the calls an app makes."""

    def __init__(self, runtime: Runtime, *, issuer: str = ISSUER) -> None:
        self.runtime = runtime
        self.door = FakeDoor()
        self.sessions = FakeSessions()
        self.principal: Principal | None = None
        self.csrf = "browser-token"
        self.form_action: object = None
        self.services = ProviderServices(
            ProviderConfig(issuer), runtime, VOCABULARY, self.door, self.sessions,
            ProviderCache(runtime),
        )  # fmt: skip
        self._lean = dict(routes(self.services))
        self._app = _framework(self.services)
        self.run(runtime.database.write(self._add_keys))

    def _add_keys(self, connection: Connection) -> None:
        for key, state in ready_keys():
            keys.add(connection, self.runtime.keyring, key, state, self.runtime.clock())

    @staticmethod
    def run(awaitable: Any) -> Any:
        async def wait() -> Any:
            return await awaitable

        return asyncio.run(wait())

    # who is there

    def sign_in(self, student: str = "student_1", session: str = "session_1") -> None:
        self.principal = pupil(student, session)
        self.sessions.times[session] = self.runtime.clock()

    def client(self, **changes: Any) -> tuple[Client, str]:
        asked, owner = replace(DEFAULT, **changes), "account_d"
        registered = self.run(
            register_client(
                self.runtime, asked, owner=AccountId(owner), recipient_id=RecipientId("recipient_1")
            )
        )
        return registered.client, registered.secret

    def key_client(self, algorithm: str = "ES256", **changes: Any) -> Client:
        public = client_key(algorithm).as_dict(private=False)
        client, _ = self.client(
            auth_method=AuthMethod.PRIVATE_KEY_JWT, jwks={"keys": [public]}, **changes
        )
        return client

    # HTTP

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope.setdefault("state", {})
        state["principal"], state["csrf"] = self.principal, self.csrf
        await self._lean.get(scope["path"], self._app)(scope, receive, send)
        self.form_action = state.get("form_action")

    async def request(self, method: str, path: str, **rest: Any) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self)
        async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as browser:
            return await browser.request(method, path, **rest)

    def get(self, path: str, **rest: Any) -> httpx2.Response:
        return self.run(self.request("GET", path, **rest))  # type: ignore[no-any-return]

    def post(self, path: str, **rest: Any) -> httpx2.Response:
        return self.run(self.request("POST", path, **rest))  # type: ignore[no-any-return]

    # what an app does

    @staticmethod
    def parameters(client: Client, **changes: str | None) -> dict[str, str]:
        sent: dict[str, str | None] = {
            "client_id": client.client_id, "redirect_uri": CALLBACK, "response_type": "code",
            "scope": "openid", "state": "st", "nonce": "no",
            "code_challenge": s256(VERIFIER), "code_challenge_method": "S256", **changes,
        }  # fmt: skip
        return {name: value for name, value in sent.items() if value is not None}

    def authorize(self, client: Client, **changes: str | None) -> httpx2.Response:
        return self.get("/authorize?" + urlencode(self.parameters(client, **changes)))

    def answer(self, client: Client, **changes: str | None) -> dict[str, str]:
        """Return the parameters that the browser brings back to the client."""
        return answer_of(self.authorize(client, **changes))

    def code(self, client: Client, **changes: str | None) -> str:
        return self.answer(client, **changes)["code"]

    def exchange(
        self, client: Client, secret: str, code: str, **changes: str | None
    ) -> httpx2.Response:
        return self.post(
            "/token", data=self.code_form(code, **changes), auth=(client.client_id, secret)
        )

    @staticmethod
    def code_form(code: str, **changes: str | None) -> dict[str, str]:
        sent: dict[str, str | None] = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER, **changes,
        }  # fmt: skip
        return {name: value for name, value in sent.items() if value is not None}

    def tokens(self, client: Client, secret: str, **changes: str | None) -> dict[str, Any]:
        response = self.exchange(client, secret, self.code(client, **changes))
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def userinfo(self, token: str) -> httpx2.Response:
        return self.get("/userinfo", headers={"Authorization": f"Bearer {token}"})

    def assertion(
        self, client: Client, *, algorithm: str = "ES256", key: Any = None,
        header: Mapping[str, Any] | None = None, **changes: Any,
    ) -> str:  # fmt: skip
        now = int(self.runtime.clock().timestamp())
        claims = {
            "iss": client.client_id, "sub": client.client_id, "aud": ISSUER, "iat": now,
            "exp": now + 60, "jti": "jti-1", **changes,
        }  # fmt: skip
        return jwt.encode(
            {"alg": algorithm, "kid": f"own-{algorithm}"} | dict(header or {}),
            {name: value for name, value in claims.items() if value is not None},
            key or client_key(algorithm), algorithms=[algorithm],
        )  # fmt: skip

    def by_assertion(self, assertion: str, **form: str) -> httpx2.Response:
        sent = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
        return self.post("/token", data={**sent, "client_assertion": assertion, **form})


def answer_of(response: httpx2.Response) -> dict[str, str]:
    """Return what a redirect to the app carries; anything else is a failure of the test."""
    assert response.status_code == 303, response.text
    url = urlsplit(response.headers["location"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == CALLBACK
    return dict(parse_qsl(url.query))


def _framework(services: ProviderServices) -> FastAPI:
    app = FastAPI()
    app.state.provider = services
    app.state.pages = renderer(demo=False)
    app.include_router(authorize.router)
    app.include_router(developer.router)

    @app.exception_handler(XueyinError)
    async def _refused(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, XueyinError)
        return JSONResponse(error.as_dict(), error.status)

    return app
