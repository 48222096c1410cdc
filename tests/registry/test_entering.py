"""Pupils are entered once, with a number given once, and nothing readable lies in the file."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.envelope import KeyUnavailableError
from kernel.errors import ConflictError, InvalidError
from kernel.ids import StudentId
from kernel.runtime import Runtime
from registry import source
from registry.domain.fields import IMPORTED_FIELDS, STUDENT_FIELDS
from registry.domain.student import NewStudent
from registry.store import tables
from registry.store.students import insert_students
from tests.registry.county import VALUES, County, citizen


def count(runtime: Runtime, table: sa.Table) -> int:
    return int(
        asyncio.run(runtime.database.read(sa.select(sa.func.count()).select_from(table)))[0][0]
    )


def number_of(runtime: Runtime, student_id: StudentId) -> str:
    [record] = asyncio.run(source.records(runtime, [student_id], ["student_number"]))
    return record.values["student_number"] or ""


def enter(runtime: Runtime, new: Sequence[NewStudent]) -> list[StudentId]:
    return asyncio.run(
        runtime.database.write(
            lambda connection: insert_students(
                connection, runtime.keyring, runtime.entropy, new, runtime.clock()
            )
        )
    )


def test_a_resident_gets_a_formal_number_and_anyone_else_a_temporary_one(land: County) -> None:
    resident = land.pupil(document_number=citizen())
    foreign = land.pupil(document_type="A", document_number="E12345678")
    without = land.pupil(document_number=None)
    assert number_of(land.runtime, resident) == "G" + citizen()
    assert number_of(land.runtime, foreign).startswith("L37010220150901")
    assert number_of(land.runtime, without).startswith("L37010220150901")


@pytest.mark.parametrize(
    ("kind", "text"), [("1", citizen()), ("B", citizen()), ("1", f" {citizen()} ")]
)
def test_a_second_record_for_one_id_number_is_refused_naming_the_article(
    land: County, kind: str, text: str
) -> None:
    land.pupil(document_number=citizen())
    with pytest.raises(ConflictError) as refused:
        land.pupil("far_school", document_type=kind, document_number=text)
    [problem] = refused.value.problems
    assert "第九条" in problem.rule
    assert problem.field == "[0].document_number"
    assert count(land.runtime, tables.student) == 1
    assert count(land.runtime, tables.number) == 1


def test_a_batch_with_one_duplicate_enters_nobody_and_names_the_row(land: County) -> None:
    land.pupil(document_number=citizen(sequence=7))
    batch = [land.new(document_number=citizen(sequence=n)) for n in (5, 6, 7, 8, 5)]
    with pytest.raises(ConflictError) as refused:
        enter(land.runtime, batch)
    assert [problem.field for problem in refused.value.problems] == [
        "[2].document_number",
        "[4].document_number",
    ]
    assert count(land.runtime, tables.student) == 1


def test_two_passports_of_one_number_are_one_document_and_other_types_are_not(land: County) -> None:
    land.pupil(document_type="A", document_number="E1")
    land.pupil(document_type="8", document_number="E1")
    with pytest.raises(ConflictError):
        land.pupil(document_type="A", document_number="e1 ")


def test_a_wrong_id_number_of_a_resident_is_refused(land: County) -> None:
    with pytest.raises(InvalidError):
        land.pupil(document_number="370102201509010011")


def test_a_taken_temporary_number_is_drawn_again(land: County) -> None:
    draws = iter([0, 0, 0, 1])

    def entropy(size: int) -> bytes:
        return next(draws).to_bytes(size, "big") if size == 8 else land.runtime.entropy(size)

    rigged = replace(land, runtime=replace(land.runtime, entropy=entropy))
    first = rigged.pupil(document_number=None)
    second = rigged.pupil(document_number=None)
    assert number_of(land.runtime, first) == "L370102201509010000"
    assert number_of(land.runtime, second) == "L370102201509010001"


def test_when_no_temporary_number_is_free_nothing_is_entered(land: County) -> None:
    def entropy(size: int) -> bytes:
        return bytes(size) if size == 8 else land.runtime.entropy(size)

    rigged = replace(land, runtime=replace(land.runtime, entropy=entropy))
    rigged.pupil(document_number=None)
    with pytest.raises(ConflictError):
        rigged.pupil(document_number=None)
    assert count(land.runtime, tables.student) == 1


def test_a_number_is_never_given_again_even_when_its_holder_is_gone(land: County) -> None:
    gone = land.pupil(document_number=citizen())

    def erase(connection: Connection) -> None:
        connection.execute(tables.student.delete().where(tables.student.c.id == gone))

    asyncio.run(land.runtime.database.write(erase))
    with pytest.raises(ConflictError):
        land.pupil(document_number=citizen())


def test_fifty_who_race_for_one_number_have_one_winner(land: County) -> None:
    async def race() -> list[object]:
        rivals = [land.new(document_number=citizen()) for _ in range(50)]
        return list(
            await asyncio.gather(*(land.enter(one) for one in rivals), return_exceptions=True)
        )

    results = asyncio.run(race())
    assert len([one for one in results if isinstance(one, str)]) == 1
    assert len([one for one in results if isinstance(one, ConflictError)]) == 49
    assert count(land.runtime, tables.student) == 1


def test_no_protected_value_can_be_found_in_the_database_files(
    land: County, tmp_path: Path
) -> None:
    clear = {"name", "sex", "birth_date", "grade", "class_name", "enrolment_month"}
    planted: dict[str, str | None] = {
        field.name: f"Qz{index:02}canary"
        for index, field in enumerate(IMPORTED_FIELDS)
        if field.name not in clear
    }
    planted |= {"document_type": "1", "document_number": citizen()}
    asyncio.run(land.enter(replace(land.new(), values={**VALUES, **planted})))
    land.runtime.database.close()
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert "欧阳晓明".encode() in data  # names stand in clear, so this does read the right files
    for value in planted.values():
        if value and value != "1":
            assert value.encode() not in data


def test_every_field_comes_back_as_it_was_entered(land: County) -> None:
    values: dict[str, str | None] = {
        field.name: f"{index:02}" for index, field in enumerate(IMPORTED_FIELDS)
    }
    values |= {"sex": "1", "birth_date": "20150901", "document_type": "1"}
    values["document_number"] = citizen()
    student_id = asyncio.run(land.enter(replace(land.new(), values=values)))
    names = [field.name for field in STUDENT_FIELDS]
    [record] = asyncio.run(source.records(land.runtime, [student_id], names))
    assert record.values == values | {
        "student_number": "G" + citizen(),
        "school_name": "历下区第一小学",
        "school_code": "2137000001",
        "division": "370102",
        "status": "01",
    }


@pytest.mark.parametrize("column", ["sealed", "guardians", "student_number"])
def test_a_ciphertext_moved_to_another_pupil_does_not_open(land: County, column: str) -> None:
    one = land.pupil(document_number=citizen(sequence=1))
    other = land.pupil(document_number=citizen(sequence=2))

    def move(connection: Connection) -> None:
        table = tables.student
        [blob] = connection.execute(sa.select(table.c[column]).where(table.c.id == one)).one()
        connection.execute(table.update().where(table.c.id == other).values({column: blob}))

    asyncio.run(land.runtime.database.write(move))
    names = ["phone", "guardian1_phone", "student_number"]
    with pytest.raises(KeyUnavailableError):
        asyncio.run(source.records(land.runtime, [other], names))
    assert asyncio.run(source.records(land.runtime, [one], names))


def test_a_ciphertext_moved_to_another_column_does_not_open(land: County) -> None:
    one = land.pupil()

    def move(connection: Connection) -> None:
        connection.execute(tables.student.update().values(guardians=tables.student.c.sealed))

    asyncio.run(land.runtime.database.write(move))
    with pytest.raises(KeyUnavailableError):
        asyncio.run(source.records(land.runtime, [one], ["guardian1_phone"]))
