"""How does a pupil get the formal number: number taken, row changed, event appended, or nothing?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy.engine import Connection

from kernel.envelope import Keyring
from kernel.ids import AccountId, StudentId
from registry.domain import student_number
from registry.domain.citizen_number import CitizenNumber
from registry.store.sealing import RESIDENT, TABLE, document_tag_of, number_tag
from registry.store.tables import event, number, student


@dataclass(frozen=True, slots=True)
class Renewal:
    """The new ciphertexts and tags; `seen` are the ciphertexts (number, values) they replace."""

    student_id: StudentId
    seen: tuple[bytes, bytes]
    student_number: bytes
    sealed: bytes
    number_tag: bytes
    document_tag: bytes


@dataclass(frozen=True, slots=True)
class Reason:
    """Who had the number issued, when and why; `id` is the event's."""

    id: str
    reason: str
    account_id: AccountId
    at: datetime


def prepare(
    keyring: Keyring,
    student_id: StudentId,
    seen: tuple[bytes, bytes],
    values: Mapping[str, str | None],
    citizen: CitizenNumber,
) -> Renewal:
    """Seal the formal number, and the pupil's values with the ID number in them."""
    issued = student_number.formal(citizen.number)
    kept = {name: value for name, value in values.items() if value}
    kept |= {"document_type": RESIDENT, "document_number": citizen.number}
    return Renewal(
        student_id,
        seen,
        keyring.seal(issued.encode(), table=TABLE, column="student_number", row=student_id),
        keyring.seal(orjson.dumps(kept), table=TABLE, column="sealed", row=student_id),
        number_tag(keyring, issued),
        document_tag_of(keyring, RESIDENT, citizen.number, citizen.number),
    )


def apply(connection: Connection, renewal: Renewal, why: Reason) -> bool:
    """Make the change; False, and nothing done, if the row is no longer the one that was seen.

    Raises IntegrityError, nothing done either, if number or document belong to another pupil.
    """
    done = connection.execute(
        student.update()
        .where(
            student.c.id == renewal.student_id,
            student.c.student_number == renewal.seen[0],
            student.c.sealed == renewal.seen[1],
        )
        .values(
            student_number=renewal.student_number,
            sealed=renewal.sealed,
            document_tag=renewal.document_tag,
            updated_at=why.at,
        )
    )
    if done.rowcount != 1:
        return False
    connection.execute(
        number.insert().values(
            tag=renewal.number_tag, student_id=renewal.student_id, issued_at=why.at
        )
    )
    connection.execute(
        event.insert().values(
            id=why.id,
            student_id=renewal.student_id,
            kind="student_number",
            before="L",
            after="G",
            reason=why.reason,
            account_id=why.account_id,
            at=why.at,
        )
    )
    return True
