"""Who is calling, and which token must their forms carry? Asked once for every page.

Three cookies: the session; a form cookie that ties forms to the browser before sign-in; and the
device cookie. The CSRF token is an HMAC of the session cookie, or else of the form cookie, so it
changes at sign-in and cannot be made by who does not see the cookie (ASVS 5.0 V3.5.1).
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from identity.accounts.usecases.load_session import LONGEST_COOKIE, Identity, load_session
from identity.accounts.usecases.services import AccountServices
from kernel.principal import Principal

FORM_LIFE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Browser:
    """What is known of the browser. `csrf` is empty as long as it holds neither cookie."""

    principal: Principal | None
    csrf: str
    identity: Identity | None = None
    """The live session, also while `principal` is None because the password must be changed."""
    session_cookie: str | None = None
    device_cookie: str | None = None


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """The middleware and the pages of sign-in ask this."""

    services: AccountServices

    async def identify(self, cookie_header: str | None) -> Browser:
        """Return who is calling and their CSRF token; no cookie costs no database."""
        names = self.services.cookies
        found = cookies(cookie_header, (names.session, names.form, names.device))
        session, form = found.get(names.session), found.get(names.form)
        identity = await load_session(self.services, session)
        if identity is not None:
            csrf = self._token(f"session:{session}")
        else:
            csrf = self.form_token(form) if form and self._is_ours(form) else ""
        return Browser(
            principal=identity.principal if identity else None, csrf=csrf, identity=identity,
            session_cookie=session, device_cookie=found.get(names.device),
        )  # fmt: skip

    def new_form_cookie(self) -> str:
        """Return a value for the form cookie: moment of issue, random bits, our mark."""
        issued = int(self.services.runtime.clock().timestamp())
        body = f"{issued}.{_text(self.services.runtime.entropy(16))}"
        return f"{body}.{self._token(f'mark:{body}')}"

    def form_token(self, form_cookie: str) -> str:
        """Return the CSRF token that goes with a form cookie."""
        return self._token(f"form:{form_cookie}")

    def _is_ours(self, form_cookie: str) -> bool:
        body, _, mark = form_cookie.rpartition(".")
        if not hmac.compare_digest(self._token(f"mark:{body}").encode(), mark.encode()):
            return False
        now = self.services.runtime.clock()
        return now - datetime.fromtimestamp(int(body.split(".")[0]), now.tzinfo) < FORM_LIFE

    def _token(self, text: str) -> str:
        key = self.services.runtime.keyring.key("identity-csrf")
        return _text(hmac.digest(key, text.encode(), "sha256"))


def cookies(header: str | None, wanted: tuple[str, ...]) -> dict[str, str]:
    """Return the wanted cookies of a Cookie header.

    A name that comes twice with different values is dropped: one of the two was planted, and
    there is no telling which (RFC 6265 8.5, 8.6).
    """
    found: dict[str, str] = {}
    planted: set[str] = set()
    for pair in (header or "").split(";"):
        name, _, value = pair.strip().partition("=")
        if name not in wanted or len(value) > LONGEST_COOKIE:
            continue
        if found.setdefault(name, value) != value:
            planted.add(name)
    return {name: value for name, value in found.items() if name not in planted}


def _text(random: bytes) -> str:
    return base64.urlsafe_b64encode(random).decode().rstrip("=")
