"""`xueyin scan`: which personal data stands in each text of a file? Nothing is half-written."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from anonymize.text.scan import Known, scan
from kernel.errors import InvalidError, Problem
from server.commands.console import err, out, progress, refusals

_BATCH: Final = 512
"""Lines scanned at a time."""
_BOM: Final = b"\xef\xbb\xbf"
_RULE: Final = "扫描输入格式：每行一个 JSON 对象"
_REMEDY: Final = '请写成 {"id": "…", "text": "…"}，一行一个'
_KEYS: Final = frozenset({"id", "text", "known"})

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Line:
    """One text to scan, and what is known of its pupil."""

    id: str | int
    text: str
    known: Known | None


def scan_file(
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="每行 id、text，可有 known")],
    target: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="每行 id、findings")],
) -> None:
    """扫描文本中的个人信息，写出位置（Unicode 码点）、类型和分数。"""
    with refusals():
        with progress() as bar:
            lines, found = run(source, target, bar)
        out.print(f"{lines} 行，发现 {found} 处，已写入 {target}", markup=False)


def run(source: Path, target: Path, bar: Progress) -> tuple[int, int]:
    """Scan the file and return how many lines and findings there are.

    The target appears whole or not at all. Raises InvalidError naming the first faulty line.
    """
    if not source.is_file():
        raise InvalidError(f"没有文件 {source}", field="IN.jsonl", remedy="请核对路径")
    if target.is_dir() or not target.parent.is_dir() or (target.exists() and not target.is_file()):
        raise InvalidError(f"不能写到 {target}", field="OUT.jsonl", remedy="请给出一个文件的路径")
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as file:
            counted = _write(file.write, source, bar)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o600)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return counted


def _write(write: Callable[[str], object], source: Path, bar: Progress) -> tuple[int, int]:
    strange: set[str] = set()
    lines = found = 0
    total = source.stat().st_size
    for batch, done in _batches(source, strange):
        answers: list[list[dict[str, Any]]] = [[] for _ in batch]
        for hit in scan([line.text for line in batch], [line.known for line in batch]):
            answers[hit.index].append(
                {"start": hit.start, "end": hit.end, "type": hit.kind, "score": hit.score}
            )
        for line, findings in zip(batch, answers, strict=True):
            write(json.dumps({"id": line.id, "findings": findings}) + "\n")
        lines += len(batch)
        found += sum(map(len, answers))
        bar(done, total, "扫描")
    if strange:
        err.print(f"忽略了不认识的项目：{'、'.join(sorted(strange))[:200]}", markup=False)
    return lines, found


def _batches(source: Path, strange: set[str]) -> Iterator[tuple[list[Line], int]]:
    batch: list[Line] = []
    done = 0
    with source.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            done += len(raw)
            if raw.strip():
                batch.append(parse(raw.removeprefix(_BOM) if number == 1 else raw, number, strange))
            if len(batch) >= _BATCH:
                yield batch, done
                batch = []
    if batch:
        yield batch, done


def parse(raw: bytes, number: int, strange: set[str]) -> Line:
    """Return what a line asks; raises InvalidError with its number. Adds unknown keys to the set.

    Lone surrogates are taken as they are: each is one code point.
    """
    try:
        document = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise _faulty(number, "不是 UTF-8 文字", "请另存为 UTF-8") from None
    except RecursionError:
        raise _faulty(number, "嵌套太深") from None
    except ValueError:
        raise _faulty(number, "不是 JSON") from None
    if not isinstance(document, dict):
        raise _faulty(number, "不是 JSON 对象")
    identity, text = document.get("id"), document.get("text")
    if not isinstance(identity, str | int) or isinstance(identity, bool):
        raise _faulty(number, "缺少 id，或者 id 不是文字或整数")
    if not isinstance(text, str):
        raise _faulty(number, "缺少 text，或者 text 不是文字")
    strange.update(key for key in document if key not in _KEYS)
    return Line(identity, text, _known(document.get("known"), number))


def _known(document: object, number: int) -> Known | None:
    if document is None:
        return None
    try:
        return Known.parse(document)
    except InvalidError as error:
        found = error.problems[0]
        raise _faulty(number, found.message, found.remedy, found.field) from None


def _faulty(number: int, what: str, remedy: str = _REMEDY, field: str = "") -> InvalidError:
    place = f"第 {number} 行" + (f" {field}" if field else "")
    return InvalidError.of((Problem(f"第 {number} 行{what}", place, _RULE, remedy),))
