"""Declared interests and stand-ins: how are they read and written?"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kernel.ids import OrgId, PersonId
from sharing.requests.domain.people import Delegation
from sharing.requests.store.tables import delegation, interest


def interests_of(person_id: str) -> sa.Select[Any]:
    """Select the recipients in which the person has declared an interest."""
    return sa.select(interest.c.recipient_id).where(interest.c.person_id == person_id)


def delegations_to(person_id: str, now: datetime) -> sa.Select[Any]:
    """Select what the person may do now in another's stead."""
    return sa.select(delegation).where(
        delegation.c.to_person == person_id,
        delegation.c.start <= now,
        delegation.c.end > now,
        delegation.c.ended_at.is_(None),
    )


def delegations_from(person_id: str) -> sa.Select[Any]:
    """Select what the person has handed to others, the newest first."""
    return (
        sa.select(delegation)
        .where(delegation.c.from_person == person_id)
        .order_by(delegation.c.created_at.desc())
    )


def from_row(row: Any) -> Delegation:  # noqa: ANN401  a row of sharing_delegation
    """Return the stand-in of a row."""
    return Delegation(
        row.id, row.station, PersonId(row.from_person), OrgId(row.from_org),
        PersonId(row.to_person), row.division, row.start, row.end,
    )  # fmt: skip
