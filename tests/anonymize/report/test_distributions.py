from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from anonymize.report.distributions import MOST_VALUES, distribution


def told(
    shown: dict[str | None, int], lost: dict[str | None, int] | None, k: int = 5
) -> dict[str, Any]:
    return distribution(shown, lost, k)


def test_without_lost_rows_before_is_after() -> None:
    found = told({"a": 30, "b": 10}, {})
    assert found["categories"] == [
        {"value": "a", "rows": 30, "before": 30}, {"value": "b", "rows": 10, "before": 10},
    ]  # fmt: skip
    assert found["other"] == {"values": 0, "rows": 0, "before": 0}


def test_a_rare_value_is_not_named() -> None:
    found = told({"a": 30, "b": 10, "rare": 1}, {})
    assert [one["value"] for one in found["categories"]] == ["a"]
    assert found["other"] == {"values": 2, "rows": 11, "before": 11}


def test_the_most_frequent_values_are_named_and_the_rest_is_one() -> None:
    found = told({f"v{i:02}": 50 - i for i in range(20)}, {})
    assert [one["value"] for one in found["categories"]] == [f"v{i:02}" for i in range(MOST_VALUES)]
    assert found["other"]["values"] == 20 - MOST_VALUES


def test_an_absent_value_is_null() -> None:
    assert told({None: 9, "a": 7}, {})["categories"][0] == {"value": None, "rows": 9, "before": 9}


def test_few_lost_rows_are_not_told_of_any_value() -> None:
    found = told({"a": 30, "b": 10}, {"a": 1, "b": 2})
    assert [one["before"] for one in found["categories"]] == [None, None]


def test_many_lost_rows_are_told_where_no_small_number_follows() -> None:
    found = told({"a": 30, "b": 10, "c": 10, "d": 10}, {"a": 40, "b": 20, "c": 2, "d": 30})
    before = {one["value"]: one["before"] for one in found["categories"]}
    assert before["c"] is None
    assert list(before.values()).count(None) == 2
    assert before["a"] == 70


def test_without_a_released_form_of_the_lost_rows_before_is_untold() -> None:
    found = told({"a": 30}, None)
    assert found["categories"][0]["before"] is None
    assert found["other"]["before"] is None


VALUES = st.dictionaries(st.sampled_from("abcdefghijklmn"), st.integers(1, 40), max_size=14)


@given(VALUES, VALUES, st.integers(3, 12))
def test_no_small_number_is_told_or_follows_from_the_total(
    shown: dict[str | None, int], lost: dict[str | None, int], k: int
) -> None:
    found = told(shown, lost, k)
    lines = [*found["categories"], found["other"]]
    for line in found["categories"]:
        assert line["rows"] >= k
    assert found["other"]["rows"] == 0 or found["other"]["rows"] >= k or not found["categories"]
    if not lost or len(lines) - (found["other"]["values"] == 0) < 2:
        return  # one value for all: the public total is its number
    untold = [line for line in lines if line["before"] is None]
    known = sum(line["before"] - line["rows"] for line in lines if line["before"] is not None)
    assert len(untold) != 1
    for line in lines:
        if line["before"] is not None and line is not found["other"]:
            assert line["before"] - line["rows"] >= k
    if untold and sum(lost.values()) >= k:
        assert sum(lost.values()) - known >= k - 1
