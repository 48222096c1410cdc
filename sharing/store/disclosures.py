"""Disclosures beside the log: written in the release's job, found again, counted, closed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from kernel.canonical import digest
from kernel.ids import DisclosureId
from sharing.domain.leaving import Leaving
from sharing.store import release_tables as tables

CHUNK = 5_000


def insert(
    connection: Connection,
    leaving: Leaving,
    disclosure_id: DisclosureId,
    entry_id: str,
    at: datetime,
) -> None:
    """Add the disclosure, its approvals and its pupils' tags."""
    connection.execute(
        tables.disclosure.insert().values(
            id=disclosure_id,
            entry_id=entry_id,
            approval_ids=leaving.approval_ids,
            client_id=leaving.client.client_id,
            recipient_id=leaving.client.recipient_id,
            delivery=leaving.delivery.value,
            purposes=sorted({approval.scope.purpose for approval in leaving.approvals}),
            forms={name: [form, leaving.cited.get(name)] for name, form in leaving.forms.items()},
            label=leaving.label,
            policy_digest=leaving.policy_digest,
            plan_digest=leaving.plan_digest,
            decision_digest=digest(leaving.decision()),
            responsible=leaving.responsible,
            rows=leaving.rows,
            at=at,
            state="open",
        )
    )
    for approval_id in leaving.approval_ids:
        connection.execute(
            tables.disclosure_approval.insert().values(
                approval_id=approval_id, disclosure_id=disclosure_id
            )
        )
    tags = list(dict.fromkeys(leaving.pupil_tags))
    for start in range(0, len(tags), CHUNK):
        connection.execute(
            tables.disclosure_pupil.insert(),
            [
                {"pupil_tag": tag, "disclosure_id": disclosure_id, "times": 1}
                for tag in tags[start : start + CHUNK]
            ],
        )


def is_first(connection: Connection, citation: bytes, disclosure_id: DisclosureId) -> bool:
    """Claim the citation for a disclosure about to be inserted; False if another one has it.

    Of releases that race, one is first and the others wait for it. A void disclosure gives its
    citation up: nothing left by it.
    """
    table = tables.citation
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = insert(table).values(key=citation, disclosure_id=disclosure_id)
    if connection.execute(new.on_conflict_do_nothing()).rowcount == 1:
        return True
    void = sa.select(tables.disclosure.c.id).where(tables.disclosure.c.state == "void")
    taken = connection.execute(
        table.update()
        .where(table.c.key == citation, table.c.disclosure_id.in_(void))
        .values(disclosure_id=disclosure_id)
    )
    return taken.rowcount == 1


def cite(connection: Connection, citation: bytes) -> tuple[DisclosureId, str]:
    """Count a repeat for all its pupils; return disclosure and entry id of the first."""
    found = connection.execute(
        sa.select(tables.disclosure.c.id, tables.disclosure.c.entry_id)
        .join(tables.citation, tables.citation.c.disclosure_id == tables.disclosure.c.id)
        .where(tables.citation.c.key == citation)
    ).one()
    pupil = tables.disclosure_pupil
    connection.execute(
        pupil.update().where(pupil.c.disclosure_id == found.id).values(times=pupil.c.times + 1)
    )
    return DisclosureId(found.id), found.entry_id


def close(connection: Connection, disclosure_id: DisclosureId, state: str, at: datetime) -> bool:
    """Mark an open disclosure `delivered` or `void`; False if it was closed before."""
    closed = connection.execute(
        tables.disclosure.update()
        .where(tables.disclosure.c.id == disclosure_id, tables.disclosure.c.state == "open")
        .values(state=state, closed_at=at)
    )
    return closed.rowcount == 1


def by_id(disclosure_id: DisclosureId) -> sa.Select[Any]:
    """Select one disclosure."""
    return sa.select(tables.disclosure).where(tables.disclosure.c.id == disclosure_id)


def of_pupil(pupil_tag: bytes) -> sa.Select[Any]:
    """Select a pupil's disclosures with `times`, the newest first."""
    return (
        sa.select(tables.disclosure, tables.disclosure_pupil.c.times)
        .join(
            tables.disclosure_pupil,
            tables.disclosure_pupil.c.disclosure_id == tables.disclosure.c.id,
        )
        .where(tables.disclosure_pupil.c.pupil_tag == pupil_tag)
        .order_by(tables.disclosure.c.at.desc())
    )
