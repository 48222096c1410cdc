"""How are signing keys kept? Private halves only sealed, in their own table, column and row."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from identity.provider.domain.keys import KeyState, NewKey, StoredKey
from identity.provider.store.once import insert_once
from identity.provider.store.stamps import raise_stamp
from identity.provider.store.tables import token_key
from kernel.envelope import SUITE, Keyring

STAMP = "token_key"
_PLACE = {"table": "identity_token_key", "column": "sealed"}


def add(
    connection: Connection, keyring: Keyring, key: NewKey, state: KeyState, at: datetime
) -> bool:
    """Insert a key unless its algorithm has one in that state; tell whether it was inserted."""
    inserted = insert_once(
        connection,
        token_key,
        {
            "kid": key.kid, "algorithm": key.algorithm, "state": state.value,
            "public_jwk": dict(key.public_jwk), "suite": SUITE, "created_at": at, "changed_at": at,
            "sealed": keyring.seal(key.private_der, **_PLACE, row=key.kid),
        },
    )  # fmt: skip
    if inserted:
        raise_stamp(connection, STAMP)
    return inserted


def move(connection: Connection, kid: str, old: KeyState, new: KeyState, at: datetime) -> bool:
    """Move a key from one state to the next; tell whether it was in the old one."""
    there = (token_key.c.kid == kid) & (token_key.c.state == old.value)
    moved = connection.execute(
        token_key.update().where(there).values(state=new.value, changed_at=at)
    ).rowcount
    raise_stamp(connection, STAMP)
    return moved == 1


def select_published() -> sa.Select[Any]:
    """Return the statement for all keys but the retired, in a stable order."""
    return (
        sa.select(token_key)
        .where(token_key.c.state != KeyState.RETIRED.value)
        .order_by(token_key.c.algorithm, token_key.c.created_at, token_key.c.kid)
    )


def key_of(row: Row[Any]) -> StoredKey:
    """Return the key of a row."""
    return StoredKey(
        row.kid, row.algorithm, KeyState(row.state), row.public_jwk, row.sealed, row.changed_at
    )


def private_half(keyring: Keyring, key: StoredKey) -> bytes:
    """Return the PKCS #8 bytes; raises KeyUnavailableError under another keyring."""
    return keyring.open(key.sealed, **_PLACE, row=key.kid)
