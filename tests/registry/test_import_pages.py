"""The import pages: upload, progress, findings, faulty rows, commit; for the own school only."""

import asyncio
import io
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kernel.errors import XueyinError
from kernel.principal import Principal, Role
from registry.imports.domain.header import COLUMNS, SHEET, read_header, template_title
from registry.imports.store import sheet_csv, sheet_xlsx
from registry.imports.store import tables as import_tables
from registry.imports.usecases import template
from registry.imports.usecases.job import ImportServices
from registry.imports.usecases.recipe import RuntimeRecipe
from registry.imports.web import routes as imports
from registry.store import tables
from server.pages import renderer
from tests.registry.county import County, county
from tests.registry.importing import KEK, count
from tests.registry.sheets import csv_bytes, number, pupil
from tests.registry.test_pages import Calling, refusal

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Pages:
    """A browser in front of the import pages, on a database that the worker can open too."""

    land: County
    client: TestClient
    folder: Path
    who: dict[str, Principal | None] = field(default_factory=dict)

    def be(self, principal: Principal | None) -> "Pages":
        self.who["principal"] = principal
        return self

    def upload(self, *files: tuple[str, bytes]) -> httpx2.Response:
        sent = [("files", (name, content)) for name, content in files]
        return self.client.post(
            "/registry/import", data={"csrf": "token"}, files=sent, follow_redirects=False
        )

    def read(self, address: str) -> str:
        """Wait for the dry run, and return the page of its result."""
        for _ in range(200):
            answer = self.client.get(f"{address}/progress")
            assert answer.status_code == 200
            if answer.headers.get("HX-Refresh") == "true":
                return self.client.get(address).text
            time.sleep(0.1)
        raise AssertionError("the dry run does not end")

    def swept(self) -> None:
        """Wait until the uploaded files are gone."""
        for _ in range(100):
            if not list(self.folder.glob("imp_*")):
                return
            time.sleep(0.05)
        raise AssertionError("the uploaded files stay")

    def students(self) -> int:
        return asyncio.run(count(self.land.runtime, tables.student))


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    recipe = RuntimeRecipe(f"sqlite:///{tmp_path / 'pages.db'}", KEK)
    engine = sa.create_engine(recipe.database_url)
    import_tables.job.metadata.create_all(engine)
    engine.dispose()
    runtime = asyncio.run(recipe.open())
    land = county(runtime)
    folder = tmp_path / "uploads"
    app = FastAPI(exception_handlers={XueyinError: refusal})
    app.include_router(imports.router)
    app.state.registry_imports = ImportServices(runtime, recipe, folder)
    app.state.pages = renderer(demo=False)
    who: dict[str, Principal | None] = {}
    with TestClient(Calling(app, who)) as client:
        yield Pages(land, client, folder, who).be(land.registrar("school"))
    runtime.database.close()


def test_a_school_uploads_looks_commits_and_gets_the_faulty_rows_back(pages: Pages) -> None:
    rows = [pupil(1), pupil(2, 姓名="=1+1", 联系电话="@SUM(1)"), pupil(3, 姓名="买买提•吐尔逊")]
    answer = pages.upload(("一小.csv", csv_bytes(rows)))
    assert answer.status_code == 303
    address = answer.headers["location"]
    text = pages.read(address)
    for expected in ("一小.csv", "姓名中含有数字或符号", "姓名只填文字", "确认导入 2 名学生"):
        assert expected in text
    assert number(2) not in text
    assert pages.students() == 0
    done = pages.client.post(f"{address}/commit", data={"csrf": "token"}, follow_redirects=False)
    assert done.status_code == 303
    assert pages.students() == 2
    assert "已导入 2 名学生" in pages.client.get(address).text
    again = pages.client.post(f"{address}/commit", data={"csrf": "token"}, follow_redirects=False)
    assert (again.status_code, pages.students()) == (303, 2)
    pages.swept()

    sheet = pages.client.get(f"{address}/faulty.xlsx")
    assert sheet.headers["content-type"] == _XLSX
    with zipfile.ZipFile(io.BytesIO(sheet.content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert all(b"<f>" not in part for part in parts.values())
    faulty = pages.folder / "faulty.xlsx"
    faulty.write_bytes(sheet.content)
    header, row = [cells for _, cells in sheet_xlsx.open_sheet(faulty).rows]
    assert row[header.index("姓名★")] == "=1+1"
    assert "姓名只填文字" in row[header.index("错误原因")]
    assert (row[header.index("来源文件")], row[header.index("来源行号")]) == ("一小.csv", "3")


def test_a_corrected_list_of_faulty_rows_can_be_uploaded_as_it_is(pages: Pages) -> None:
    first = pages.upload(("一小.csv", csv_bytes([pupil(1, 姓名="")])))
    pages.read(first.headers["location"])
    content = pages.client.get(f"{first.headers['location']}/faulty.xlsx").content
    second = pages.upload(("改正.xlsx", content))
    assert "必填项为空" in pages.read(second.headers["location"])


def test_a_broken_file_is_named_and_the_good_one_stands(pages: Pages) -> None:
    answer = pages.upload(("坏.xlsx", b"PK no"), ("好.csv", csv_bytes([pupil(1)])))
    text = pages.read(answer.headers["location"])
    assert "文件损坏或不是真正的表格文件" in text
    assert "未能读取" in text
    assert "确认导入 1 名学生" in text


def test_a_hostile_file_name_is_text_and_never_a_path(pages: Pages) -> None:
    name = '../../<img src=x onerror=alert(1)>".csv'
    answer = pages.upload((name, csv_bytes([pupil(1)])))
    text = pages.read(answer.headers["location"])
    assert "<img src=x" not in text
    pages.swept()
    assert list(pages.folder.iterdir()) == []


def test_findings_come_in_pages(pages: Pages) -> None:
    rows = [pupil(1, 姓名="") for _ in range(120)]
    address = pages.upload(("一小.csv", csv_bytes(rows))).headers["location"]
    assert "第 1 至 100 处" in pages.read(address)
    assert "第 201 至 239 处" in pages.client.get(f"{address}?from=200").text
    assert pages.client.get(f"{address}?from=x").status_code == 200


@pytest.mark.parametrize("other", ["sibling", "far_school", "county"])
def test_nobody_else_sees_or_commits_an_import(pages: Pages, other: str) -> None:
    address = pages.upload(("一小.csv", csv_bytes([pupil(1)]))).headers["location"]
    pages.read(address)
    pages.be(pages.land.registrar(other))
    for path in ("", "/progress", "/faulty.xlsx"):
        assert pages.client.get(address + path).status_code == 404
    refused = pages.client.post(f"{address}/commit", data={"csrf": "token"})
    assert refused.status_code == 404
    assert pages.students() == 0


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.REGISTRAR}))
def test_only_registrars_have_these_pages(pages: Pages, role: Role) -> None:
    pages.be(pages.land.caller(role, "school"))
    for path in ("", "/template.xlsx", "/template.csv", "/imp_x"):
        assert pages.client.get(f"/registry/import{path}").status_code == 403
    assert pages.upload(("x.csv", b"")).status_code == 403


