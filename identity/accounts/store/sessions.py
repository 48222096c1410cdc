"""How are sessions and known devices read and written? Cookies are kept as SHA-256 only."""

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from identity.accounts.domain.session import Session
from identity.accounts.store.tables import account, device, session
from kernel.ids import AccountId, SessionId


def cookie_hash(value: str) -> bytes:
    """Return what is stored of a cookie (256 random bits, so a bare hash suffices)."""
    return hashlib.sha256(value.encode()).digest()


_COLUMNS = (
    session.c.session_id,
    session.c.account_id.label("session_account_id"),
    session.c.created_at.label("session_created_at"),
    session.c.last_seen_at,
    session.c.auth_time,
    session.c.amr,
)


def with_account(hashed: bytes) -> sa.Select[Any]:
    """Select the session of a cookie hash together with its account."""
    return (
        sa.select(account, *_COLUMNS)
        .join(session, account.c.account_id == session.c.account_id)
        .where(session.c.cookie_hash == hashed)
    )


def by_session_id(session_id: str) -> sa.Select[Any]:
    """Select the session with this id."""
    return sa.select(*_COLUMNS).where(session.c.session_id == session_id)


def read(row: Row[Any]) -> Session:
    """Return the session of a row."""
    return Session(
        session_id=SessionId(row.session_id),
        account_id=AccountId(row.session_account_id),
        created_at=row.session_created_at,
        last_seen_at=row.last_seen_at,
        auth_time=row.auth_time,
        amr=tuple(row.amr),
    )


def insert(connection: Connection, new: Session, hashed: bytes) -> None:
    """Add a session."""
    connection.execute(
        session.insert().values(
            cookie_hash=hashed, session_id=new.session_id, account_id=new.account_id,
            created_at=new.created_at, last_seen_at=new.last_seen_at, auth_time=new.auth_time,
            amr=list(new.amr),
        )
    )  # fmt: skip


def touch(connection: Connection, hashed: bytes, at: datetime, unless_after: datetime) -> None:
    """Note that the session was used, unless that was noted after the given time."""
    connection.execute(
        session.update()
        .where(session.c.cookie_hash == hashed, session.c.last_seen_at <= unless_after)
        .values(last_seen_at=at)
    )


def end(connection: Connection, hashed: bytes) -> bool:
    """End the session of a cookie hash; tell whether there was one."""
    return connection.execute(session.delete().where(session.c.cookie_hash == hashed)).rowcount == 1


def end_all(connection: Connection, account_id: str) -> None:
    """End every session of an account and forget its devices."""
    connection.execute(session.delete().where(session.c.account_id == account_id))
    connection.execute(device.delete().where(device.c.account_id == account_id))


def known_device(account_id: str, hashed: bytes) -> sa.Select[Any]:
    """Select the row that says: this browser has signed in to this account before."""
    return sa.select(device.c.account_id).where(
        device.c.account_id == account_id, device.c.device_hash == hashed
    )


def renew_device(
    connection: Connection, old: bytes | None, new: bytes, account_id: str, at: datetime
) -> None:
    """Give the browser a new device secret for all accounts it knew, and add this account.

    The old secret dies, so one that a stranger planted in the browser is worth nothing.
    """
    if old is not None:
        connection.execute(
            device.update().where(device.c.device_hash == old).values(device_hash=new)
        )
    connection.execute(
        device.delete().where(device.c.device_hash == new, device.c.account_id == account_id)
    )
    connection.execute(
        device.insert().values(account_id=account_id, device_hash=new, last_used_at=at)
    )


def forget_unused(connection: Connection, *, begun: datetime, devices_used: datetime) -> int:
    """Delete sessions begun, and devices last used, before those times; return how many."""
    ended = connection.execute(session.delete().where(session.c.created_at < begun))
    gone = connection.execute(device.delete().where(device.c.last_used_at < devices_used))
    return ended.rowcount + gone.rowcount
