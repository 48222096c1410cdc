"""Which statistics a plan may ask, and which cannot be built."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.plan.epsilon import NANO
from anonymize.plan.noise import Noise
from anonymize.plan.plan import Plan
from kernel.errors import InvalidError

GRADES = {"grade": ["小学", "初中", "高中"]}
HIDING: list[dict[str, Any]] = [
    {"kind": "count", "by": ["grade"], "threshold": 10},
    {"kind": "rate", "of": "boarding", "value": "是", "by": ["grade"], "threshold": 10},
    {"kind": "mean", "of": "distance", "by": ["grade"], "threshold": 10},
]
NOISY: list[dict[str, Any]] = [
    {"kind": "count", "by": ["grade"], "epsilon": 0.5, "values": GRADES},
    {"kind": "rate", "of": "boarding", "value": "是", "by": ["grade"], "epsilon": 0.1,
     "values": GRADES},
    {"kind": "mean", "of": "score", "bounds": [0, 100], "epsilon": 0.5},
    {"kind": "histogram", "of": "score", "edges": [0, 60, 80, 100], "epsilon": 0.5},
]  # fmt: skip


def document(*statistics: object, version: int = 2, **changes: object) -> dict[str, Any]:
    fields = dict.fromkeys(["grade", "boarding", "distance", "score", "sex"], "keep")
    whole: dict[str, Any] = {
        "version": version, "fields": fields | {"school": "drop", "phone": "mask:phone"},
        "direct_identifiers": ["number"], "statistics": list(statistics),
    }  # fmt: skip
    return whole | changes


def refusal(*statistics: object, **changes: Any) -> str:  # noqa: ANN401  parts of a document
    with pytest.raises(InvalidError) as refused:
        Plan.parse(document(*statistics, **changes))
    return "；".join(problem.message for problem in refused.value.problems)


def test_all_kinds_survive_the_round_trip_with_their_digest() -> None:
    for statistics in (HIDING, NOISY):
        plan = Plan.parse(document(*statistics))
        again = Plan.parse(plan.document())
        assert (again, again.digest, again.version) == (plan, plan.digest, 2)


def test_what_version_1_could_say_keeps_its_version_and_digest() -> None:
    old = Plan.parse(document(HIDING[0], version=1))
    assert old.version == 1
    assert Plan.parse(document(HIDING[0], version=2)).digest == old.digest


@pytest.mark.parametrize("statistic", [*HIDING[1:], *NOISY], ids=str)
def test_version_1_knows_counts_with_a_threshold_only(statistic: dict[str, Any]) -> None:
    assert refusal(statistic, version=1)


def test_a_plan_adds_up_exactly_what_it_takes() -> None:
    tenths = [NOISY[1] | {"by": [], "values": {}, "epsilon": 0.1} for _ in range(10)]
    assert Plan.parse(document(*tenths)).epsilon == NANO
    assert Plan.parse(document(*HIDING)).epsilon == 0


@pytest.mark.parametrize(
    ("statistic", "message"),
    [
        (NOISY[0] | {"epsilon": 0}, "ε 必须大于 0"),
        (NOISY[0] | {"epsilon": 10.5}, "不超过 10"),
        (NOISY[0] | {"epsilon": float("nan")}, "ε 必须大于 0"),
        (NOISY[0] | {"epsilon": "1e-9"}, "ε 必须大于 0"),  # no half of it
        (NOISY[0] | {"threshold": 10}, "只能选一种"),
        (NOISY[0] | {"values": {}}, "写明全部取值"),
        (NOISY[0] | {"values": GRADES | {"sex": ["1"]}}, "写明全部取值"),
        (NOISY[0] | {"values": {"grade": []}}, "不重复的列表"),
        (NOISY[0] | {"values": {"grade": ["小学", "小学"]}}, "不重复的列表"),
        (NOISY[0] | {"values": {"grade": ["小学", "其他"]}}, "不含“其他”"),
        (NOISY[0] | {"values": {"grade": [str(n) for n in range(2500)]}}, "超过上限"),
        (NOISY[0] | {"values": ["小学"]}, "values 必须"),
        (NOISY[0] | {"by": "grade"}, "必须是字段名的列表"),
        (NOISY[0] | {"by": ["grade", "grade"]}, "不同的字段"),
        (NOISY[0] | {"delta": 1e-6}, "不认识的键“delta”"),
        (NOISY[2] | {"bounds": [100, 0]}, "从小到大"),
        (NOISY[2] | {"bounds": [0]}, "两个数"),
        (NOISY[2] | {"bounds": [0, float("inf")]}, "有限的数"),
        (NOISY[2] | {"bounds": [0, "100"]}, "有限的数"),
        (NOISY[2] | {"bounds": [0, 1e300]}, "有限的数"),
        (NOISY[2] | {"bounds": 100}, "必须是数的列表"),
        (NOISY[2] | {"of": "grade", "by": ["grade"], "values": GRADES}, "既被统计又作分组"),
        (NOISY[2] | {"of": 5}, "of 必须"),
        (NOISY[2] | {"of": "phone"}, "不能按“phone”统计"),
        (NOISY[2] | {"of": "school"}, "不能按“school”统计"),
        (NOISY[2] | {"of": "number"}, "不能按“number”统计"),
        (NOISY[3] | {"edges": [0, 60, 60]}, "从小到大"),
        (NOISY[3] | {"edges": [0, float("nan"), 60]}, "有限的数"),
        (NOISY[3] | {"edges": [60]}, "至少需要两个"),
        (NOISY[3] | {"by": ["grade"]}, "不认识的键“by”"),
        ({"kind": "histogram", "of": "score", "edges": [0, 1], "threshold": 9}, "不认识的统计"),
        ({"kind": "median", "of": "score", "epsilon": 1}, "不认识的统计"),
        ({"kind": ["count"], "epsilon": 1}, "不认识的统计"),
        ("count", "统计必须是对象"),
        (HIDING[1] | {"threshold": 2}, "阈值不得小于"),
        (HIDING[1] | {"threshold": True}, "阈值不得小于"),
        (HIDING[1] | {"value": "其余"}, "写明一个取值"),
        (HIDING[1] | {"value": 1}, "写明一个取值"),
        (HIDING[1] | {"by": ["grade", "sex"]}, "最多按 1 个"),
        (HIDING[2] | {"bounds": [0, 1]}, "不认识的键“bounds”"),
    ],
)
def test_a_faulty_statistic_is_refused_with_the_reason(statistic: object, message: str) -> None:
    assert message in refusal(statistic)


def test_numbers_are_not_generalized_before_they_are_added() -> None:
    fields = {"birth_date": "generalize:birth_date:year"}
    assert "须为数" in refusal(HIDING[2] | {"of": "birth_date", "by": []}, fields=fields)


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        (HIDING[0], HIDING[1], True),
        (HIDING[1], HIDING[2], True),
        (HIDING[1], HIDING[1] | {"of": "sex", "value": "1"}, True),
        (HIDING[0], HIDING[0], False),
        (HIDING[1], HIDING[1] | {"value": "否"}, False),
        (HIDING[1], HIDING[1] | {"by": []}, False),
        (HIDING[1], HIDING[2] | {"of": "boarding"}, False),
        (HIDING[0] | {"by": ["grade", "sex"]}, HIDING[1], False),
        (HIDING[0] | {"by": ["boarding"]}, HIDING[1], False),
        (HIDING[0], NOISY[0], False),
        (HIDING[2] | {"of": "score"}, NOISY[2], False),
        (NOISY[0], NOISY[0], True),
        (NOISY[2], NOISY[3], True),
    ],
)
def test_statistics_that_could_be_subtracted_do_not_stand_together(
    one: dict[str, Any], other: dict[str, Any], *, fits: bool
) -> None:
    for pair in ((one, other), (other, one)):
        if fits:
            Plan.parse(document(*pair))
        else:
            assert "相减" in refusal(*pair)


def test_noise_does_not_stand_beside_the_rows_themselves() -> None:
    model = {"k": 5, "quasi_identifiers": ["grade"]}
    assert "表模型" in refusal(NOISY[0], table=model)


def test_a_count_of_all_needs_a_field_to_read() -> None:
    everybody = {"kind": "count", "epsilon": 1}
    assert "至少一个字段" in refusal(everybody, fields={"school": "drop"})
    Plan.parse(document(everybody))


def test_noise_made_by_hand_is_checked() -> None:
    for nano in (0, 1, 11 * NANO):
        with pytest.raises(InvalidError):
            Noise(nano)


STATISTIC = st.dictionaries(
    st.sampled_from(
        ["kind", "by", "of", "value", "threshold", "epsilon", "values", "bounds", "edges"]
    ),
    st.sampled_from(["count", "rate", "mean", "histogram", "grade", "score", "是", 10, 0.5, None])
    | st.lists(st.sampled_from(["grade", "sex", 0, 60, 100.5, None]), max_size=3)
    | st.dictionaries(st.sampled_from(["grade", "sex"]), st.lists(st.text(), max_size=3)),
)


@given(st.lists(STATISTIC, max_size=3), st.sampled_from([1, 2]))
def test_any_statistic_is_read_or_refused_and_nothing_else_happens(
    statistics: list[dict[str, Any]], version: int
) -> None:
    with suppress(InvalidError):
        plan = Plan.parse(document(*statistics, version=version))
        assert Plan.parse(plan.document()) == plan
