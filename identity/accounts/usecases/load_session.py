"""Who is calling, by the session cookie?"""

import contextlib
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa

from identity.accounts.domain.account import Account, AccountState
from identity.accounts.domain.password import is_outworn
from identity.accounts.domain.session import Session, is_alive
from identity.accounts.store import accounts, sessions
from identity.accounts.usecases.services import AccountServices
from identity.accounts.usecases.session_cache import Loaded
from kernel.errors import XueyinError
from kernel.ids import SessionId
from kernel.principal import Principal

NOTE_USE_EVERY = timedelta(minutes=1)
LONGEST_COOKIE = 256


@dataclass(frozen=True, slots=True)
class Identity:
    """A live session. Whoever must change the password is nobody yet: `principal` is None."""

    session: Session
    account: Account
    must_change: bool

    @property
    def principal(self) -> Principal | None:
        """Return the caller, None until the required password change is done."""
        if self.must_change:
            return None
        return replace(self.account.principal(), session_id=self.session.session_id)


async def load_session(services: AccountServices, cookie: str | None) -> Identity | None:
    """Return who the cookie stands for, None if there is no live session.

    Roles, state and password age are judged at each call on facts at most three seconds old.
    """
    if not cookie or len(cookie) > LONGEST_COOKIE:
        return None
    now, hashed = services.runtime.clock(), sessions.cookie_hash(cookie)
    loaded = services.sessions.find(hashed, now)
    if loaded is None:
        stamp = services.sessions.stamp
        rows = await services.runtime.database.read(sessions.with_account(hashed))
        if not rows:
            return None
        loaded = Loaded(sessions.read(rows[0]), accounts.read(rows[0]), now)
        services.sessions.keep(hashed, loaded, stamp)
    session, account = loaded.session, loaded.account
    alive = is_alive(session, services.policy.sessions.of(account.roles), now)
    if not alive or account.state is not AccountState.ACTIVE:
        return None
    if now - session.last_seen_at >= NOTE_USE_EVERY:
        await _note_use(services, hashed, loaded)
    profile = services.policy.passwords(account.roles)
    must_change = account.must_change or is_outworn(account.password_set_at, profile, now)
    return Identity(session, account, must_change)


async def load_session_by_id(services: AccountServices, session_id: SessionId) -> Session | None:
    """Return the session of a principal, for `auth_time` and `amr` of an ID token."""
    rows = await services.runtime.database.read(sessions.by_session_id(session_id))
    return sessions.read(rows[0]) if rows else None


async def _note_use(services: AccountServices, hashed: bytes, loaded: Loaded) -> None:
    now = services.runtime.clock()
    # Where the database cannot write, the page is still shown; the session then ends as if idle.
    with contextlib.suppress(sa.exc.SQLAlchemyError, XueyinError):
        await services.runtime.database.write(
            lambda connection: sessions.touch(connection, hashed, now, now - NOTE_USE_EVERY)
        )
        used = replace(loaded, session=replace(loaded.session, last_seen_at=now))
        if services.sessions.find(hashed, now) is loaded:
            services.sessions.keep(hashed, used, services.sessions.stamp)
