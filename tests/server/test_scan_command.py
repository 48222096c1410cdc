"""`xueyin scan`: one answer a line, a clear refusal by line number, nothing half-written."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from server.cli import app
from server.commands import scan as command

LINE = {"id": "a", "text": "电话13812345678"}


def write(folder: Path, *lines: object) -> Path:
    source = folder / "in.jsonl"
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    source.write_bytes(b"".join(line + b"\n" for line in raw))
    return source


def scanned(folder: Path, *lines: object) -> tuple[Result, list[dict[str, Any]]]:
    source, target = write(folder, *lines), folder / "out.jsonl"
    result = CliRunner().invoke(app, ["scan", str(source), str(target)])
    answers = target.read_text("ascii").splitlines() if target.exists() else []
    return result, [json.loads(answer) for answer in answers]


def test_each_line_is_answered_in_order(tmp_path: Path) -> None:
    result, answers = scanned(tmp_path, LINE, {"id": 2, "text": ""}, {"id": "c", "text": "好"})
    assert result.exit_code == 0
    finding = {"start": 2, "end": 13, "type": "PHONE", "score": 0.8}
    assert answers == [
        {"id": "a", "findings": [finding]},
        {"id": 2, "findings": []},
        {"id": "c", "findings": []},
    ]
    assert stat.S_IMODE((tmp_path / "out.jsonl").stat().st_mode) == 0o600


def test_known_values_are_always_found(tmp_path: Path) -> None:
    known = {"names": ["高原"], "schools": [], "addresses": []}
    text = "高原反应和高 原"
    _, [plain, told] = scanned(
        tmp_path, {"id": 1, "text": "许诺"}, {"id": 2, "text": text, "known": known}
    )
    assert plain["id"] == 1
    spans = [(hit["start"], hit["end"], hit["type"]) for hit in told["findings"]]
    assert spans == [(0, 2, "PERSON"), (5, 8, "PERSON")]


def test_offsets_are_code_points_also_behind_lone_surrogates(tmp_path: Path) -> None:
    raw = rb'{"id": "\ud800", "text": "\ud83d\ude00\ud800\u0000 13812345678"}'
    result, [answer] = scanned(tmp_path, raw)
    assert result.exit_code == 0
    assert answer["id"] == "\ud800"
    assert (answer["findings"][0]["start"], answer["findings"][0]["end"]) == (4, 15)


def test_a_text_of_a_megabyte_and_many_lines(tmp_path: Path) -> None:
    big = {"id": "big", "text": "该生学习努力，上课认真。" * 80_000 + "电话13812345678。" * 5_000}
    result, answers = scanned(tmp_path, big, *({"id": i, "text": "一"} for i in range(2_000)))
    assert result.exit_code == 0
    assert len(answers) == 2_001
    assert len(answers[0]["findings"]) == 5_000


def test_bom_windows_lines_and_unicode_line_ends_are_taken(tmp_path: Path) -> None:
    raw = "\ufeff" + json.dumps({"id": 1, "text": "a\u2028\x85b"}, ensure_ascii=False) + "\r"
    result, answers = scanned(tmp_path, raw.encode(), LINE)
    assert result.exit_code == 0
    assert len(answers) == 2


def test_unknown_keys_are_ignored_aloud(tmp_path: Path) -> None:
    result, answers = scanned(tmp_path, LINE | {"gold": []})
    assert (result.exit_code, len(answers)) == (0, 1)
    assert "gold" in result.output


@pytest.mark.parametrize(
    "bad",
    [
        b"{", b"[]", b"1", b"\xff\xfe", b'{"id": 1}', b'{"text": "x"}',
        b'{"id": null, "text": "x"}', b'{"id": 1, "text": 2}', b'{"id": true, "text": "x"}',
        b'{"id": 1, "text": "x", "known": []}', b'{"id": 1, "text": "x", "known": {"names": "x"}}',
        b'{"id": 1, "text": "x", "known": {"name": ["x"]}}', b"[" * 100_000,
        b'{"id": ' + b"9" * 5_000 + b"}",
    ],
)  # fmt: skip
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path: Path, bad: bytes) -> None:
    (tmp_path / "out.jsonl").write_text("before")
    source, target = write(tmp_path, LINE, bad, LINE), tmp_path / "out.jsonl"
    result = CliRunner().invoke(app, ["scan", str(source), str(target)])
    assert result.exit_code == 1
    assert "第 2 行" in result.output
    assert "13812345678" not in result.output
    assert target.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_a_crash_in_between_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(command, "scan", dies)
    with pytest.raises(MemoryError):
        command.run(write(tmp_path, LINE), tmp_path / "out.jsonl", lambda *_: None)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize("target", [".", "no/such/folder.jsonl"])
def test_an_impossible_target_is_refused(tmp_path: Path, target: str) -> None:
    source = write(tmp_path, LINE)
    result = CliRunner().invoke(app, ["scan", str(source), str(tmp_path / target)])
    assert result.exit_code == 1
    assert "不能写到" in result.output


def test_a_missing_source_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["scan", str(tmp_path / "no"), str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "没有文件" in result.output


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    source = write(tmp_path, *([LINE] * 1_100))
    command.run(source, tmp_path / "out", lambda done, total, _: seen.append((done, total)))
    assert len(seen) == 3
    assert seen[-1][0] == seen[-1][1] == source.stat().st_size