def test_a_post_without_the_form_token_is_refused(pages: Pages) -> None:
    answer = pages.client.post(
        "/registry/import", data={"csrf": "x"}, files={"files": ("x.csv", b"")}
    )
    assert answer.status_code == 403
    assert pages.client.post("/registry/import/imp_x/commit", data={}).status_code == 403


def test_an_upload_without_files_or_for_an_office_without_schools_is_explained(
    pages: Pages,
) -> None:
    answer = pages.client.post("/registry/import", data={"csrf": "token"})
    assert (answer.status_code, "请选择 1 至 60 个文件" in answer.text) == (422, True)
    pages.be(pages.land.registrar("gov_county"))
    answer = pages.upload(("x.csv", csv_bytes([pupil(1)])))
    assert (answer.status_code, "没有带标识码的学校" in answer.text) == (422, True)


def test_a_commit_before_the_reading_has_ended_is_refused(pages: Pages) -> None:
    address = pages.upload(("一小.csv", csv_bytes([pupil(1)]))).headers["location"]
    early = pages.client.post(f"{address}/commit", data={"csrf": "token"})
    assert early.status_code in {200, 409}
    pages.read(address)
    assert pages.students() in {0, 1}


def test_the_templates_can_be_downloaded_and_are_accepted_by_the_importer(pages: Pages) -> None:
    for name, reader in (("template.xlsx", sheet_xlsx), ("template.csv", sheet_csv)):
        answer = pages.client.get(f"/registry/import/{name}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["content-disposition"]
        path = pages.folder / name.replace("template", "got")
        pages.folder.mkdir(exist_ok=True)
        path.write_bytes(answer.content)
        ((row, header),) = reader.open_sheet(path).rows
        assert (row, len(read_header(header))) == (1, len(COLUMNS))


def test_the_workbook_template_has_lists_text_cells_and_a_guide(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    template.write(path)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        book = archive.read("xl/workbook.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
        strings = archive.read("xl/sharedStrings.xml").decode()
    assert f'name="{SHEET}"' in book
    assert 'name="填表说明"' in book
    assert sheet.count("<dataValidation ") >= 25
    assert 'numFmtId="49"' in styles
    assert all(template_title(one) in strings for one in COLUMNS)
    assert "学籍号由系统生成" in strings


def test_a_second_import_waits_while_two_are_being_read(pages: Pages) -> None:
    def block() -> None:
        job = import_tables.job
        at = pages.land.runtime.clock()
        row = {
            "org_id": "o", "account_id": "a", "state": "reading", "phase": "", "done": 0,
            "total": 1, "tally": {"files": [], "rules": {}}, "synthetic": False,
            "created_at": at, "updated_at": at, "committed": 0,
        }  # fmt: skip
        asyncio.run(
            pages.land.runtime.database.write(
                lambda connection: (
                    connection.execute(
                        job.insert(), [row | {"id": "imp_1"}, row | {"id": "imp_2"}]
                    ).rowcount
                )
            )
        )

    block()
    answer = pages.upload(("x.csv", csv_bytes([pupil(1)])))
    assert (answer.status_code, "正在处理其他导入" in answer.text) == (429, True)
