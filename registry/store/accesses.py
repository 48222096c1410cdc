"""How are inward looks recorded and read?"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.envelope import Keyring
from kernel.ids import Entropy, StudentId, new_id
from kernel.principal import Principal
from registry.domain.access import Look
from registry.store.tables import access


def pupil_tag(keyring: Keyring, student_id: str) -> bytes:
    """Return the keyed tag under which looks at a pupil are kept: the log names nobody."""
    return keyring.index("subject", student_id)


def rows_for(
    keyring: Keyring,
    entropy: Entropy,
    principal: Principal,
    look: Look,
    student_ids: Iterable[StudentId],
    at: datetime,
) -> list[dict[str, Any]]:
    """Return one row a pupil."""
    return [
        {
            "id": new_id("look", entropy),
            "at": at,
            "account_id": principal.account_id,
            "person_id": principal.person_id,
            "role": look.role,
            "org_id": principal.org_id,
            "student_tag": pupil_tag(keyring, student_id),
            "kind": look.kind.value,
            "fields": list(look.fields),
            "reason": look.reason,
            "allowed": look.allowed,
        }
        for student_id in student_ids
    ]


def insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Append the rows; nothing ever changes them."""
    if rows:
        connection.execute(access.insert(), rows)


def newest(limit: int, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select the newest looks that meet the conditions."""
    return sa.select(access).where(*where).order_by(access.c.at.desc(), access.c.id).limit(limit)
