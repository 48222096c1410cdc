"""转学, and the formal number that replaces a temporary one."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from kernel.errors import ConflictError, DeniedError, InvalidError, MissingError
from kernel.ids import StudentId
from kernel.principal import Role
from registry import source
from registry.store import changes
from registry.usecases.find import find_student
from registry.usecases.issue_formal_number import issue_formal_number
from registry.usecases.transfer import transfer
from tests.registry.county import County, citizen

REASON = "随父母迁居，申请转学"


def values(land: County, student_id: StudentId, *fields: str) -> dict[str, str | None]:
    [record] = asyncio.run(source.records(land.runtime, [student_id], fields))
    return dict(record.values)


def kinds(land: County, student_id: StudentId) -> list[tuple[str, str, str]]:
    found = asyncio.run(land.runtime.database.read(changes.events(student_id)))
    return [(one.kind, one.before, one.after) for one in found]


def move(land: County, office: str, student_id: StudentId, to: str) -> Coroutine[None, None, None]:
    target = land.orgs[to].id
    return transfer(land.runtime, land.registrar(office), student_id, target, REASON)


def test_an_authority_above_both_schools_moves_a_pupil(land: County) -> None:
    student_id = land.pupil()
    asyncio.run(move(land, "city", student_id, "far_school"))
    assert values(land, student_id, "division", "school_name") == {
        "division": "370103",
        "school_name": "市中区第一小学",
    }
    school, far = land.orgs["school"].id, land.orgs["far_school"].id
    assert kinds(land, student_id) == [("school_id", school, far)]
    assert asyncio.run(source.cohort(land.runtime, "370102")) == []


@pytest.mark.parametrize(
    ("office", "to", "refusal"),
    [
        ("county", "far_school", MissingError),
        ("school", "sibling", MissingError),
        ("other_county", "far_school", MissingError),
        ("county", "school", InvalidError),
        ("city", "county", InvalidError),
    ],
)
def test_any_other_move_is_refused_and_changes_nothing(
    land: County, office: str, to: str, refusal: type[Exception]
) -> None:
    student_id = land.pupil()
    with pytest.raises(refusal):
        asyncio.run(move(land, office, student_id, to))
    assert values(land, student_id, "division") == {"division": "370102"}
    assert kinds(land, student_id) == []


def test_of_many_who_move_a_pupil_at_once_one_succeeds(land: County) -> None:
    student_id = land.pupil()

    async def race() -> list[object]:
        jobs = (move(land, "city", student_id, "far_school") for _ in range(10))
        return list(await asyncio.gather(*jobs, return_exceptions=True))

    assert asyncio.run(race()).count(None) == 1
    assert len(kinds(land, student_id)) == 1


def issue(land: County, student_id: StudentId, number: str, office: str = "school") -> None:
    caller = land.registrar(office)
    asyncio.run(issue_formal_number(land.runtime, caller, student_id, number, "户籍已登记，核发"))


def test_a_formal_number_replaces_the_temporary_one_which_still_finds_the_pupil(
    land: County,
) -> None:
    student_id = land.pupil(document_type="A", document_number="E1")
    before = values(land, student_id, "student_number")["student_number"] or ""
    issue(land, student_id, citizen().lower())
    after = values(land, student_id, "student_number", "document_type", "document_number", "phone")
    assert after == {
        "student_number": "G" + citizen(),
        "document_type": "1",
        "document_number": citizen(),
        "phone": "13955512345",
    }
    assert kinds(land, student_id) == [("student_number", "L", "G")]
    for text in (before, "G" + citizen(), citizen()):
        assert asyncio.run(find_student(land.runtime, text)) == [student_id]
    assert asyncio.run(find_student(land.runtime, "E1")) == []


def _formal(land: County) -> StudentId:
    return land.pupil(document_number=citizen(sequence=5))


def _temporary(land: County) -> StudentId:
    return land.pupil(document_number=None)


@pytest.mark.parametrize(
    ("make", "number", "office", "refusal"),
    [
        (_formal, citizen(), "school", ConflictError),
        (_temporary, citizen(sequence=9), "school", ConflictError),
        (_temporary, citizen()[:-1] + "3", "school", InvalidError),
        (_temporary, citizen(), "sibling", MissingError),
    ],
    ids=["has one for life", "belongs to another", "breaks GB 11643", "out of reach"],
)
def test_a_formal_number_is_refused(
    land: County,
    make: Callable[[County], StudentId],
    number: str,
    office: str,
    refusal: type[Exception],
) -> None:
    land.pupil("far_school", document_number=citizen(sequence=9))
    student_id = make(land)
    before = values(land, student_id, "student_number", "document_number")
    with pytest.raises(refusal):
        issue(land, student_id, number, office)
    assert values(land, student_id, "student_number", "document_number") == before
    assert kinds(land, student_id) == []


def test_a_pupil_moves_and_numbers_nobody(land: County) -> None:
    student_id = land.pupil(document_number=None)
    caller = land.caller(Role.PUPIL, "school", student_id)
    with pytest.raises(DeniedError):
        asyncio.run(transfer(land.runtime, caller, student_id, land.orgs["sibling"].id, REASON))
    with pytest.raises(DeniedError):
        asyncio.run(issue_formal_number(land.runtime, caller, student_id, citizen(), REASON))
