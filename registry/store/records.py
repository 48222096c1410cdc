"""How are pupils read back: only the columns asked for, opened only where needed?"""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from kernel.envelope import Keyring
from registry.domain.fields import student_field
from registry.store import sealing
from registry.store.tables import org, student

school = org.alias("school")
_SCHOOL = {
    "school_name": school.c.name,
    "school_code": school.c.code,
    "division": school.c.division,
}
_ALWAYS = (
    student.c.id,
    student.c.school_id,
    student.c.birth_date,
    student.c.synthetic,
    student.c.status,
    school.c.name.label("school_name"),
    school.c.code.label("school_code"),
    school.c.division.label("division"),
)


def checked(fields: Collection[str]) -> tuple[str, ...]:
    """Return the field names without repeats; raises InvalidError for one that does not exist."""
    return tuple(student_field(name).name for name in dict.fromkeys(fields))


def select(fields: Collection[str]) -> sa.Select[Any]:
    """Select pupils with their school, and the columns that hold the checked fields."""
    columns: dict[str, sa.Column[Any]] = {}
    for name in fields:
        if (column := column_of(name)) is not None:
            columns[column] = student.c[column]
    extra = [column for name, column in columns.items() if name not in {"birth_date", "status"}]
    return sa.select(*_ALWAYS, *extra).join(school, school.c.id == student.c.school_id)


def column_of(name: str) -> str | None:
    """Return the pupil's column that holds a field; None if it is the school's."""
    if name in sealing.SEALED:
        return "sealed"
    if name in sealing.GUARDIANS:
        return "guardians"
    return None if name in _SCHOOL else name


def values(keyring: Keyring, row: Row[Any], fields: Sequence[str]) -> dict[str, str | None]:
    """Return the fields of a row that `select(fields)` found, opening what is sealed.

    Raises KeyUnavailableError if a ciphertext was moved or the key is another one.
    """
    opened: dict[str | None, dict[str, str]] = {}
    for packed in ("sealed", "guardians"):
        if blob := getattr(row, packed, None):
            opened[packed] = sealing.open_values(keyring, packed, row.id, blob)
    found: dict[str, str | None] = {}
    for name in fields:
        column = column_of(name)
        if column in ("sealed", "guardians"):
            found[name] = opened.get(column, {}).get(name)
        elif name == "student_number":
            found[name] = sealing.open_number(keyring, row.id, row.student_number)
        else:
            found[name] = getattr(row, name)
    return found
