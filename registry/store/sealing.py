"""How does a pupil become a row: what stands in clear, what is sealed, what is tagged?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from kernel.envelope import SUITE, Keyring
from kernel.ids import Entropy
from registry.domain import citizen_number, student_number
from registry.domain.fields import FORM_FIELDS, GUARDIAN_FIELDS
from registry.domain.student import NewStudent

TABLE = "registry_student"
RESIDENT = "1"
"""The document type (SFZJLX) whose number is a citizen ID number."""

_CLEAR = tuple(field.name for field in FORM_FIELDS if not field.encrypted)
_SEALED = tuple(field.name for field in FORM_FIELDS if field.encrypted)
_GUARDIANS = tuple(field.name for field in GUARDIAN_FIELDS)
CLEAR, SEALED, GUARDIANS = frozenset(_CLEAR), frozenset(_SEALED), frozenset(_GUARDIANS)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A pupil as rows of `registry_student` and `registry_number`, ready to insert."""

    student: dict[str, Any]
    number: dict[str, Any]
    temporary_for: tuple[str, str] | None
    """Division and birth date of a temporary number, which may be drawn again; None if formal."""


def prepare(keyring: Keyring, entropy: Entropy, new: NewStudent, at: datetime) -> Prepared:
    """Give the pupil a 学籍号, seal what must be sealed, and return the rows.

    Raises InvalidError if a resident's ID number breaks GB 11643.
    """
    values = new.values
    document, kind = values.get("document_number"), values.get("document_type")
    citizen = citizen_number.canonical(document, today=at.date()) if document else None
    place: tuple[str, str] | None = None
    if document and kind == RESIDENT:
        number = citizen or citizen_number.parse(document, today=at.date()).number
        issued = student_number.formal(number)
    else:
        place = (new.division, values["birth_date"] or "")
        issued = student_number.temporary(*place, entropy)
    guardians = _present(values, _GUARDIANS)
    row: dict[str, Any] = {name: values.get(name) for name in _CLEAR}
    row |= {
        "id": new.id,
        "school_id": new.school_id,
        "status": new.status,
        "synthetic": new.synthetic,
        "student_number": _seal(keyring, "student_number", new.id, issued.encode()),
        "sealed": _seal(keyring, "sealed", new.id, orjson.dumps(_present(values, _SEALED))),
        "guardians": _seal(keyring, "guardians", new.id, orjson.dumps(guardians))
        if guardians
        else None,
        "document_tag": document_tag_of(keyring, kind, document, citizen) if document else None,
        "suite": SUITE,
        "created_at": at,
        "updated_at": at,
    }
    tag = {"tag": number_tag(keyring, issued), "student_id": new.id, "issued_at": at}
    return Prepared(row, tag, place)


def redraw(keyring: Keyring, entropy: Entropy, prepared: Prepared) -> Prepared:
    """Return the same pupil with another temporary number; raises ValueError if it is formal."""
    if prepared.temporary_for is None:
        raise ValueError("a formal number is not drawn")
    issued = student_number.temporary(*prepared.temporary_for, entropy)
    row = prepared.student
    sealed = _seal(keyring, "student_number", row["id"], issued.encode())
    return Prepared(
        row | {"student_number": sealed},
        prepared.number | {"tag": number_tag(keyring, issued)},
        prepared.temporary_for,
    )


def number_tag(keyring: Keyring, number: str) -> bytes:
    """Return the blind index of a 学籍号."""
    return keyring.index("student_number", number.strip().upper())


def document_tag(keyring: Keyring, kind: str | None, number: str, today: date) -> bytes:
    """Return the blind index of an identity document.

    A citizen ID number has one tag whatever type it is declared as and whether it has 15 or 18
    characters; other numbers are told apart by document type.
    """
    return document_tag_of(keyring, kind, number, citizen_number.canonical(number, today=today))


def document_tag_of(keyring: Keyring, kind: str | None, number: str, citizen: str | None) -> bytes:
    """Return the tag as `document_tag` does, for a number whose canonical form is known."""
    return keyring.index("document", citizen or f"{kind}:{number.strip().upper()}")


def open_number(keyring: Keyring, student_id: str, sealed: bytes) -> str:
    """Return the 学籍号 of a row."""
    return keyring.open(sealed, table=TABLE, column="student_number", row=student_id).decode()


def open_values(keyring: Keyring, column: str, student_id: str, sealed: bytes) -> dict[str, str]:
    """Return the JSON values of column `sealed` or `guardians`."""
    plain = keyring.open(sealed, table=TABLE, column=column, row=student_id)
    values: dict[str, str] = orjson.loads(plain)
    return values


def _seal(keyring: Keyring, column: str, row: str, plain: bytes) -> bytes:
    return keyring.seal(plain, table=TABLE, column=column, row=row)


def _present(values: Mapping[str, str | None], names: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name in names if (value := values.get(name))}
