import polars as pl
import pytest

import anonymize
from anonymize.plan.plan import Plan
from anonymize.report.digest import digest
from anonymize.report.document import Released, class_sizes, parts, population_of
from anonymize.risk.summary import Population, risk
from anonymize.risk.thresholds import DEFAULTS, Context, Threshold
from kernel.canonical import canonical_bytes
from kernel.errors import InvalidError

TENTH = DEFAULTS[Context.CONTROLLED]
PLAN = Plan.parse({
    "version": 1,
    "fields": {"birth_date": "generalize:birth_date:year", "sex": "keep", "grade": "keep"},
    "table": {"k": 5, "quasi_identifiers": ["birth_date", "sex"], "sensitive": ["grade"],
              "suppression_limit": 0.2},
})  # fmt: skip
ROWS = [
    {"birth_date": f"2010{i % 12 + 1:02}01", "sex": "12"[i % 2], "grade": str(i % 3 + 1)}
    for i in range(48)
] + [{"birth_date": "20010101", "sex": "1", "grade": "1"}] * 2


def released(rows: list[dict[str, str]] = ROWS) -> Released:
    raw = pl.DataFrame(rows)
    made = anonymize.run(raw, PLAN, key=b"k" * 32)
    lost = raw.filter(pl.col("birth_date") == "20010101").with_columns(birth_date=pl.lit("2001"))
    return Released(raw, made.table, pl.Series(made.kept, dtype=pl.UInt32), lost)


def test_the_parts_say_what_was_measured() -> None:
    found = parts(PLAN, released(), TENTH)
    assert found["risk"]["prosecutor"]["most"] == pytest.approx(1 / 24)
    assert found["risk"]["before"]["least_k"] == 2
    assert found["utility"]["loss"]["by_column"]["sex"] == 2 / 50
    assert set(found["utility"]["distributions"]) == {"birth_date", "sex", "grade"}
    assert found["grade"]["grade"] == 3


def test_a_risk_over_the_threshold_is_grade_2() -> None:
    found = parts(PLAN, released(), Threshold(0.01))
    assert found["grade"]["grade"] == 2
    assert found["risk"]["accepted"] is False


def test_losses_by_hierarchies_stand_before_those_of_the_values_that_occur() -> None:
    one = released()
    given = Released(one.raw, one.shown, one.kept, one.lost, losses={"birth_date": 0.5})
    loss = parts(PLAN, given, TENTH)["utility"]["loss"]
    assert loss["by_column"] == {"birth_date": 0.5, "sex": 0.04}
    assert loss["all"] == pytest.approx((1.5 * 1.04) ** 0.5 - 1)


def test_equal_releases_have_equal_digests_whatever_the_order_of_rows() -> None:
    first, second = parts(PLAN, released(), TENTH), parts(PLAN, released(ROWS[::-1]), TENTH)
    assert canonical_bytes(first) == canonical_bytes(second)
    assert digest(first) == digest(second)
    assert digest(first).startswith("sha256:")
    assert digest(parts(PLAN, released(ROWS[1:]), TENTH)) != digest(first)


def test_counts_alone_have_a_grade_and_no_risk() -> None:
    counted = Plan.parse(
        {"version": 1, "fields": {"sex": "keep"}, "statistics": [{"by": ["sex"], "threshold": 5}]}
    )
    assert parts(counted, released(), TENTH)["grade"]["grade"] == 4
    assert "risk" not in parts(counted, released(), TENTH)


def test_the_population_is_joined_by_released_values() -> None:
    one = released()
    names = ["birth_date", "sex"]
    found = population_of(one.shown, pl.concat([one.shown, one.shown, one.shown.head(2)]), names)
    assert found.rows == 98
    figures = risk(class_sizes(one.shown, names), TENTH, population=found)
    assert figures["journalist"]["most"] == pytest.approx(1 / 48)
    without = population_of(one.shown, one.shown.head(3), names)
    with pytest.raises(InvalidError, match="总体表没有包含"):
        risk(class_sizes(one.shown, names), TENTH, population=without)


def test_without_quasi_identifiers_all_rows_are_one_class() -> None:
    frame = pl.DataFrame({"a": ["x", "y", "z"]})
    assert class_sizes(frame, []).tolist() == [3]
    assert class_sizes(frame.head(0), []).tolist() == []
    found = population_of(frame, pl.concat([frame, frame]), [])
    assert found.sizes is not None
    assert found.sizes.tolist() == [6]


def test_the_size_of_the_population_is_enough_for_an_estimate() -> None:
    one = released()
    given = Released(one.raw, one.shown, one.kept, one.lost, Population(500))
    assert parts(PLAN, given, TENTH)["risk"]["before"]["population"]["rows"] == 500


def test_lost_rows_are_told_in_the_form_that_their_values_have_elsewhere() -> None:
    plan = Plan.parse({
        "version": 1, "fields": {"birth_date": "keep", "sex": "keep"},
        "table": {"k": 3, "quasi_identifiers": ["birth_date", "sex"]},
    })  # fmt: skip
    raw = pl.DataFrame({"birth_date": [*"aaabbbaaac"], "sex": [*"1111112222"]})
    shown = pl.DataFrame({"birth_date": ["x"] * 6, "sex": ["1"] * 6})
    given = Released(raw, shown, pl.Series(range(6), dtype=pl.UInt32))
    told = parts(plan, given, TENTH)["utility"]["distributions"]
    assert told["birth_date"]["categories"] == [{"value": "x", "rows": 6, "before": None}]
    assert told["sex"]["categories"] == [{"value": "1", "rows": 6, "before": None}]
    same = pl.DataFrame({"birth_date": ["a"] * 9, "sex": ["1"] * 9})
    some = Released(same, same.head(5), pl.Series(range(5), dtype=pl.UInt32))
    told = parts(plan, some, TENTH)["utility"]["distributions"]
    assert told["sex"]["categories"] == [{"value": "1", "rows": 5, "before": 9}]
