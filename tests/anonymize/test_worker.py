"""Tables are transformed in a child process; the parent stays light and hears of every fault."""

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from anonymize import worker
from anonymize.child import transform
from anonymize.text.scan import Known, scan
from anonymize.worker import CellFinding, run_in_child, scan_in_child
from kernel.errors import InvalidError, UnavailableError

KEY = b"thirty-two bytes of a secret key"
PLAN: dict[str, Any] = {
    "version": 1,
    "fields": {"student_number": "pseudonym", "sex": "keep", "class_name": "keep"},
    "table": {"k": 2, "quasi_identifiers": ["sex"], "sensitive": ["class_name"]},
    "statistics": [{"by": ["sex"], "threshold": 3}],
}
ROWS = [
    {"student_number": f"G1101052012050400{i}X", "sex": "1", "class_name": "一班"} for i in range(4)
]


def test_a_child_gives_what_run_gives() -> None:
    result = asyncio.run(run_in_child(ROWS, PLAN, KEY))
    direct = transform({"rows": ROWS, "plan": PLAN, "key": KEY.hex()})
    assert result.rows == direct["rows"]
    assert result.report == direct["report"]
    assert result.statistics == tuple(direct["statistics"])
    assert result.findings == ()
    assert sorted(result.kept) == [0, 1, 2, 3]


def test_personal_data_in_what_would_leave_is_reported_without_the_text() -> None:
    rows = [*ROWS, ROWS[0] | {"class_name": "一班 找13812345678"}]
    answer = transform({"rows": rows, "plan": PLAN, "key": KEY.hex()})
    [finding] = answer["findings"]
    assert answer["rows"][finding["row"]]["class_name"] == "一班 找13812345678"
    assert CellFinding(**finding).kind == "PHONE"
    assert "13812345678" not in repr(answer["findings"])


def test_personal_data_in_the_labels_of_a_count_is_reported() -> None:
    counted = PLAN | {"table": None, "statistics": [{"by": ["class_name"], "threshold": 3}]}
    rows = [row | {"class_name": "13812345678"} for row in ROWS]
    answer = transform({"rows": rows, "plan": counted, "key": KEY.hex()})
    assert answer["rows"] == []
    assert [finding["field"] for finding in answer["findings"]] == ["class_name"]


def test_a_refusal_crosses_with_all_its_problems() -> None:
    faulty = PLAN | {"fields": {"phone": "keep", "email": "keep"}, "table": None}
    with pytest.raises(InvalidError) as refused:
        asyncio.run(run_in_child(ROWS, faulty | {"statistics": []}, KEY))
    assert [problem.field for problem in refused.value.problems] == ["fields.email", "fields.phone"]


def test_values_that_are_no_text_are_refused() -> None:
    answer = transform({"rows": [{"sex": 1}], "plan": PLAN, "key": KEY.hex()})
    assert answer["problems"][0]["field"] == "sex"
    with pytest.raises(InvalidError, match="不是文字"):
        asyncio.run(run_in_child([{"sex": "\ud800"}], PLAN, KEY))


def test_a_slow_child_is_ended_in_time() -> None:
    with pytest.raises(UnavailableError, match="超时"):
        asyncio.run(run_in_child(ROWS, PLAN, KEY, seconds=0.05))


def test_a_child_that_dies_is_a_clear_error_that_tells_no_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dying = tmp_path / "python"
    dying.write_text("#!/bin/sh\necho 张三 >&2\nexit 9\n")
    dying.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(dying))
    with pytest.raises(UnavailableError, match="异常退出（9）") as died:
        asyncio.run(run_in_child(ROWS, PLAN, KEY))
    assert "张三" not in str(died.value)


def test_half_an_answer_is_no_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cut = tmp_path / "python"
    cut.write_text("#!/bin/sh\ncat >/dev/null\nprintf '{\"rows\": ['\n")
    cut.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(cut))
    with pytest.raises(UnavailableError, match="不完整"):
        asyncio.run(run_in_child(ROWS, PLAN, KEY))


def test_the_key_is_no_argument_and_the_child_inherits_no_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Arguments and environments of processes can be seen by others on the machine."""
    seen: dict[str, Any] = {}
    start = asyncio.create_subprocess_exec

    async def watch(*arguments: str, **options: Any) -> Any:  # noqa: ANN401
        seen.update(options, arguments=arguments)
        return await start("/bin/false", **{k: options[k] for k in ("stdin", "stdout", "stderr")})

    monkeypatch.setattr(worker.asyncio, "create_subprocess_exec", watch)  # type: ignore[attr-defined]
    with pytest.raises(UnavailableError):
        asyncio.run(run_in_child(ROWS, PLAN, KEY))
    assert seen["arguments"] == (sys.executable, "-m", "anonymize.child")
    assert seen["env"] == {}


def test_a_caller_that_goes_away_leaves_no_child_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def watch(*arguments: str, **options: Any) -> Any:  # noqa: ANN401
        children.append(await start(*arguments, **options))
        return children[-1]

    async def leave() -> None:
        task = asyncio.create_task(run_in_child(ROWS, PLAN, KEY))
        while not children:  # noqa: ASYNC110  the child is started by the task
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    monkeypatch.setattr(worker.asyncio, "create_subprocess_exec", watch)  # type: ignore[attr-defined]
    asyncio.run(leave())
    assert [child.returncode for child in children] == [-9]


def test_a_child_scans_texts_as_the_scan_does() -> None:
    texts = ["张小明的电话13812345678", "小明"]
    known = [None, {"names": ["张小明"]}]
    found = asyncio.run(scan_in_child(texts, known))
    direct = scan(texts, [None, Known(("张小明",))])
    assert [asdict(one) for one in found] == [asdict(one) for one in direct]
    assert {one.index for one in found} == {0, 1}


def test_a_malformed_record_is_refused_across_the_border() -> None:
    with pytest.raises(InvalidError, match="不认识的项目"):
        asyncio.run(scan_in_child(["x"], [{"name": ["张三"]}]))


def test_a_release_column_may_hold_schools_and_classes_but_no_number() -> None:
    rows = [row | {"class_name": "三年级2班"} for row in ROWS]
    answer = transform({"rows": rows, "plan": PLAN, "key": KEY.hex()})
    assert answer["findings"] == []
