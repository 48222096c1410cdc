"""How are signing keys read and written? The server keeps public halves and certificates only."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from identity.accounts.domain.certificate import Certificate
from identity.accounts.domain.enrolled_key import EnrolledKey
from identity.accounts.domain.key_request import KeyRequest
from identity.accounts.domain.signing_key import PublicKey
from identity.accounts.store.tables import signing_key
from kernel.errors import ConflictError
from kernel.ids import OrgId, PersonId


def by_id(key_id: str) -> sa.Select[Any]:
    """Select one key."""
    return sa.select(signing_key).where(signing_key.c.key_id == key_id)


def of_person(person_id: str) -> sa.Select[Any]:
    """Select the keys of a person, the newest first."""
    return (
        sa.select(signing_key)
        .where(signing_key.c.person_id == person_id)
        .order_by(signing_key.c.enrolled_at.desc(), signing_key.c.key_id)
    )


def read(row: Row[Any]) -> EnrolledKey:
    """Return the key of a row."""
    return EnrolledKey(
        person_id=PersonId(row.person_id), org_id=OrgId(row.org_id),
        key=PublicKey(row.algorithm, row.spki), request=row.request,
        certificate=row.certificate, valid_from=row.valid_from, valid_to=row.valid_to,
        enrolled_at=row.enrolled_at, revoked_at=row.revoked_at,
    )  # fmt: skip


def insert(connection: Connection, asked: KeyRequest, at: datetime) -> None:
    """Add a key that is not certified yet. Raises ConflictError if it is known already."""
    _insert(
        connection, asked.key, person_id=asked.person_id, org_id=asked.org_id,
        request=asked.text, enrolled_at=at,
    )  # fmt: skip


def certify(connection: Connection, certified: Certificate, at: datetime) -> bool:
    """Attach the certificate (adding the key if need be); False if the key is revoked.

    An approval is verified by the one certificate of its key, so a renewed one must speak for all
    that was signed under the old one: same person, same office, no shorter time. Raises
    ConflictError otherwise.
    """
    values = {
        "person_id": certified.person_id, "org_id": certified.org_id,
        "certificate": certified.text, "valid_from": certified.valid_from,
        "valid_to": certified.valid_to,
    }  # fmt: skip
    changed = connection.execute(
        signing_key.update()
        .where(
            signing_key.c.key_id == certified.key.key_id, signing_key.c.revoked_at.is_(None),
            sa.or_(signing_key.c.certificate.is_(None), _covered_by(certified)),
        )
        .values(**values)
    )  # fmt: skip
    if changed.rowcount == 1:
        return True
    known = connection.execute(by_id(certified.key.key_id)).one_or_none()
    if known is not None and known.revoked_at is None:
        raise ConflictError(
            "新证书不包含原证书的人员、机构或有效期，用它签过的批准将无法核验",
            field="certificate", rule="续期须涵盖原证书",
            remedy="请用 certify --renews 续期，或者登记新的密钥",
        )  # fmt: skip
    if known is not None:
        return False
    _insert(connection, certified.key, enrolled_at=at, **values)
    return True


def _covered_by(renewed: Certificate) -> sa.ColumnElement[bool]:
    return sa.and_(
        signing_key.c.person_id == renewed.person_id,
        signing_key.c.org_id == renewed.org_id,
        signing_key.c.valid_from >= renewed.valid_from,
        signing_key.c.valid_to <= renewed.valid_to,
    )


def revoke(connection: Connection, key_id: str, at: datetime, by: str) -> bool:
    """Revoke for good; False if it was revoked before or does not exist."""
    done = connection.execute(
        signing_key.update()
        .where(signing_key.c.key_id == key_id, signing_key.c.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by=by)
    )
    return done.rowcount == 1


def _insert(connection: Connection, key: PublicKey, **values: Any) -> None:  # noqa: ANN401
    try:
        with connection.begin_nested():
            connection.execute(
                signing_key.insert().values(
                    key_id=key.key_id, algorithm=key.algorithm, spki=key.spki, **values
                )
            )
    except sa.exc.IntegrityError:
        raise ConflictError(
            "这把密钥已经登记", field="request", rule="一钥一人", remedy="请重新生成密钥"
        ) from None
