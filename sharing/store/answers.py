"""The first answer of an anonymous table or count: kept sealed, to be sent again byte by byte."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from kernel.envelope import SUITE, Keyring
from kernel.ids import ApprovalId, DisclosureId
from sharing.store.insert import insert_new
from sharing.store.overtime_tables import answer, overlap
from sharing.store.release_tables import disclosure, disclosure_pupil

_TABLE = "sharing_overtime_answer"


def row(
    keyring: Keyring, disclosure_id: DisclosureId, approval_id: ApprovalId, package: bytes,
    at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Return the values of a new row."""
    return {
        "disclosure_id": disclosure_id, "approval_id": approval_id, "at": at, "suite": SUITE,
        "sealed": keyring.seal(package, table=_TABLE, column="sealed", row=disclosure_id),
    }  # fmt: skip


def keep(connection: Connection, values: dict[str, Any]) -> None:
    """Keep the answer of a disclosure, if it is not kept already."""
    insert_new(connection, answer, [values])


def of_disclosure(disclosure_id: DisclosureId) -> sa.Select[Any]:
    """Select the answer of a disclosure, with its entry."""
    return _answers().where(answer.c.disclosure_id == disclosure_id)


def of_approval(approval_id: ApprovalId) -> sa.Select[Any]:
    """Select the answers under an approval, the newest first; none of a void disclosure."""
    return _answers().where(answer.c.approval_id == approval_id).order_by(answer.c.at.desc())


def open_row(keyring: Keyring, found: Row[Any]) -> bytes:
    """Return the package; raises KeyUnavailableError if it is not what was sealed."""
    return keyring.open(found.sealed, table=_TABLE, column="sealed", row=found.disclosure_id)


def count_again(connection: Connection, disclosure_id: DisclosureId) -> None:
    """Count that the same content went to the same recipient once more, for each of its pupils."""
    connection.execute(
        disclosure_pupil.update()
        .where(disclosure_pupil.c.disclosure_id == disclosure_id)
        .values(times=disclosure_pupil.c.times + 1)
    )


def note_overlap(connection: Connection, values: dict[str, Any]) -> None:
    """Keep which earlier releases stood in the way of one."""
    connection.execute(overlap.insert().values(**values))


def overlaps_of(approval_id: ApprovalId) -> sa.Select[Any]:
    """Select what stood in the way of an approval's releases, the newest first."""
    return (
        sa.select(overlap).where(overlap.c.approval_id == approval_id).order_by(overlap.c.at.desc())
    )


def _answers() -> sa.Select[Any]:
    return (
        sa.select(answer, disclosure.c.entry_id)
        .join(disclosure, disclosure.c.id == answer.c.disclosure_id)
        .where(disclosure.c.state != "void")
    )
