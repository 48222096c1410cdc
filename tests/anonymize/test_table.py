"""A table through a plan: equal to the record, row by row, and k holds."""

import re
from collections import Counter
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import anonymize
from anonymize.plan.plan import Plan
from kernel.errors import InvalidError

KEY = b"thirty-two bytes of a secret key"
QUASI = ["sex", "birth_date", "division"]
FIELDS = {
    "name": "mask:name",
    "student_number": "pseudonym",
    "sex": "keep",
    "birth_date": "generalize:birth_date:year",
    "division": "generalize:division:city",
    "home_address": "mask:address",
    "health": "keep",
    "phone": "drop",
}


def plan(k: int = 2, limit: float = 0.99, **changes: Any) -> Plan:  # noqa: ANN401  JSON
    return Plan.parse(
        {
            "version": 1,
            "fields": FIELDS,
            "table": {"k": k, "quasi_identifiers": QUASI, "suppression_limit": limit},
        }
        | changes
    )


WORDS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["张三", "欧阳修", "买买提·阿不都", ""]) | WORDS,
            "student_number": WORDS,
            "sex": st.sampled_from(["1", "2", None]),
            "birth_date": st.sampled_from(["20120504", "20120601", "20130230", None]),
            "division": st.sampled_from(["440106", "440103", "999999"]),
            "home_address": st.sampled_from(["广东省广州市天河区1号", "某村2号"]) | WORDS,
            "health": WORDS,
            "phone": WORDS,
        }
    ),
    max_size=40,
)


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(FIELDS, pl.String))


@settings(max_examples=60)
@given(ROWS, st.integers(2, 4))
def test_a_table_equals_its_records_row_by_row_and_every_class_has_k(
    rows: list[dict[str, Any]], k: int
) -> None:
    wanted = plan(k)
    # Each row is another pupil's: k counts pupils.
    for place, row in enumerate(rows):
        row["student_number"] = ("G110105194912{:06}", "L440106201205{:06}", "无{}")[
            place % 3
        ].format(place)
    records = [anonymize.record(row, wanted, key=KEY) for row in rows]
    classes = Counter(tuple(one.get(name) for name in QUASI) for one in records)
    fit = [i for i, one in enumerate(records) if classes[tuple(map(one.get, QUASI))] >= k]
    if len(rows) - len(fit) > 0.99 * len(rows):
        with pytest.raises(InvalidError, match=f"达不到 k={k}"):
            anonymize.run(frame(rows), wanted, key=KEY)
        return
    result = anonymize.run(frame(rows), wanted, key=KEY)
    left = [{n: v for n, v in row.items() if v is not None} for row in result.table.to_dicts()]
    assert left == [records[i] for i in result.kept]
    assert sorted(result.kept) == fit
    sizes = Counter(
        tuple(row[name] for name in QUASI) for row in result.table.iter_rows(named=True)
    )
    assert all(size >= k for size in sizes.values())
    report = result.report
    assert report["rows_in"] == len(rows)
    assert report["rows_out"] == len(fit)
    assert report["suppressed"] == len(rows) - len(fit)
    assert report["classes"] == len(sizes)
    assert report["least_k"] == min(sizes.values(), default=0)
    if sizes:
        assert report["prosecutor_risk"] == 1 / min(sizes.values())
        assert report["marketer_risk"] == len(sizes) / len(fit)


PUPILS = [
    {
        "name": "张三", "student_number": f"G1101052012050{i:03}{i % 10}1", "sex": "12"[i % 2],
        "birth_date": f"201{i % 3}0504", "division": "440106",
        "home_address": "广东省深圳市南山区1号",
        "health": "10", "phone": "13812345678",
    }
    for i in range(60)
]  # fmt: skip


