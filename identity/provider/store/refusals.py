"""How are refusals kept, so that a developer can see why? Reasons and fields; never a pupil."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from identity.provider.store.tables import refusal


def add(
    connection: Connection, refusal_id: str, client_id: str, error: str, *,
    reasons: Sequence[dict[str, str]], at: datetime,
) -> None:  # fmt: skip
    """Record one refusal of a client."""
    connection.execute(
        refusal.insert().values(
            id=refusal_id, client_id=client_id, error=error, reasons=list(reasons), at=at
        )
    )


def select_latest(client_id: str, most: int) -> sa.Select[Any]:
    """Return the statement for a client's latest refusals: id, at, error, reasons."""
    return (
        sa.select(refusal.c.id, refusal.c.at, refusal.c.error, refusal.c.reasons)
        .where(refusal.c.client_id == client_id)
        .order_by(refusal.c.at.desc(), refusal.c.id)
        .limit(most)
    )
