"""Free text in a table leaves without the names that its own row holds, or not at all."""

from typing import Any

import polars as pl
import pytest

import anonymize
from anonymize.child import transform
from anonymize.plan.plan import Plan
from anonymize.synthetic.world import World, pupils
from anonymize.text import column
from anonymize.text.recall import Verdict
from kernel.errors import InvalidError

KEY = b"thirty-two bytes of a secret key"
PLAN = {
    "version": 2,
    "fields": {"sex": "keep", "remark": "text:surrogate"},
    "table": {"k": 5, "quasi_identifiers": ["sex"]},
}


@pytest.fixture(scope="module")
def world() -> pl.DataFrame:
    return pupils(World(300, seed=5, divisions=("371323",)))


@pytest.mark.parametrize("form", ["text:redact", "text:surrogate"])
def test_no_name_and_no_phone_of_the_row_is_left_in_its_remark(
    world: pl.DataFrame, form: str
) -> None:
    plan = Plan.parse({**PLAN, "fields": {"sex": "keep", "remark": form}})
    result = anonymize.run(world, plan, key=KEY)
    assert result.report["label"] == "去标识化"
    named = left = 0
    for place, (_, remark) in zip(result.kept, result.table.iter_rows(), strict=True):
        row = world.row(place, named=True)
        told = [row[name] for name in ("name", "guardian1_name", "guardian1_phone")]
        named += any(one in row["remark"] for one in told)
        left += any(one in (remark or "") for one in told)
    assert named == world.height, "the control: every remark names somebody"
    assert left == 0


def test_a_row_of_another_key_has_other_surrogates(world: pl.DataFrame) -> None:
    plan = Plan.parse(PLAN)
    one, other = (anonymize.run(world, plan, key=key).table for key in (KEY, KEY[::-1]))
    assert sorted(one["remark"].drop_nulls()) != sorted(other["remark"].drop_nulls())


def job(world: pl.DataFrame) -> dict[str, Any]:
    rows = world.select("sex", "remark").to_dicts()
    return transform({"rows": rows, "plan": PLAN, "key": KEY.hex()})


def test_the_gateway_lets_text_leave_only_where_the_measured_recall_allows_it(
    world: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        column, "verdict", lambda: Verdict(allowed=False, reasons=("姓名：没有测",))
    )
    (problem,) = job(world)["problems"]
    assert problem["field"] == "fields.remark"
    assert "姓名：没有测" in problem["message"]
    monkeypatch.setattr(column, "verdict", lambda: Verdict(allowed=True, reasons=()))
    assert len(job(world)["rows"]) == world.height


def test_a_text_of_nobody_known_is_scanned_all_the_same() -> None:
    table = pl.DataFrame({"sex": ["1"] * 5, "remark": ["电话13800001234"] * 4 + [None]})
    result = anonymize.run(table, Plan.parse(PLAN), key=KEY)
    assert result.report["fields"]["remark"]["missing"] == 1
    assert not result.table["remark"].str.contains("13800001234").any()


def test_a_short_key_makes_no_surrogates(world: pl.DataFrame) -> None:
    with pytest.raises(InvalidError):
        anonymize.run(world, Plan.parse(PLAN), key=b"short")
