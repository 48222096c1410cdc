"""How does a browser get a session? With fresh secrets; whatever it held before dies."""

import base64
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from identity.accounts.domain.account import Account
from identity.accounts.domain.password import is_outworn
from identity.accounts.domain.session import Session
from identity.accounts.store import sessions
from identity.accounts.usecases.check_password import Attempt
from identity.accounts.usecases.services import AccountServices
from kernel.ids import SessionId, new_id


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session with the two cookie values that only this browser may have."""

    session: Session
    account: Account
    session_cookie: str
    device_cookie: str
    must_change: bool


def make_session(services: AccountServices, account: Account) -> SignedIn:
    """Return a session that is not stored yet."""
    runtime, now = services.runtime, services.runtime.clock()
    session_id = SessionId(new_id("session", runtime.entropy))
    profile = services.policy.passwords(account.roles)
    return SignedIn(
        session=Session(session_id, account.account_id, now, now, now),
        account=account,
        session_cookie=_secret(runtime.entropy(32)),
        device_cookie=_secret(runtime.entropy(32)),
        must_change=account.must_change or is_outworn(account.password_set_at, profile, now),
    )


def store_session(connection: Connection, attempt: Attempt, made: SignedIn) -> None:
    """Store it and end what the browser presented, so a planted cookie is worth nothing."""
    if attempt.session_cookie:
        sessions.end(connection, sessions.cookie_hash(attempt.session_cookie))
    sessions.insert(connection, made.session, sessions.cookie_hash(made.session_cookie))
    sessions.renew_device(
        connection,
        sessions.cookie_hash(attempt.device_cookie) if attempt.device_cookie else None,
        sessions.cookie_hash(made.device_cookie), made.account.account_id, made.session.created_at,
    )  # fmt: skip


def _secret(random: bytes) -> str:
    return base64.urlsafe_b64encode(random).decode().rstrip("=")
