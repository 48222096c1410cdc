"""How do tables, plans and reports come from files and go to files? Whole, or not at all.

Tables are Parquet or CSV (UTF-8; comma, semicolon or tab), plans TOML or JSON (the document of
docs/adr/0005-plan-version-2.md; a hierarchy may be a file beside the plan), reports JSON, HTML or
PDF: each by the ending of its name. Heavy: loads polars.
"""

import json
import os
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from anonymize.cells import neutralize
from anonymize.plan.hierarchy import OwnHierarchy
from anonymize.plan.plan import Plan
from anonymize.report.html import page
from anonymize.statistics.linked import Answer
from kernel.canonical import canonical_bytes
from kernel.errors import InvalidError, Problem

TABLES: Final = (".parquet", ".csv")
REPORTS: Final = (".html", ".pdf", ".json")
_DELIMITERS: Final = (",", ";", "\t")
_UTF8: Final = "UTF-8 文字"
Writer = Callable[[Path], None]


def read_table(path: Path) -> pl.DataFrame:
    """Return the table of a file; text stays text, dates are written YYYY-MM-DD.

    Raises InvalidError naming the file for an ending, an encoding or a content that is not known.
    """
    if path.suffix == ".csv":
        return _read_csv(path)
    if path.suffix == ".parquet":
        try:
            frame = pl.read_parquet(path)
        except (pl.exceptions.PolarsError, OSError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            raise _unreadable(path, "Parquet") from error
        return frame.with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d"))
    raise _ending(path, TABLES)


def check_outputs(tables: Sequence[Path], reports: Sequence[Path], inputs: Sequence[Path]) -> None:
    """Raise InvalidError, before any work, for outputs that could not be written or would clash."""
    for path, endings in [*((one, TABLES) for one in tables), *((one, REPORTS) for one in reports)]:
        if path.suffix not in endings:
            raise _ending(path, endings)
        if not path.parent.is_dir():
            raise InvalidError(
                f"没有文件夹 {path.parent}",
                field=str(path),
                rule="输出文件",
                remedy="请先建立文件夹",
            )
    outputs = [path.resolve() for path in (*tables, *reports)]
    if len(set(outputs)) < len(outputs) or set(outputs) & {path.resolve() for path in inputs}:
        raise InvalidError(
            "输出文件重名，或者会覆盖输入", field="OUT", rule="输出文件", remedy="请另取文件名"
        )


def is_large(source: Path, others: Sequence[Path], rows: int) -> bool:
    """Tell whether the source has more than so many rows, all of these files being Parquet."""
    if any(path.suffix != ".parquet" for path in (source, *others)):
        return False
    try:
        found: int = pl.scan_parquet(source).select(pl.len()).collect().item()
    except pl.exceptions.PolarsError as error:
        raise _unreadable(source, "Parquet") from error
    return found > rows


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write the table; in CSV no cell can be run by a spreadsheet."""
    if path.suffix == ".csv":
        _harmless(frame).write_csv(path)
    else:
        frame.write_parquet(path)


def statistics_table(statistics: Sequence[Answer]) -> pl.DataFrame:
    """Return all published cells of a release of statistics, one below the other."""
    frames = [
        pl.DataFrame(document["cells"], infer_schema_length=None).with_columns(
            pl.lit(number).alias("statistic")
        )
        for number, document in enumerate((one.document() for one in statistics), 1)
    ]
    return pl.concat(frames, how="diagonal_relaxed")


def write_report(report: Mapping[str, Any], titles: Mapping[str, str], path: Path) -> None:
    """Write the report. As JSON it is the canonical bytes: their SHA-256 is the report's digest."""
    if path.suffix == ".html":
        path.write_text(page(report, titles), "utf-8")
    elif path.suffix == ".pdf":
        from anonymize.report.pdf import pdf  # noqa: PLC0415  a large library, for those who print

        path.write_bytes(pdf(report, titles))
    else:
        path.write_bytes(canonical_bytes(dict(report)))


def write_all(wanted: Mapping[Path, Writer]) -> None:
    """Write every file beside its place and move all of them there once all are written.

    If one cannot be written, none of them appears and what stood there stays.
    """
    made: dict[Path, Path] = {}
    try:
        for path, write in wanted.items():
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".xueyin-", suffix=path.suffix)
            os.close(handle)
            made[path] = Path(name)
            write(made[path])
        for path, temporary in made.items():
            temporary.replace(path)
    finally:
        for temporary in made.values():
            temporary.unlink(missing_ok=True)


def read_plan(path: Path) -> Plan:
    """Return the plan of a TOML or JSON file, with the hierarchies of the files that it names.

    `hierarchies.<column>` may be `{file = "region.csv"}`: lines `value;level 1;…;*`, relative to
    the plan's folder; `levels` may name the levels. Raises InvalidError naming place and remedy.
    """
    document = _document(path)
    given = document.get("hierarchies", {})
    if not isinstance(given, dict):
        return Plan.parse(document)
    own = {name: _hierarchy(path, name, part) for name, part in given.items()}
    return Plan.parse({**document, "hierarchies": own} if own else document)


def _document(path: Path) -> dict[str, Any]:
    text = _text(path)
    try:
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise InvalidError(
            f"方案文件写法有误：{error}", field=str(path), rule="TOML 或 JSON",
            remedy="请更正所指的位置",
        ) from None  # fmt: skip
    if not isinstance(document, dict):
        raise InvalidError("方案必须是对象", field=str(path), rule="脱敏方案格式")
    return document


def _hierarchy(plan: Path, name: str, part: object) -> object:
    if not isinstance(part, dict) or "file" not in part:
        return part
    place = f"hierarchies.{name}"
    if set(part) - {"file", "levels"} or not isinstance(part["file"], str):
        raise InvalidError(
            f"“{name}”的层级写法有误", field=place, rule="脱敏方案格式",
            remedy='请写成 { file = "….csv" }，可另写 levels',
        )  # fmt: skip
    source = plan.parent / part["file"]
    if not source.is_file():
        raise InvalidError(
            f"没有层级文件 {source}", field=place, rule="相对于方案文件所在的文件夹",
            remedy="请核对文件名",
        )  # fmt: skip
    lines = [line.split(";") for line in _text(source).splitlines() if line]
    try:
        return OwnHierarchy.of_rows(lines, part.get("levels", ())).document()
    except InvalidError as error:
        raise InvalidError.of(tuple(
            Problem(f"{source.name}：{one.message}", place, one.rule, one.remedy)
            for one in error.problems
        )) from None  # fmt: skip


def _read_csv(path: Path) -> pl.DataFrame:
    with path.open("rb") as opened:
        head = opened.readline().decode("utf-8", "replace")
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        return pl.read_csv(path, separator=delimiter, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise _unreadable(path, f"CSV（{_UTF8}，每行栏数相同）") from error


def _harmless(frame: pl.DataFrame) -> pl.DataFrame:
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    safe = {
        name: {value: neutralize(value) for value in frame[name].drop_nulls().unique()}
        for name in texts
    }
    return frame.with_columns(pl.col(name).replace(safe[name]) for name in texts)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(path, _UTF8) from None


def _ending(path: Path, known: Sequence[str]) -> InvalidError:
    return InvalidError(
        f"不认识的文件类型“{path.suffix}”",
        field=str(path), rule="文件名后缀", remedy=f"可用：{'、'.join(known)}",
    )  # fmt: skip


def _unreadable(path: Path, form: str) -> InvalidError:
    return InvalidError(
        f"文件不是可读的 {form}", field=str(path), rule="文件格式", remedy="请另存为该格式后重试"
    )
