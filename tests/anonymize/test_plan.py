"""What a plan may say, and that an unsafe one cannot be built."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.plan.model import TableModel
from anonymize.plan.plan import ALWAYS_DIRECT, Plan
from anonymize.plan.query import Count
from anonymize.plan.treatment import Kind, Treatment
from kernel.errors import InvalidError


def document(**changes: object) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "version": 1,
        "fields": {
            "name": "drop",
            "sex": "keep",
            "birth_date": "generalize:birth_date:year",
            "health": "keep",
        },
        "direct_identifiers": ["name"],
        "table": {
            "k": 5,
            "quasi_identifiers": ["sex", "birth_date"],
            "sensitive": ["health"],
            "suppression_limit": 0.05,
        },
        "statistics": [],
    }
    return whole | changes


def refusal(changed: dict[str, Any]) -> str:
    with pytest.raises(InvalidError) as refused:
        Plan.parse(changed)
    return "；".join(problem.message for problem in refused.value.problems)


def test_a_document_survives_the_round_trip_with_its_digest() -> None:
    plan = Plan.parse(document())
    again = Plan.parse(plan.document())
    assert again == plan
    assert again.digest == plan.digest
    assert plan.digest.startswith("sha256:")


def test_the_order_in_which_a_document_is_written_does_not_matter() -> None:
    turned = document()
    turned["fields"] = dict(reversed(turned["fields"].items()))
    turned["table"]["quasi_identifiers"].reverse()
    turned["table"]["suppression_limit"] = 5e-2
    assert Plan.parse(turned).digest == Plan.parse(document()).digest


def test_every_part_of_the_document_moves_the_digest() -> None:
    changed = [
        document(),
        document(fields=document()["fields"] | {"sex": "drop"}),
        document(direct_identifiers=["name", "health2"]),
        document(table=document()["table"] | {"k": 6}),
        document(table=document()["table"] | {"suppression_limit": 0.04}),
        document(table=document()["table"] | {"sensitive": []}),
        document(table=None),
        document(statistics=[{"by": ["sex"], "threshold": 10}]),
        document(statistics=[{"by": ["sex"], "threshold": 11}]),
    ]
    assert len({Plan.parse(one).digest for one in changed}) == len(changed)


@pytest.mark.parametrize("name", sorted(ALWAYS_DIRECT))
def test_a_direct_identifier_cannot_be_kept_whatever_list_the_caller_gives(name: str) -> None:
    assert "不能原样提供" in refusal(
        document(fields={name: "keep"}, direct_identifiers=[], table=None)
    )


def test_a_field_that_the_caller_calls_direct_cannot_be_kept() -> None:
    assert "“sex”不能原样提供" in refusal(document(direct_identifiers=["sex"]))


def test_a_plan_made_by_hand_is_checked_alike() -> None:
    with pytest.raises(InvalidError, match="不能原样提供"):
        Plan(fields={"phone": Treatment(Kind.KEEP)})


def test_a_plan_cannot_be_changed_after_it_was_checked() -> None:
    plan = Plan.parse(document())
    with pytest.raises(TypeError):
        plan.fields["name"] = Treatment(Kind.KEEP)  # type: ignore[index]
    with pytest.raises(AttributeError):
        plan.fields = {}  # type: ignore[misc]


def test_a_raw_domicile_is_an_address() -> None:
    assert "domicile" in refusal(document(fields={"domicile": "keep"}, table=None))
    Plan.parse(document(fields={"domicile": "generalize:address:county"}, table=None))


def test_a_column_of_few_values_gets_no_pseudonym() -> None:
    assert "不能换成假名" in refusal(document(fields={"school_name": "pseudonym"}, table=None))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 3}, "版本不受支持"),
        ({"version": True}, "版本不受支持"),
        ({"version": None}, "版本不受支持"),
        ({"colour": 1}, "不认识的键“colour”"),
        ({"fields": []}, "fields 必须是对象"),
        ({"fields": {"sex": 1}}, "必须是文字"),
        ({"fields": {"sex": "hash"}}, "不认识的处理方式"),
        ({"statistics": {}}, "statistics 必须是列表"),
        ({"statistics": [{"by": ["sex"]}]}, "缺少 statistics.threshold"),
        ({"statistics": [{"by": ["sex"], "threshold": 2}]}, "阈值不得小于"),
        ({"statistics": [{"by": ["sex"], "threshold": True}]}, "阈值不得小于"),
        ({"statistics": [{"by": [], "threshold": 10}]}, "一个或两个"),
        ({"statistics": [{"by": ["sex", "sex"], "threshold": 10}]}, "一个或两个"),
        ({"statistics": [{"by": ["name"], "threshold": 10}]}, "不能按“name”统计"),
        ({"statistics": [{"by": ["grade"], "threshold": 10}]}, "不能按“grade”统计"),
        ({"statistics": [{"kind": "mean", "by": ["sex"], "threshold": 10}]}, "只提供人数统计"),
        ({"statistics": [{"by": ["sex"], "threshold": 9, "epsilon": 1}]}, "尚未提供的键"),
        ({"direct_identifiers": "name"}, "必须是字段名的列表"),
        ({"table": 5}, "table必须是对象"),
    ],
)
def test_a_faulty_document_is_refused_with_the_reason(
    changes: dict[str, Any], message: str
) -> None:
    assert message in refusal(document(**changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"k": 1}, "k 必须"),
        ({"k": "5"}, "k 必须"),
        ({"k": True}, "k 必须"),
        ({"k": 5.0}, "k 必须"),
        ({"suppression_limit": 1}, "隐去行数上限"),
        ({"suppression_limit": -0.1}, "隐去行数上限"),
        ({"suppression_limit": float("nan")}, "隐去行数上限"),
        ({"suppression_limit": "5%"}, "隐去行数上限"),
        ({"quasi_identifiers": ["grade"]}, "“grade”不在方案中"),
        ({"quasi_identifiers": [""]}, "必须是字段名的列表"),
        ({"sensitive": ["sex"]}, "不能既是准标识符又是敏感属性"),
        ({"l": 2}, "尚未提供的键“l”"),
        ({"sensitiv": []}, "不认识的键“sensitiv”"),
    ],
)
def test_a_faulty_table_model_is_refused_with_the_reason(
    changes: dict[str, Any], message: str
) -> None:
    assert message in refusal(document(table=document()["table"] | changes))


def test_a_table_model_names_what_is_missing() -> None:
    assert refusal(document(table={"quasi_identifiers": []})) == "缺少 table.k"
    assert refusal(document(table={"k": 5})) == "缺少 table.quasi_identifiers"


def test_a_pseudonym_is_no_quasi_identifier() -> None:
    assert "不能作准标识符" in refusal(
        document(
            fields={"student_number": "pseudonym"},
            table={"k": 5, "quasi_identifiers": ["student_number"]},
        )
    )


def test_two_counts_over_one_column_are_refused_for_they_could_be_subtracted() -> None:
    counts = [{"by": ["sex"], "threshold": 10}, {"by": ["sex", "health"], "threshold": 10}]
    assert "相减" in refusal(document(statistics=counts))


def test_every_faulty_field_is_named_at_once() -> None:
    with pytest.raises(InvalidError) as refused:
        Plan.parse(document(fields={"phone": "keep", "email": "keep", "sex": "keep"}, table=None))
    assert {problem.field for problem in refused.value.problems} == {"fields.phone", "fields.email"}
    assert all(problem.rule and problem.remedy for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({}, "匿名化"),
        ({"fields": {"sex": "keep", "birth_date": "drop", "health": "drop"}}, "匿名化"),
        ({"fields": document()["fields"] | {"student_number": "pseudonym"}}, "去标识化"),
        ({"fields": document()["fields"] | {"name": "mask:name"}}, "去标识化"),
        ({"fields": document()["fields"] | {"home_address": "generalize:address:county"}},
         "去标识化"),
        ({"fields": document()["fields"] | {"class_name": "keep"}}, "去标识化"),  # not modelled
        ({"table": None}, "去标识化"),
        ({"table": None, "statistics": [{"by": ["sex"], "threshold": 10}]}, "匿名化"),
        ({"table": document()["table"] | {"sensitive": []}}, "去标识化"),
    ],
)  # fmt: skip
def test_only_what_cannot_be_restored_is_labelled_anonymized(
    changes: dict[str, Any], label: str
) -> None:
    assert Plan.parse(document(**changes)).label == label


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["version", "fields", "table", "statistics", "direct_identifiers", "k", "by"]
)


@given(st.dictionaries(KEYS, JSON | st.just(1)))
def test_any_json_is_a_plan_or_refused_and_nothing_else_happens(value: dict[str, Any]) -> None:
    with suppress(InvalidError):
        plan = Plan.parse(value)
        assert Plan.parse(plan.document()) == plan


def test_models_made_by_hand_are_checked() -> None:
    with pytest.raises(InvalidError):
        TableModel(1, ())
    with pytest.raises(InvalidError):
        Count(("a", "b", "c"), 10)
