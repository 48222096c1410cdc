"""How is the security log written and read? One row an event, never a secret in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from identity.accounts.store.tables import security_event
from kernel.ids import Entropy, new_id

DONE, REFUSED = "done", "refused"


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """Who did what, with what result, when and from where (GB/T 22239-2019 8.1.4.3)."""

    kind: str
    result: str
    at: datetime
    account_id: str = ""
    person_id: str = ""
    address: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)
    """Ids and reasons only; JSON escapes whatever could break a line."""


def append(connection: Connection, event: SecurityEvent, entropy: Entropy) -> None:
    """Add an event in the same transaction as what it tells of."""
    connection.execute(
        security_event.insert().values(
            event_id=new_id("event", entropy), at=event.at, kind=event.kind,
            result=event.result, account_id=event.account_id, person_id=event.person_id,
            address=event.address[:64], detail=dict(event.detail),
        )
    )  # fmt: skip


def newest(limit: int, before: datetime | None = None, account_id: str = "") -> sa.Select[Any]:
    """Select the newest events, before a time and of one account if given."""
    chosen = sa.select(security_event).order_by(
        security_event.c.at.desc(), security_event.c.event_id
    )
    if before is not None:
        chosen = chosen.where(security_event.c.at < before)
    if account_id:
        chosen = chosen.where(security_event.c.account_id == account_id)
    return chosen.limit(limit)


def read(row: Row[Any]) -> SecurityEvent:
    """Return the event of a row."""
    return SecurityEvent(
        row.kind, row.result, row.at, row.account_id, row.person_id, row.address, row.detail
    )
