"""Changing a pupil's 学籍状态: one conditional statement, one event."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.engine import Row

from kernel.errors import ConflictError, DeniedError, InvalidError, MissingError
from kernel.ids import StudentId
from kernel.principal import Role
from registry import source
from registry.domain.codes import CODE_TABLES
from registry.domain.status import check_change
from registry.store import changes
from registry.usecases.change_status import change_status
from tests.conftest import HandClock
from tests.registry.county import County

REASON = "因病申请休学一年"


def events(land: County, student_id: StudentId) -> list[Row[Any]]:
    return list(asyncio.run(land.runtime.database.read(changes.events(student_id))))


def status(land: County, student_id: StudentId) -> str:
    [record] = asyncio.run(source.records(land.runtime, [student_id], ()))
    return record.status


def test_changes_are_stored_with_their_events_in_order(land: County, clock: HandClock) -> None:
    student_id = land.pupil()
    caller = land.registrar("school")
    asyncio.run(change_status(land.runtime, caller, student_id, "02", REASON))
    clock.forward(days=200)
    asyncio.run(change_status(land.runtime, caller, student_id, "05", "病愈申请复学"))
    assert status(land, student_id) == "05"
    assert [(one.kind, one.before, one.after) for one in events(land, student_id)] == [
        ("status", "01", "02"),
        ("status", "02", "05"),
    ]


@pytest.mark.parametrize(
    ("wanted", "refusal"), [("05", ConflictError), ("77", InvalidError), ("14", InvalidError)]
)
def test_a_change_that_may_not_be_leaves_no_event(
    land: County, wanted: str, refusal: type[Exception]
) -> None:
    student_id = land.pupil()
    with pytest.raises(refusal):
        asyncio.run(
            change_status(land.runtime, land.registrar("school"), student_id, wanted, REASON)
        )
    assert status(land, student_id) == "01"
    assert events(land, student_id) == []


def test_nobody_is_expelled_from_compulsory_education() -> None:
    with pytest.raises(InvalidError) as refused:
        check_change("01", "14", "09")
    assert "义务教育法" in refused.value.problems[0].rule
    check_change("01", "14", "10")


@pytest.mark.parametrize("final", ["07", "08", "09", "11", "14"])
def test_a_final_status_is_never_left(final: str) -> None:
    for wanted in CODE_TABLES["status"].labels:
        with pytest.raises(ConflictError):
            check_change(final, wanted, "12")


def test_a_registrar_of_elsewhere_or_another_role_changes_nothing(land: County) -> None:
    student_id = land.pupil()
    with pytest.raises(MissingError):
        asyncio.run(
            change_status(land.runtime, land.registrar("sibling"), student_id, "02", REASON)
        )
    pupil = land.caller(Role.PUPIL, "school", student_id)
    with pytest.raises(DeniedError):
        asyncio.run(change_status(land.runtime, pupil, student_id, "02", REASON))
    assert status(land, student_id) == "01"


def test_of_many_who_change_at_once_one_succeeds(land: County) -> None:
    student_id = land.pupil()

    async def race() -> list[object]:
        caller = land.registrar("school")
        jobs = (change_status(land.runtime, caller, student_id, "02", REASON) for _ in range(20))
        return list(await asyncio.gather(*jobs, return_exceptions=True))

    results = asyncio.run(race())
    assert results.count(None) == 1
    assert all(isinstance(one, ConflictError) for one in results if one is not None)
    assert len(events(land, student_id)) == 1
