"""Inward looks: role, region, reason, and the record of the look before anything is shown."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Row

from kernel.errors import DeniedError, InvalidError, MissingError, UnavailableError
from kernel.ids import PersonId, StudentId
from kernel.principal import Principal, Role
from registry.domain.access import Look, LookKind
from registry.store import tables
from registry.usecases.accesses import accesses_by_person, accesses_of_student
from registry.usecases.find import find_student
from registry.usecases.pupil import summary
from registry.usecases.record_look import record_look
from registry.usecases.roster import RosterQuery, roster
from registry.usecases.view import view
from tests.registry.county import County, citizen

REASON = "家长申请核对联系电话"


def looks(land: County) -> list[Row[Any]]:
    return list(asyncio.run(land.runtime.database.read(sa.select(tables.access))))


def phone(land: County, caller: Principal, student_id: StudentId, reason: str = REASON) -> str:
    seen = asyncio.run(view(land.runtime, caller, student_id, ["phone"], reason))
    return seen["phone"] or ""


@pytest.mark.parametrize("office", ["school", "county", "city", "province"])
def test_the_own_school_and_every_authority_above_it_may_look(land: County, office: str) -> None:
    assert phone(land, land.registrar(office), land.pupil()) == "13955512345"
    [look] = looks(land)
    assert (look.allowed, look.kind, look.role, look.fields) == (True, "view", "registrar", ["phone"])  # fmt: skip # noqa: E501
    assert look.reason == REASON


@pytest.mark.parametrize(
    "office",
    ["sibling", "far_school", "other_county", "other_province", "moe", "gov_county", "gov_province",
     None],
)  # fmt: skip
def test_nobody_else_may_look_and_the_try_is_on_record(land: County, office: str | None) -> None:
    caller = replace(land.registrar("school"), org_id=land.orgs[office].id if office else None)
    with pytest.raises(MissingError):
        phone(land, caller, land.pupil())
    [look] = looks(land)
    assert look.allowed is False
    assert look.person_id == caller.person_id


def test_a_pupil_of_elsewhere_and_no_pupil_at_all_are_refused_alike(land: County) -> None:
    def refusal(student_id: StudentId) -> dict[str, Any]:
        with pytest.raises(MissingError) as refused:
            phone(land, land.registrar("sibling"), student_id)
        return refused.value.as_dict()

    assert refusal(land.pupil()) == refusal(StudentId("student_none"))
    assert len(looks(land)) == 2


@pytest.mark.parametrize(
    "role",
    [
        Role.REVIEWER,
        Role.APPROVER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
        Role.DEVELOPER,
        Role.CLIENT,
    ],
)
def test_other_roles_see_nothing_even_at_the_own_school(land: County, role: Role) -> None:
    with pytest.raises(DeniedError):
        phone(land, land.caller(role, "school"), land.pupil())


def test_a_pupil_sees_the_own_record_and_no_other(land: County) -> None:
    own, other = land.pupil(document_number=None), land.pupil(document_number=None)
    caller = land.caller(Role.PUPIL, "school", own)
    assert phone(land, caller, own, "") == "13955512345"
    with pytest.raises(MissingError):
        phone(land, caller, other, "")
    assert sorted((look.role, look.allowed) for look in looks(land)) == [
        ("pupil", False),
        ("pupil", True),
    ]


@pytest.mark.parametrize("reason", ["", "   ", "查一下", "长" * 201])
def test_staff_state_a_reason_that_says_something(land: County, reason: str) -> None:
    with pytest.raises(InvalidError) as refused:
        phone(land, land.registrar("school"), land.pupil(), reason)
    assert refused.value.problems[0].field == "reason"


def test_an_unknown_field_is_refused_before_anything_is_read(land: County) -> None:
    with pytest.raises(InvalidError):
        asyncio.run(view(land.runtime, land.registrar("school"), land.pupil(), ["sealed"], REASON))


def test_when_the_look_cannot_be_recorded_nothing_is_shown(
    land: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    student_id = land.pupil()

    async def full_disk(_job: object) -> None:
        raise UnavailableError("磁盘已满")

    monkeypatch.setattr(land.runtime.database, "write", full_disk)
    with pytest.raises(UnavailableError):
        phone(land, land.registrar("school"), student_id)
    with pytest.raises(UnavailableError):
        asyncio.run(roster(land.runtime, land.registrar("school"), RosterQuery()))


def test_the_record_of_a_look_holds_neither_values_nor_the_pupils_id(land: County) -> None:
    student_id = land.pupil()
    phone(land, land.registrar("school"), student_id)
    text = str(looks(land)[0])
    assert student_id not in text
    assert "13955512345" not in text


def test_a_preview_is_recorded_through_the_same_log(land: County) -> None:
    ids = [land.pupil(document_number=None), land.pupil(document_number=None)]
    look = Look(LookKind.PREVIEW, Role.REVIEWER, ("name",), "预览数据申请")
    asyncio.run(record_look(land.runtime, land.caller(Role.REVIEWER), ids, look))
    assert [one.kind for one in looks(land)] == ["preview", "preview"]


def test_an_auditor_reads_who_looked_and_the_pupil_reads_it_without_officials_names(
    land: County,
) -> None:
    student_id = land.pupil()
    registrar, stranger = land.registrar("school"), land.registrar("sibling")
    phone(land, registrar, student_id)
    with pytest.raises(MissingError):
        phone(land, stranger, student_id)

    auditor = land.caller(Role.AUDITOR)
    seen = asyncio.run(accesses_of_student(land.runtime, auditor, student_id))
    assert {one.person_id for one in seen} == {registrar.person_id, stranger.person_id}
    [tried] = asyncio.run(accesses_by_person(land.runtime, auditor, stranger.person_id))
    assert (tried.allowed, tried.pupil) == (False, seen[0].pupil)

    pupil = land.caller(Role.PUPIL, "school", student_id)
    [shown] = asyncio.run(accesses_of_student(land.runtime, pupil, student_id))
    assert (shown.person_id, shown.org_id) == (None, registrar.org_id)


def test_the_log_of_looks_is_for_auditors_and_the_pupil_only(land: County) -> None:
    student_id = land.pupil()
    for caller in (land.registrar("school"), land.caller(Role.PUPIL, "school", StudentId("x"))):
        with pytest.raises(DeniedError):
            asyncio.run(accesses_of_student(land.runtime, caller, student_id))
        with pytest.raises(DeniedError):
            asyncio.run(accesses_by_person(land.runtime, caller, PersonId("person")))


def test_the_pupils_summary_is_in_words_with_a_masked_number(land: County) -> None:
    student_id = land.pupil(document_number=citizen())
    caller = land.caller(Role.PUPIL, "school", student_id)
    shown = asyncio.run(summary(land.runtime, student_id, caller))
    assert (shown.name, shown.grade, shown.status) == ("欧阳晓明", "六年级", "在读")
    assert shown.student_number == "G3***************10"
    assert len(looks(land)) == 1


@pytest.mark.parametrize("text", ["G" + citizen(), " g" + citizen(), citizen(), citizen() + "\n"])
def test_a_pupil_is_found_by_a_whole_number(land: County, text: str) -> None:
    student_id = land.pupil(document_number=citizen())
    land.pupil(document_number=citizen(sequence=2))
    assert asyncio.run(find_student(land.runtime, text)) == [student_id]


def test_a_pupil_is_found_by_passport_and_internal_id_but_never_by_a_part(land: County) -> None:
    student_id = land.pupil(document_type="A", document_number="E12345678")
    assert asyncio.run(find_student(land.runtime, "e12345678")) == [student_id]
    assert asyncio.run(find_student(land.runtime, student_id)) == [student_id]
    for text in ("", "E1234567", "E%", "欧阳晓明", student_id[:-1]):
        assert asyncio.run(find_student(land.runtime, text)) == []


def test_a_roster_shows_the_own_reach_only_and_records_each_pupil_shown(land: County) -> None:
    near = land.pupil("school", document_number=citizen())
    sibling = land.pupil("sibling", document_number=None)
    land.pupil("far_school", document_number=None)
    own = asyncio.run(roster(land.runtime, land.registrar("school"), RosterQuery()))
    assert [row.id for row in own.rows] == [near]
    assert own.rows[0].student_number == "G3***************10"
    assert [(one.kind, one.allowed) for one in looks(land)] == [("list", True)]
    area = asyncio.run(roster(land.runtime, land.registrar("county"), RosterQuery()))
    assert {row.id for row in area.rows} == {near, sibling}
    assert area.total == 2


@pytest.mark.parametrize("office", ["gov_county", "moe"])
def test_an_office_that_keeps_no_pupils_has_no_roster(land: County, office: str) -> None:
    with pytest.raises(DeniedError):
        asyncio.run(roster(land.runtime, land.registrar(office), RosterQuery()))


def test_a_search_by_number_does_not_reach_beyond_the_own_school(land: County) -> None:
    land.pupil("sibling", document_number=citizen())
    found = asyncio.run(roster(land.runtime, land.registrar("school"), RosterQuery(citizen())))
    assert found.rows == ()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (RosterQuery("欧阳"), ["欧阳晓明"]),
        (RosterQuery("阿依·古丽"), ["阿依·古丽"]),
        (RosterQuery(grade="06"), ["欧阳晓明", "阿依·古丽"]),
        (RosterQuery(grade="01"), []),
        (RosterQuery("%"), []),
        (RosterQuery("_"), []),
        (RosterQuery(page=2), []),
        (RosterQuery(school_id="org_none"), []),
    ],
    ids=str,
)
def test_a_roster_is_narrowed_by_name_grade_and_school(
    land: County, query: RosterQuery, names: list[str]
) -> None:
    land.pupil(document_number=None)
    land.pupil(document_number=None, name="阿依·古丽")
    found = asyncio.run(roster(land.runtime, land.registrar("county"), query))
    assert sorted(row.name for row in found.rows) == names


def test_a_long_roster_is_cut_into_pages(land: County) -> None:
    for _ in range(51):
        land.pupil(document_number=None)
    first = asyncio.run(roster(land.runtime, land.registrar("school"), RosterQuery()))
    second = asyncio.run(roster(land.runtime, land.registrar("school"), RosterQuery(page=2)))
    assert (len(first.rows), len(second.rows), first.pages) == (50, 1, 2)
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}
