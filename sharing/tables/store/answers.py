"""The first answer of an anonymous table or count: kept sealed, to be sent again byte by byte."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from kernel.envelope import SUITE, Keyring
from kernel.ids import ApprovalId, DisclosureId
from sharing.door.store.overtime_tables import answer, overlap
from sharing.door.store.release_tables import disclosure, disclosure_pupil
from sharing.requests.store.insert import insert_new

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


def of_approval(approval_id: ApprovalId, policy_digest: str) -> sa.Select[Any]:
    """Select the answers under an approval, the newest first; none of a void disclosure.

    Only those given under that very policy: by a newer one the forms may have to be stricter.
    """
    under = (answer.c.approval_id == approval_id, disclosure.c.policy_digest == policy_digest)
    return _answers().where(*under).order_by(answer.c.at.desc())


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


def overlaps_of(approval_ids: Collection[str]) -> sa.Select[Any]:
    """Select what stood in the way of these approvals' releases, the newest first."""
    return (
        sa.select(overlap)
        .where(overlap.c.approval_id.in_(approval_ids))
        .order_by(overlap.c.at.desc())
    )


def _answers() -> sa.Select[Any]:
    return (
        sa.select(answer, disclosure.c.entry_id)
        .join(disclosure, disclosure.c.id == answer.c.disclosure_id)
        .where(disclosure.c.state != "void")
    )
