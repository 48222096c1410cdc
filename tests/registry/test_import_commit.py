"""The commit: all or nothing, once, and whoever is second hears of it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.errors import ConflictError, InvalidError
from kernel.ids import OrgId, StudentId
from registry import source
from registry.domain.student_number import parse
from registry.imports.domain.report import FileTally, ImportState, Tally
from registry.imports.store import tables as import_tables
from registry.imports.usecases.begin import import_scope
from registry.imports.usecases.commit import commit_import
from registry.imports.usecases.files import import_files
from registry.imports.usecases.judge import Judge, ParsedRow
from registry.imports.usecases.report import import_report
from registry.store import tables
from registry.usecases.find import find_student
from registry.usecases.view import EVERYTHING, view
from tests.registry.county import County
from tests.registry.importing import ACCOUNT, bring, order, rows_in, silent
from tests.registry.sheets import csv_file, number, pupil


def test_a_dry_run_enters_nobody(land: County, tmp_path: Path) -> None:
    report = bring(land, csv_file(tmp_path, [pupil(1), pupil(2)]), commit=False)
    assert (report.state, report.tally.clean) == (ImportState.READY, 2)
    assert rows_in(land.runtime, tables.student, tables.number) == [0, 0]
    assert asyncio.run(find_student(land.runtime, number(1))) == []


def test_what_was_waiting_is_sealed(land: County, tmp_path: Path) -> None:
    bring(land, csv_file(tmp_path, [pupil(1), pupil(2, 民族="火星族")]), commit=False)
    url = tmp_path / "xueyin.db"
    stored = b"".join(each.read_bytes() for each in tmp_path.glob(f"{url.name}*"))
    assert "张三".encode() in stored
    for secret in (number(1), number(2), "13900000001", "历下区某街"):
        assert secret.encode() not in stored


def test_a_commit_enters_the_faultless_pupils_with_numbers_and_events(
    land: County, tmp_path: Path
) -> None:
    rows = [
        pupil(1, 姓名="𠮷·䶮㼆"),
        pupil(2, 健康状况="很好"),
        pupil(3, 身份证件类型="护照", 身份证件号="E12345678"),
        pupil(4, "2137000002", 身份证件类型="户口簿", 身份证件号=""),
    ]
    report = bring(land, csv_file(tmp_path, rows))
    assert (report.state, report.committed) == (ImportState.COMMITTED, 3)
    (found,) = asyncio.run(find_student(land.runtime, number(1)))
    values = asyncio.run(
        view(land.runtime, land.registrar("school"), found, EVERYTHING, "核对导入结果")
    )
    assert (values["name"], values["student_number"]) == ("𠮷·䶮㼆", f"G{number(1)}")
    assert (values["health"], values["ethnicity"], values["only_child"]) == ("10", "01", "0")
    everyone = asyncio.run(source.cohort(land.runtime, "370102", synthetic=True))
    records = asyncio.run(source.records(land.runtime, everyone, ("student_number",)))
    letters = sorted(parse(one.values["student_number"] or "").prefix for one in records)
    assert letters == ["G", "L", "L"]
    assert rows_in(
        land.runtime, tables.student, tables.number, tables.event, import_tables.staged
    ) == [3, 3, 3, 0]


def test_a_second_commit_answers_the_same_and_enters_nobody(land: County, tmp_path: Path) -> None:
    report = bring(land, csv_file(tmp_path, [pupil(1), pupil(2)]))
    assert asyncio.run(commit_import(land.runtime, report.id, ACCOUNT)) == 2
    assert rows_in(land.runtime, tables.student) == [2]


def test_of_many_commits_at_once_one_does_the_work(land: County, tmp_path: Path) -> None:
    report = bring(land, csv_file(tmp_path, [pupil(n) for n in range(1, 30)]), commit=False)

    async def race() -> list[int]:
        rivals = (commit_import(land.runtime, report.id, ACCOUNT) for _ in range(50))
        return list(await asyncio.gather(*rivals))

    assert set(asyncio.run(race())) == {29}
    assert rows_in(land.runtime, tables.student, tables.event) == [29, 29]


def test_a_pupil_who_came_in_since_the_dry_run_stops_the_whole_commit(
    land: County, tmp_path: Path
) -> None:
    report = bring(land, csv_file(tmp_path, [pupil(1), pupil(2)]), commit=False)
    land.pupil("sibling", document_number=number(2))
    for _ in range(2):
        with pytest.raises(ConflictError):
            asyncio.run(commit_import(land.runtime, report.id, ACCOUNT))
    assert rows_in(land.runtime, tables.student) == [1]
    assert asyncio.run(import_report(land.runtime, report.id)).state is ImportState.STALE


def test_two_imports_of_one_pupil_enter_the_pupil_once(land: County, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [pupil(1)])
    first, second = (bring(land, path, commit=False) for _ in range(2))
    assert asyncio.run(commit_import(land.runtime, first.id, ACCOUNT)) == 1
    with pytest.raises(ConflictError):
        asyncio.run(commit_import(land.runtime, second.id, ACCOUNT))
    assert rows_in(land.runtime, tables.student, tables.number) == [1, 1]


def test_two_imports_of_the_same_pupils_committed_at_once_have_one_winner(
    land: County, tmp_path: Path
) -> None:
    path = csv_file(tmp_path, [pupil(n) for n in range(1, 200)])
    imports = [bring(land, path, commit=False).id for _ in range(2)]

    async def race() -> list[object]:
        rivals = (commit_import(land.runtime, one, ACCOUNT) for one in imports)
        return list(await asyncio.gather(*rivals, return_exceptions=True))

    results = asyncio.run(race())
    assert 199 in results
    assert len([one for one in results if isinstance(one, ConflictError)]) == 1
    states = {asyncio.run(import_report(land.runtime, one)).state for one in imports}
    assert states == {ImportState.COMMITTED, ImportState.STALE}
    assert rows_in(land.runtime, tables.student, tables.number) == [199, 199]


def test_a_temporary_number_taken_since_the_dry_run_is_drawn_again(
    land: County, tmp_path: Path
) -> None:
    path = csv_file(tmp_path, [pupil(1, 身份证件类型="户口簿", 身份证件号="")])
    report = bring(land, path, commit=False)

    def take(connection: Connection) -> None:
        tag = connection.execute(sa.select(import_tables.staged.c.number_tag)).scalar_one()
        at = land.runtime.clock()
        connection.execute(
            tables.number.insert().values(tag=tag, student_id="somebody", issued_at=at)
        )

    asyncio.run(land.runtime.database.write(take))
    assert asyncio.run(commit_import(land.runtime, report.id, ACCOUNT)) == 1
    (pupil_id,) = asyncio.run(source.cohort(land.runtime, "370102", synthetic=True))
    (record,) = asyncio.run(source.records(land.runtime, [pupil_id], ("student_number",)))
    assert asyncio.run(find_student(land.runtime, record.values["student_number"] or "")) == [
        StudentId(pupil_id)
    ]


def test_temporary_numbers_of_one_import_are_distinct(land: County) -> None:
    """Two hundred pupils of one birthday whose draws all begin alike."""
    draws = iter(range(10**6))

    def entropy(size: int) -> bytes:
        drawn = next(draws)
        return (drawn // 4).to_bytes(size, "big") if size == 8 else drawn.to_bytes(size, "big")

    runtime = replace(land.runtime, entropy=entropy)
    scope = asyncio.run(
        import_scope(runtime, "imp_x", OrgId(land.orgs["school"].id), synthetic=True)
    )
    judge = Judge(runtime, scope, Tally([FileTally("x.csv")]))
    values = {
        "school_code": "2137000001", "name": "张三", "sex": "1", "birth_date": "20150901",
        "grade": "06", "class_name": "1班", "enrolment_month": "202109", "document_type": "B",
    }  # fmt: skip
    rows = [ParsedRow(0, number, dict(values), [], None) for number in range(2, 202)]
    chunk = asyncio.run(judge.judge(rows))
    assert len({row["number_tag"] for row in chunk.staged}) == 200


def test_an_organization_without_schools_cannot_import(land: County, tmp_path: Path) -> None:
    wanted = order(OrgId(land.orgs["gov_county"].id), csv_file(tmp_path, [pupil(1)]))
    with pytest.raises(InvalidError):
        asyncio.run(import_files(land.runtime, wanted, silent))


def test_real_and_synthetic_pupils_are_told_apart(land: County, tmp_path: Path) -> None:
    bring(land, csv_file(tmp_path, [pupil(1)]))
    wanted = order(OrgId(land.orgs["school"].id), csv_file(tmp_path, [pupil(2)]), commit=True)
    asyncio.run(import_files(land.runtime, replace(wanted, synthetic=False), silent))
    real = asyncio.run(source.cohort(land.runtime, "370102"))
    invented = asyncio.run(source.cohort(land.runtime, "370102", synthetic=True))
    assert (len(real), len(invented)) == (1, 1)
    assert set(real).isdisjoint(invented)
