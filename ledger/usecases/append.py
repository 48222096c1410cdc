"""Write an entry into the log's outbox, in the transaction of what it tells of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from kernel.canonical import canonical_bytes
from ledger.domain.entry import check_length, complete, entry_id
from ledger.store.rows import NewEntry, insert_entry


def append(connection: Connection, body: Mapping[str, Any], *, at: datetime, nonce: bytes) -> str:
    """Return the id of the entry, which is in the log once the caller's transaction is durable.

    The body is stored as RFC 8785 bytes with `at` and the 16-byte random `nonce` added. Raises
    EntryError if a value has the shape of something that the log must not hold.
    """
    identity = entry_id(nonce)
    entry = canonical_bytes(complete(body, at=at, nonce=nonce))
    check_length(entry)
    insert_entry(connection, NewEntry(identity, body["type"], entry, at))
    return identity
