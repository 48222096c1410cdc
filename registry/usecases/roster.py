"""List or search the pupils of the registrar's own school or area."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from kernel.errors import DeniedError
from kernel.ids import OrgId, StudentId
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from registry.domain import codes
from registry.domain.access import Look, LookKind
from registry.domain.masking import mask_number
from registry.domain.org import OrgKind
from registry.store import orgs, records
from registry.store.tables import student
from registry.usecases.find import find_student
from registry.usecases.orgs import org
from registry.usecases.record_look import record_look

PAGE = 50
_SHOWN = ("name", "sex", "grade", "class_name", "status", "school_name", "student_number")
_REASON = "日常学籍管理（名册）"


@dataclass(frozen=True, slots=True)
class RosterQuery:
    """What to show. Empty texts do not narrow; `text` is part of a name, or a whole number."""

    text: str = ""
    grade: str = ""
    school_id: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A pupil in the list; codes are given as words, the number is masked (1+2)."""

    id: StudentId
    name: str
    sex: str
    grade: str
    class_name: str
    status: str
    school_name: str
    student_number: str


@dataclass(frozen=True, slots=True)
class Roster:
    """One page of at most 50 rows."""

    rows: tuple[RosterRow, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


async def roster(runtime: Runtime, principal: Principal, query: RosterQuery) -> Roster:
    """Return one page of the pupils in the registrar's reach, by grade, class and name.

    Each pupil shown is on record as looked at before the page is returned. Raises DeniedError
    unless the caller is registrar of a school or an education authority.
    """
    where = await _where(runtime, principal, query)
    counted = await runtime.database.read(
        sa.select(sa.func.count()).select_from(student).where(*where)
    )
    page = max(1, query.page)
    found = await runtime.database.read(
        records.select(_SHOWN)
        .where(*where)
        .order_by(student.c.grade, student.c.class_name, student.c.name, student.c.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    look = Look(LookKind.LIST, Role.REGISTRAR, _SHOWN, _REASON)
    await record_look(runtime, principal, [StudentId(row.id) for row in found], look)
    return Roster(_rows(runtime, found), counted[0][0], page)


async def _where(
    runtime: Runtime, principal: Principal, query: RosterQuery
) -> list[sa.ColumnElement[bool]]:
    reach = await _reach(runtime, principal)
    where: list[sa.ColumnElement[bool]] = [student.c.school_id.in_(reach)]
    text = query.text.strip()
    if text:
        ids = await find_student(runtime, text)
        named = student.c.name.contains(text, autoescape=True)
        where.append(sa.or_(named, student.c.id.in_(ids)) if ids else named)
    if query.grade:
        where.append(student.c.grade == query.grade)
    if query.school_id:
        where.append(student.c.school_id == query.school_id)
    return where


async def _reach(runtime: Runtime, principal: Principal) -> Any:  # noqa: ANN401  what IN takes
    principal.require(Role.REGISTRAR)
    if principal.org_id is not None:
        office = await org(runtime, OrgId(principal.org_id))
        if office.kind == OrgKind.SCHOOL:
            return [office.id]
        if office.kind == OrgKind.EDUCATION_AUTHORITY:
            return sa.select(orgs.descendants(office.id).c.id)
    raise DeniedError(
        "您所在的机构不管理学籍",
        rule="省级统筹、分级负责、学校实施",
        remedy="请由学校或教育行政部门的学籍管理员办理",
    )


def _rows(runtime: Runtime, found: Sequence[Row[Any]]) -> tuple[RosterRow, ...]:
    made = []
    for row in found:
        raw = records.values(runtime.keyring, row, _SHOWN)
        values = {name: value or "" for name, value in raw.items()}
        for table in ("sex", "grade", "status"):
            values[table] = codes.label(table, values[table])
        values["student_number"] = mask_number(values["student_number"])
        made.append(RosterRow(id=StudentId(row.id), **values))
    return tuple(made)
