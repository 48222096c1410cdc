"""How are codes, the token families made from them, and spent assertions kept?"""

import hashlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from identity.provider.domain.assertion import Assertion
from identity.provider.domain.grant import Code
from identity.provider.store.once import insert_once
from identity.provider.store.tables import assertion, code, family, subject


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def subject_for(
    connection: Connection, sector: str, student_id: str, fresh: str, at: datetime
) -> str:
    """Return the pupil's subject in a sector; `fresh` becomes it if there is none (Core 8.1)."""
    key = {"sector": sector, "student_id": student_id}
    insert_once(connection, subject, key | {"subject": fresh, "created_at": at})
    mine = (subject.c.sector == sector) & (subject.c.student_id == student_id)
    found: str = connection.execute(sa.select(subject.c.subject).where(mine)).scalar_one()
    return found


def select_subject(sector: str, student_id: str) -> sa.Select[Any]:
    """Return the statement for a pupil's subject in a sector, if there is one yet."""
    return sa.select(subject.c.subject).where(
        (subject.c.sector == sector) & (subject.c.student_id == student_id)
    )


def add(connection: Connection, text: str, facts: Code, session_id: str) -> None:
    """Store a new code as its SHA-256."""
    row = asdict(facts) | {"code_hash": _hash(text), "session_id": session_id}
    connection.execute(code.insert().values(row))


def find(connection: Connection, text: str) -> Code | None:
    """Return what is stored of a code."""
    columns = [column for column in code.c if column.name not in {"code_hash", "session_id"}]
    row = connection.execute(sa.select(*columns).where(code.c.code_hash == _hash(text)))
    found = row.mappings().one_or_none()
    return None if found is None else Code(**found)


def spend(connection: Connection, text: str, at: datetime) -> bool:
    """Spend a code; tell whether this call did. Nobody else can have, or can later."""
    unspent = (code.c.code_hash == _hash(text)) & code.c.spent_at.is_(None)
    return connection.execute(code.update().where(unspent).values(spent_at=at)).rowcount == 1


def spend_assertion(connection: Connection, proof: Assertion) -> bool:
    """Spend an assertion's jti (RFC 7523 section 3, item 7); tell whether this call did."""
    row = {
        "client_id": proof.client_id, "jti_hash": _hash(proof.jti), "forget_at": proof.forget_at,
    }  # fmt: skip
    return insert_once(connection, assertion, row)


def add_family(connection: Connection, facts: Code, at: datetime) -> None:
    """Open the family of all tokens that come from one code."""
    connection.execute(
        family.insert().values(
            id=facts.family_id, client_id=facts.client_id, student_id=facts.student_id,
            subject=facts.subject, created_at=at,
        )
    )  # fmt: skip


def revoke_family(connection: Connection, family_id: str, at: datetime) -> None:
    """Kill all tokens that come from one code (RFC 6749 section 4.1.2)."""
    alive = (family.c.id == family_id) & family.c.revoked_at.is_(None)
    connection.execute(family.update().where(alive).values(revoked_at=at))


def select_family(family_id: str) -> sa.Select[Any]:
    """Return the statement for a family that is alive: student_id, client_id, subject."""
    return sa.select(family.c.student_id, family.c.client_id, family.c.subject).where(
        (family.c.id == family_id) & family.c.revoked_at.is_(None)
    )