def parquet(table: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()


def test_the_same_rows_in_any_order_under_the_same_key_give_the_same_bytes() -> None:
    one = anonymize.run(frame(PUPILS), plan(), key=KEY)
    two = anonymize.run(frame(PUPILS[::-1]), plan(), key=KEY)
    assert parquet(one.table) == parquet(two.table)
    assert one.report == two.report
    assert [PUPILS[i] for i in one.kept] == [PUPILS[::-1][i] for i in two.kept]


def test_another_key_changes_the_pseudonyms_and_nothing_else() -> None:
    one = anonymize.run(frame(PUPILS), plan(), key=KEY).table
    two = anonymize.run(frame(PUPILS), plan(), key=KEY[::-1]).table
    assert not set(one["student_number"]) & set(two["student_number"])
    rest = [name for name in one.columns if name != "student_number"]
    assert one.select(rest).sort(rest).equals(two.select(rest).sort(rest))


class ArrowTable:
    """What any Arrow library hands over: the PyCapsule stream and nothing else."""

    def __init__(self, table: pl.DataFrame) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


def test_data_frames_lazy_frames_and_arrow_tables_give_the_same() -> None:
    table = frame(PUPILS)
    results = [anonymize.run(t, plan(), key=KEY) for t in (table, table.lazy(), ArrowTable(table))]
    assert len({parquet(result.table) for result in results}) == 1
    with pytest.raises(InvalidError, match="不认识的表格类型"):
        anonymize.run(PUPILS, plan(), key=KEY)


def test_categories_and_whole_numbers_count_as_text() -> None:
    typed = frame(PUPILS).with_columns(
        pl.col("sex").cast(pl.Int8), pl.col("division").cast(pl.Categorical)
    )
    plain = anonymize.run(frame(PUPILS), plan(), key=KEY).table
    assert anonymize.run(typed, plan(), key=KEY).table.equals(plain)


def test_missing_columns_and_unfit_types_are_all_named() -> None:
    broken = frame(PUPILS).drop("sex").with_columns(pl.lit(1.5).alias("health"))
    with pytest.raises(InvalidError) as refused:
        anonymize.run(broken, plan(), key=KEY)
    assert {problem.field for problem in refused.value.problems} == {"sex", "health"}


def test_columns_that_the_plan_does_not_name_are_left_out_and_reported() -> None:
    result = anonymize.run(frame(PUPILS).with_columns(canary=pl.lit("x")), plan(), key=KEY)
    assert "canary" not in result.table.columns
    assert "phone" not in result.table.columns
    assert result.report["ignored_columns"] == ["canary"]


def test_malformed_values_are_dropped_and_counted() -> None:
    rows = [*PUPILS, *[PUPILS[0] | {"student_number": "无", "home_address": ""}] * 2]
    result = anonymize.run(frame(rows), plan(), key=KEY)
    assert result.report["fields"]["student_number"]["malformed"] == 2
    assert result.report["fields"]["student_number"]["missing"] == 0
    assert result.report["fields"]["home_address"]["missing"] == 2
    assert result.table["student_number"].null_count() == 2


def test_more_loss_than_the_limit_is_refused_with_the_figures() -> None:
    rows = [*PUPILS, PUPILS[0] | {"birth_date": "20010101"}]
    with pytest.raises(InvalidError) as refused:
        anonymize.run(frame(rows), plan(k=5, limit=0.01), key=KEY)
    assert re.search(r"k=5：共 61 行，最小等价类 1 行，需隐去 1 行（1\.6%）", str(refused.value))
    result = anonymize.run(frame(rows), plan(k=5, limit=0.02), key=KEY)
    assert result.report["suppressed"] == 1


def test_fewer_rows_than_k_are_refused() -> None:
    with pytest.raises(InvalidError, match="达不到 k=5"):
        anonymize.run(frame(PUPILS[:4]), plan(k=5), key=KEY)


@pytest.mark.parametrize("column", ["name", "student_number", "birth_date", "health"])
def test_a_column_without_any_value_stays_empty(column: str) -> None:
    rows = [row | {column: None} for row in PUPILS]
    result = anonymize.run(frame(rows), plan(), key=KEY)
    assert result.table[column].null_count() == len(PUPILS)
    assert result.report["fields"][column]["missing"] == len(PUPILS)


def test_an_empty_table_gives_an_empty_table() -> None:
    result = anonymize.run(frame([]), plan(), key=KEY)
    assert result.table.height == 0
    assert result.report["least_k"] == 0


def test_a_table_without_a_model_does_not_leave() -> None:
    with pytest.raises(InvalidError, match="必须有表模型"):
        anonymize.run(frame(PUPILS), plan(table=None), key=KEY)


def test_a_plan_that_drops_everything_is_refused() -> None:
    nothing = Plan.parse({
        "version": 1, "fields": {"sex": "drop"}, "table": {"k": 2, "quasi_identifiers": ["sex"]},
    })  # fmt: skip
    with pytest.raises(InvalidError, match="没有可提供的字段"):
        anonymize.run(frame(PUPILS), nothing, key=KEY)


def test_counts_alone_release_no_rows() -> None:
    counted = plan(table=None, statistics=[{"by": ["sex"], "threshold": 10}])
    result = anonymize.run(frame(PUPILS), counted, key=KEY)
    assert result.table.shape == (0, 0)
    assert result.report["rows_out"] == 0
    lines = {line.labels: line.count for line in result.statistics[0].lines}
    assert lines == {("1",): 30, ("2",): 30, ("合计",): 60}


def test_counts_beside_a_table_are_of_the_rows_that_the_table_shows() -> None:
    rows = [*PUPILS, PUPILS[0] | {"birth_date": "20010101"}]
    both = plan(k=5, statistics=[{"by": ["sex"], "threshold": 10}])
    result = anonymize.run(frame(rows), both, key=KEY)
    assert result.statistics[0].lines[-1].count == result.table.height == 60


def test_the_report_names_plan_label_and_what_was_done() -> None:
    wanted = plan()
    report = anonymize.run(frame(PUPILS), wanted, key=KEY).report
    assert report["plan"] == wanted.digest
    assert report["label"] == "去标识化"
    assert report["fields"]["name"] == {
        "treatment": "mask:name", "text": "保留姓氏，其余隐去", "missing": 0, "malformed": 0,
    }  # fmt: skip
