"""Which outside organisations are registered?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from kernel.errors import MissingError
from kernel.ids import PersonId, RecipientId
from sharing.requests.store.tables import recipient
from sharing.requests.usecases.services import SharingServices


@dataclass(frozen=True, slots=True)
class Recipient:
    """An outside organisation and the named person who answers for it."""

    id: RecipientId
    name: str
    kind: str
    uscc: str
    responsible_person: PersonId
    responsible_name: str
    contact: str
    filings: Mapping[str, str]
    registered_at: datetime


async def recipient_of(services: SharingServices, recipient_id: RecipientId) -> Recipient:
    """Return the organisation; raises MissingError if there is none."""
    rows = await services.runtime.database.read(
        sa.select(recipient).where(recipient.c.id == recipient_id)
    )
    if not rows:
        raise MissingError("没有这个接收方", field="recipient", remedy="请先由管理员登记接收方")
    return _from_row(rows[0])


async def recipients(services: SharingServices) -> list[Recipient]:
    """Return all, by name."""
    rows = await services.runtime.database.read(
        sa.select(recipient).order_by(recipient.c.name, recipient.c.id)
    )
    return [_from_row(row) for row in rows]


def _from_row(row: Row[Any]) -> Recipient:
    return Recipient(
        RecipientId(row.id), row.name, row.kind, row.uscc, PersonId(row.responsible_person),
        row.responsible_name, row.contact, row.filings, row.registered_at,
    )  # fmt: skip
