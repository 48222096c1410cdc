import pytest

from anonymize.plan.plan import Plan
from anonymize.risk.grade import grade
from anonymize.risk.thresholds import DEFAULTS, Context, Threshold
from kernel.errors import InvalidError

TENTH = DEFAULTS[Context.CONTROLLED]


def plan(fields: dict[str, str], **rest: object) -> Plan:
    return Plan.parse({"version": 1, "fields": fields, **rest})


MODEL = {"table": {"k": 10, "quasi_identifiers": ["grade", "sex"], "sensitive": ["health"]}}
FIELDS = {"grade": "keep", "sex": "keep", "health": "keep"}


def test_counts_alone_are_grade_4() -> None:
    counted = plan({"grade": "keep"}, statistics=[{"by": ["grade"], "threshold": 10}])
    assert grade(counted, None, TENTH).number == 4


def test_a_modelled_table_within_the_threshold_is_grade_3() -> None:
    assert grade(plan(FIELDS, **MODEL), 0.1, TENTH).number == 3
    found = grade(plan(FIELDS | {"student_number": "pseudonym"}, **MODEL), 0.1, TENTH)
    assert found.number == 3


@pytest.mark.parametrize(
    ("more", "risk", "reason"),
    [
        ({}, 0.11, "超过可接受"),
        ({}, None, "未测量"),
        ({"name": "mask:name"}, 0.1, "“name”未纳入表模型"),
        ({"seat_number": "keep"}, 0.1, "“seat_number”未纳入表模型"),
    ],
)
def test_what_is_over_or_outside_the_model_is_grade_2(
    more: dict[str, str], risk: float | None, reason: str
) -> None:
    found = grade(plan(FIELDS | more, **MODEL), risk, TENTH)
    assert found.number == 2
    assert any(reason in one for one in found.reasons)


def test_the_defaults_are_those_of_the_three_contexts() -> None:
    assert [DEFAULTS[context].value for context in Context] == [1 / 20, 1 / 10, 1 / 5]


@pytest.mark.parametrize("value", [0, -0.1, 1.1, float("nan")])
def test_a_threshold_is_a_probability(value: float) -> None:
    with pytest.raises(InvalidError, match="可接受的重标识风险"):
        Threshold(value)


def test_a_threshold_names_source_and_owner() -> None:
    with pytest.raises(InvalidError, match="来源和负责人"):
        Threshold(0.1, source="")
    with pytest.raises(InvalidError, match="来源和负责人"):
        Threshold(0.1, owner="")
