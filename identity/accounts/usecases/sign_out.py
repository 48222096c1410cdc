"""End the session of this browser."""

from sqlalchemy.engine import Connection

from identity.accounts.store import events, sessions
from identity.accounts.store.events import DONE, SecurityEvent
from identity.accounts.usecases.load_session import Identity
from identity.accounts.usecases.services import AccountServices


async def sign_out(
    services: AccountServices, identity: Identity | None, session_cookie: str | None, address: str
) -> None:
    """End the session, whether or not it was still alive. The device stays known."""
    if session_cookie is None:
        return
    runtime, hashed = services.runtime, sessions.cookie_hash(session_cookie)
    account = identity.account if identity else None

    def job(connection: Connection) -> None:
        if sessions.end(connection, hashed) and account is not None:
            event = SecurityEvent(
                "sign_out", DONE, runtime.clock(), account.account_id, account.person_id, address
            )
            events.append(connection, event, runtime.entropy)

    await runtime.database.write(job)
    services.sessions.changed()
