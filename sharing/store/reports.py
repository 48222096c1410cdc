"""The report of each release, sealed at rest, under the digest that the log holds."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from kernel.canonical import digest_bytes
from kernel.envelope import SUITE, Keyring
from sharing.store.release_tables import report

_TABLE = "sharing_release_report"


def row(keyring: Keyring, disclosure_id: str, content: bytes) -> dict[str, Any]:
    """Return the values of a new row; `digest` is `sha256:` of the content."""
    sealed = keyring.seal(content, table=_TABLE, column="sealed", row=disclosure_id)
    return {
        "disclosure_id": disclosure_id, "digest": digest_bytes(content), "suite": SUITE,
        "sealed": sealed,
    }  # fmt: skip


def of_disclosures(disclosure_ids: Collection[str]) -> sa.Select[Any]:
    """Select the reports of these disclosures."""
    return sa.select(report).where(report.c.disclosure_id.in_(disclosure_ids))


def open_row(keyring: Keyring, found: Row[Any]) -> bytes:
    """Return the report's bytes; raises KeyUnavailableError if it is not what was sealed."""
    return keyring.open(found.sealed, table=_TABLE, column="sealed", row=found.disclosure_id)
