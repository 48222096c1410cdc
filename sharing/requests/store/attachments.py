"""How are texts and files frozen under their digest, sealed at rest?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from kernel.canonical import digest_bytes
from kernel.envelope import SUITE, Keyring
from sharing.requests.store.insert import insert_new
from sharing.requests.store.tables import attachment

TABLE = "sharing_attachment"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A frozen document.

    `kind`: agreement, impact_assessment, document, preview, preview_pupils, report, plan,
    policy.
    """

    kind: str
    name: str
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """Its name: `sha256:` of the content."""
        return digest_bytes(self.content)


@dataclass(frozen=True, slots=True)
class Frozen:
    """By whom and when."""

    data_request_id: str
    by: str
    at: datetime


def freeze(connection: Connection, keyring: Keyring, frozen: Frozen, *items: Attachment) -> None:
    """Keep the attachments; the same bytes of the same kind are kept once a data request."""
    rows = [
        {
            "data_request_id": frozen.data_request_id, "digest": item.digest, "kind": item.kind,
            "name": item.name, "media_type": item.media_type, "size": len(item.content),
            "suite": SUITE,
            "sealed": keyring.seal(
                item.content, table=TABLE, column="sealed",
                row=_place(frozen.data_request_id, item.kind, item.digest),
            ),
            "added_by": frozen.by, "added_at": frozen.at,
        }
        for item in items
    ]  # fmt: skip
    insert_new(connection, attachment, rows)


def select_one(data_request_id: str, digest: str, kind: str | None = None) -> sa.Select[Any]:
    """Select an attachment of a data request by its digest."""
    statement = sa.select(attachment).where(
        attachment.c.data_request_id == data_request_id, attachment.c.digest == digest
    )
    return statement if kind is None else statement.where(attachment.c.kind == kind)


def select_kind(data_request_id: str, kind: str) -> sa.Select[Any]:
    """Select all attachments of a kind, the newest first."""
    return (
        sa.select(attachment)
        .where(attachment.c.data_request_id == data_request_id, attachment.c.kind == kind)
        .order_by(attachment.c.added_at.desc())
    )


def select_list(data_request_id: str) -> sa.Select[Any]:
    """Select what is attached, without the bytes."""
    columns = [column for column in attachment.c if column.name != "sealed"]
    return (
        sa.select(*columns)
        .where(attachment.c.data_request_id == data_request_id)
        .order_by(attachment.c.added_at, attachment.c.kind)
    )


def open_row(keyring: Keyring, row: Row[Any]) -> Attachment:
    """Return the attachment of a row; raises KeyUnavailableError if it is not what was sealed."""
    content = keyring.open(
        row.sealed, table=TABLE, column="sealed",
        row=_place(row.data_request_id, row.kind, row.digest),
    )  # fmt: skip
    return Attachment(row.kind, row.name, row.media_type, content)


def _place(data_request_id: str, kind: str, digest: str) -> str:
    return f"{data_request_id}/{kind}/{digest}"
