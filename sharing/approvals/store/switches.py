"""Is the emergency stop pulled: for everything, a client, or one approval?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.ids import ApprovalId, ClientId
from sharing.requests.store.tables import switch

GLOBAL, CLIENT, APPROVAL = "global", "client", "approval"


def pulled_for(client_id: ClientId, approval_ids: Sequence[ApprovalId] = ()) -> sa.Select[Any]:
    """Select `scope` and `target` of the pulled switches that stop this client or approvals."""
    return sa.select(switch.c.scope, switch.c.target).where(
        switch.c.lifted_at.is_(None),
        sa.or_(
            switch.c.scope == GLOBAL,
            sa.and_(switch.c.scope == CLIENT, switch.c.target == client_id),
            sa.and_(switch.c.scope == APPROVAL, switch.c.target.in_(approval_ids)),
        ),
    )


def is_pulled(
    connection: Connection, client_id: ClientId, approval_ids: Sequence[ApprovalId] = ()
) -> bool:
    """Tell, inside a write job, whether a switch stops this client or any of the approvals."""
    return connection.execute(pulled_for(client_id, approval_ids).limit(1)).first() is not None


def latest() -> sa.Select[Any]:
    """Select all switches, those still pulled first, then the newest."""
    return sa.select(switch).order_by(switch.c.lifted_at.is_not(None), switch.c.pulled_at.desc())


def by_id(switch_id: str) -> sa.Select[Any]:
    """Select one switch."""
    return sa.select(switch).where(switch.c.id == switch_id)


def lift_first(connection: Connection, switch_id: str, *, by: str, name: str, at: datetime) -> bool:
    """Record the first of the two who lift; False if there is one already."""
    done = connection.execute(
        switch.update()
        .where(
            switch.c.id == switch_id, switch.c.first_lift_by.is_(None), switch.c.lifted_at.is_(None)
        )
        .values(first_lift_by=by, first_lift_name=name, first_lift_at=at)
    )
    return done.rowcount == 1


def lift_second(
    connection: Connection, switch_id: str, *, by: str, name: str, at: datetime
) -> bool:
    """Lift for good if another person was the first; False if not, or lifted already."""
    done = connection.execute(
        switch.update()
        .where(switch.c.id == switch_id, switch.c.first_lift_by != by, switch.c.lifted_at.is_(None))
        .values(lifted_by=by, lifted_name=name, lifted_at=at)
    )
    return done.rowcount == 1
