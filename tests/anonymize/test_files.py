from datetime import date
from pathlib import Path

import polars as pl
import pytest

from anonymize import files
from kernel.errors import InvalidError

PLAN = """
version = 2
[fields]
region = "keep"
[hierarchies]
region = { file = "region.csv" }
[table]
k = 2
quasi_identifiers = ["region"]
"""


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_as_text_whatever_parts_its_columns(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join(["a", "b"]) + "\n" + delimiter.join(["01", ""]) + "\n"
    frame = files.read_table(write(tmp_path / "t.csv", text))
    assert frame.to_dicts() == [{"a": "01", "b": None}]


def test_a_csv_with_a_byte_order_mark_keeps_its_first_column(tmp_path: Path) -> None:
    assert files.read_table(write(tmp_path / "t.csv", "\ufeffa,b\n1,2\n")).columns == ["a", "b"]


def test_dates_of_a_parquet_file_are_written_out(tmp_path: Path) -> None:
    pl.DataFrame({"born": [date(2012, 3, 4), None]}).write_parquet(tmp_path / "t.parquet")
    assert files.read_table(tmp_path / "t.parquet")["born"].to_list() == ["2012-03-04", None]


@pytest.mark.parametrize(
    ("name", "content"),
    [("t.parquet", b"no parquet"), ("t.csv", b"a,b\n1\n2,3,4,5\n"), ("t.csv", b""),
     ("t.csv", "名\n张".encode("gbk")), ("t.xlsx", b"")],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes
) -> None:
    with pytest.raises(InvalidError) as caught:
        files.read_table(write(tmp_path / name, content))
    problem = caught.value.problems[0]
    assert problem.field == str(tmp_path / name)
    assert problem.rule
    assert problem.remedy


def test_no_cell_of_a_csv_is_run_by_a_spreadsheet(tmp_path: Path) -> None:
    files.write_table(pl.DataFrame({"a": ["=1+1", "x", None]}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == "a\n'=1+1\nx\n\n"


def test_the_plan_reads_the_hierarchy_that_lies_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "region.csv", "1101;11;*\n1102;11;*\n")
    plan = files.read_plan(write(tmp_path / "plan.toml", PLAN))
    assert plan.hierarchies["region"].document() == {
        "levels": ["1", "all"], "values": {"1101": ["11", "*"], "1102": ["11", "*"]},
    }  # fmt: skip


def test_the_levels_of_a_file_may_be_named(tmp_path: Path) -> None:
    write(tmp_path / "region.csv", "1101;11;*\n1102;11;*\n")
    named = PLAN.replace('file = "region.csv"', 'file = "region.csv", levels = ["city", "all"]')
    plan = files.read_plan(write(tmp_path / "plan.toml", named))
    assert plan.hierarchies["region"].levels == ("city", "all")


def test_a_plan_may_be_json(tmp_path: Path) -> None:
    text = '{"version": 1, "fields": {"sex": "keep"}, "statistics": []}'
    assert list(files.read_plan(write(tmp_path / "plan.json", text)).fields) == ["sex"]


@pytest.mark.parametrize(
    ("region", "place", "message"),
    [
        (None, "hierarchies.region", "没有层级文件"),
        ("1101;11;*\n1102;11\n", "hierarchies.region", "region.csv：.*1102"),
        ("1101;11;*\n1101;12;*\n", "hierarchies.region", "region.csv：.*重复"),
        ("1101;11;a\n1102;12;b\n", "hierarchies.region", "region.csv：最后一级"),
    ],
)
def test_a_faulty_hierarchy_file_is_named_with_its_column(
    tmp_path: Path, region: str | None, place: str, message: str
) -> None:
    if region is not None:
        write(tmp_path / "region.csv", region)
    with pytest.raises(InvalidError, match=message) as caught:
        files.read_plan(write(tmp_path / "plan.toml", PLAN))
    assert caught.value.problems[0].field == place
    assert caught.value.problems[0].remedy


@pytest.mark.parametrize(
    "text", ["version = ", "[]", "version = 2\nhierarchies = 3\n", "[hierarchies.x]\nfile = 1\n"]
)  # fmt: skip
def test_a_plan_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    name = "plan.json" if text == "[]" else "plan.toml"
    with pytest.raises(InvalidError):
        files.read_plan(write(tmp_path / name, text))


def test_all_files_appear_or_none(tmp_path: Path) -> None:
    old = write(tmp_path / "a.csv", "old")

    def good(path: Path) -> None:
        path.write_bytes(b"new")

    def fail(_: Path) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        files.write_all({old: good, tmp_path / "b.csv": fail})
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]
    assert old.read_text() == "old"


@pytest.mark.parametrize(
    ("table", "report"),
    [("out.txt", "r.html"), ("out.csv", "r.doc"), ("nowhere/out.csv", "r.html"),
     ("in.csv", "r.html"), ("out.csv", "plan.json")],
)  # fmt: skip
def test_outputs_that_cannot_be_are_refused_before_any_work(
    tmp_path: Path, table: str, report: str
) -> None:
    inputs = [tmp_path / "in.csv", tmp_path / "plan.json"]
    with pytest.raises(InvalidError) as caught:
        files.check_outputs([tmp_path / table], [tmp_path / report], inputs)
    assert caught.value.problems[0].remedy
    files.check_outputs([tmp_path / "out.csv"], [tmp_path / "r.html"], inputs)
