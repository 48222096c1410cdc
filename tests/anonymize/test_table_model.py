"""What version 2 of a plan may say about tables, and that version 1 keeps meaning and digest."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.plan.hierarchy import OwnHierarchy
from anonymize.plan.model import Algorithm, Closeness, Distance, DiversityKind
from anonymize.plan.plan import Plan
from kernel.errors import InvalidError

REGION = {
    "levels": ["city", "province", "all"],
    "values": {"130513": ["1305", "13", "*"], "371934": ["3719", "37", "*"]},
}
SEVERITY = {"levels": ["all"], "values": {"none": ["*"], "mild": ["*"], "severe": ["*"]}}


def document(table: dict[str, Any] | None = None, **changes: object) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "version": 2,
        "fields": {"region": "keep", "sex": "keep", "health": "keep"},
        "hierarchies": {"region": REGION},
        "table": {
            "k": 5, "quasi_identifiers": ["region", "sex"], "sensitive": ["health"],
            "algorithm": "optimal",
        } | (table or {}),
    }  # fmt: skip
    return whole | changes


def refusal(changed: dict[str, Any]) -> str:
    with pytest.raises(InvalidError) as refused:
        Plan.parse(changed)
    assert all(problem.field for problem in refused.value.problems)
    return "；".join(problem.message for problem in refused.value.problems)


def test_the_digest_of_a_document_of_version_1_is_what_it_always_was() -> None:
    plan = Plan.parse({
        "version": 1, "fields": {"sex": "keep", "health": "keep"},
        "table": {"k": 5, "quasi_identifiers": ["sex"], "sensitive": ["health"]},
    })  # fmt: skip
    assert plan.digest == "sha256:ce132e791d017549cf49a43ec0d8fb301c25567601096011a2827c244679dcc7"
    assert plan.document() == {
        "version": 1,
        "fields": {"health": "keep", "sex": "keep"},
        "direct_identifiers": [],
        "table": {
            "k": 5, "quasi_identifiers": ["sex"], "sensitive": ["health"], "suppression_limit": 0.0,
        },
        "statistics": [],
    }  # fmt: skip


def test_what_version_1_can_say_has_one_digest_in_whichever_version_it_is_written() -> None:
    plain = {"fields": {"sex": "keep"}, "table": {"k": 5, "quasi_identifiers": ["sex"]}}
    one, two = (Plan.parse({"version": version} | plain) for version in (1, 2))
    assert one == two
    assert one.digest == two.digest
    assert two.document()["version"] == 1


PARTS: list[dict[str, Any]] = [
    {"algorithm": "mondrian"},
    {"algorithm": "best"},
    {"l": {"kind": "distinct", "l": 2}},
    {"l": {"kind": "entropy", "l": 1.5}},
    {"l": {"kind": "recursive", "l": 2, "c": 3}},
    {"t": {"t": 0.3}},
    {"t": {"t": 0.3, "distance": "ordered"}},
    {"t": {"t": 0.3, "distance": "ordered", "order": {"health": ["none", "mild", "severe"]}}},
    {"delta_presence": {"least": 0, "most": 0.5}},
    {"k_map": 10},
    {"weights": {"region": 2}},
]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_survives_the_round_trip_and_moves_the_digest(part: dict[str, Any]) -> None:
    plan = Plan.parse(document(part))
    again = Plan.parse(plan.document())
    assert again == plan
    assert again.digest == plan.digest
    assert plan.digest != Plan.parse(document()).digest
    assert plan.document()["version"] == 2


@pytest.mark.parametrize("part", PARTS)
def test_a_document_of_version_1_does_not_offer_it(part: dict[str, Any]) -> None:
    old = document(part, version=1)
    del old["hierarchies"]
    assert "尚未提供的键" in refusal(old)


def test_a_form_of_version_2_needs_a_document_of_version_2() -> None:
    assert "尚未提供的键“hierarchies”" in refusal({
        "version": 1, "fields": {"region": "keep"}, "hierarchies": {"region": REGION}
    })  # fmt: skip


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"algorithm": "datafly"}, "table.algorithm 不认识“datafly”"),
        ({"algorithm": None}, "不认识"),
        ({"l": 2}, "table.l必须是对象"),
        ({"l": {"kind": "distinct"}}, "缺少 table.l.l"),
        ({"l": {"kind": "distinct", "l": 1}}, "l 必须"),
        ({"l": {"kind": "distinct", "l": 2.5}}, "l 必须"),
        ({"l": {"kind": "distinct", "l": True}}, "l 必须"),
        ({"l": {"kind": "entropy", "l": 1}}, "l 必须大于 1"),
        ({"l": {"kind": "entropy", "l": float("nan")}}, "l 必须"),
        ({"l": {"kind": "distinct", "l": 2, "c": 3}}, "recursive 必须有"),
        ({"l": {"kind": "recursive", "l": 2}}, "recursive 必须有"),
        ({"l": {"kind": "recursive", "l": 2, "c": -1}}, "recursive 必须有"),
        ({"l": {"kind": "alpha", "l": 2}}, "不认识“alpha”"),
        ({"l": {"kind": "distinct", "l": 2}, "sensitive": []}, "需要敏感属性"),
        ({"t": {"t": 1}}, "t 必须"),
        ({"t": {"t": "0.3"}}, "t 必须"),
        ({"t": {"t": 0.3, "distance": "euclid"}}, "不认识“euclid”"),
        ({"t": {"t": 0.3, "order": {"health": ["none"]}}}, "只有 ordered"),
        ({"t": {"t": 0.3, "distance": "ordered", "order": {"health": ["a", "a"]}}}, "重复的值"),
        ({"t": {"t": 0.3, "distance": "ordered", "order": {"sex": ["1"]}}}, "只能给敏感属性"),
        ({"t": {"t": 0.3, "distance": "hierarchical"}}, "需要“health”的自定层级"),
        ({"delta_presence": {"least": 0.6, "most": 0.5}}, "δ 必须"),
        ({"delta_presence": {"least": 0, "most": 0}}, "δ 必须"),
        ({"delta_presence": {"least": 0}}, "缺少 table.delta_presence.most"),
        ({"k_map": 1}, "k_map 必须"),
        ({"k_map": 2.0}, "k_map 必须"),
        ({"k_map": 10, "algorithm": "mondrian"}, "请用|要求各行按同一级"),
        ({"weights": {"health": 2}}, "不是准标识符"),
        ({"weights": {"sex": 0}}, "权重不在"),
        ({"weights": {"sex": "2"}}, "权重不在"),
        ({"weights": {"sex": 2}, "algorithm": "fixed"}, "权重没有作用"),
        ({"weights": [2]}, "table.weights 必须是对象"),
        ({"gamma": 1}, "不认识的键“gamma”"),
    ],
)
def test_a_faulty_part_is_refused_with_the_reason(part: dict[str, Any], message: str) -> None:
    said = refusal(document(part))
    assert any(one in said for one in message.split("|"))


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (5, "必须是对象"),
        ({"levels": ["all"]}, "缺少 hierarchies.region.values"),
        ({"levels": [], "values": {"a": []}}, "级名"),
        ({"levels": ["x", "x"], "values": {"a": ["b", "*"]}}, "级名"),
        ({"levels": ["value"], "values": {"a": ["*"]}}, "级名"),
        ({"levels": ["all"], "values": {}}, "没有任何值"),
        ({"levels": ["x", "all"], "values": {"a": ["b", "*"], "c": ["*"]}}, "值“c”的层级不完整"),
        (
            {"levels": ["x", "all"], "values": {"a": ["b", "*"], "c": ["", "*"]}},
            "字段名的列表|不完整",
        ),
        ({"levels": ["x", "all"], "values": {"a": [" ", "*"]}}, "值“a”的层级不完整"),
        ({"levels": ["all"], "values": {" ": ["*"]}}, "不完整"),
        ({"levels": ["all"], "values": {"\ud800": ["*"]}}, "不完整"),
        ({"levels": ["all"], "values": {"a": ["*"], "b": ["all"]}}, "最后一级必须只有一个组"),
        (
            {"levels": ["x", "y", "all"], "values": {"a": ["p", "1", "*"], "b": ["p", "2", "*"]}},
            "“x”级的组“p”分属",
        ),
        ({"levels": ["all"], "values": {"a": ["*"]}, "order": []}, "不认识的键“order”"),
    ],
)
def test_a_faulty_hierarchy_is_refused_and_its_gaps_are_named(own: object, message: str) -> None:
    said = refusal(document(hierarchies={"region": own}))
    assert any(one in said for one in message.split("|"))


def test_many_faulty_values_are_counted_and_ten_are_named() -> None:
    values = {f"v{number:02}": (("*",) if number else ("x", "*")) for number in range(40)}
    with pytest.raises(InvalidError, match="“v10”等 39 个的层级不完整"):
        OwnHierarchy(("x", "all"), values)


def test_a_hierarchy_that_no_form_uses_is_refused() -> None:
    assert "没有用上" in refusal(document(hierarchies={"region": REGION, "colour": SEVERITY}))
    fields = document()["fields"] | {"region": "generalize:division:city"}
    assert "没有用上" in refusal(document(fields=fields))


def test_an_own_level_must_be_in_the_columns_own_hierarchy() -> None:
    own = document(fields=document()["fields"] | {"region": "generalize:own:city"})
    assert Plan.parse(own).fields["region"].text
    other = document(fields=document()["fields"] | {"region": "generalize:own:village"})
    assert "没有“village”级" in refusal(other)
    none = document(fields=document()["fields"] | {"sex": "generalize:own:all"})
    assert "没有“all”级" in refusal(none)


@pytest.mark.parametrize("name", ["name", "domicile", "region"])
def test_an_own_hierarchy_cannot_bring_a_direct_identifier_through(name: str) -> None:
    # Groups of the user's own may be the values themselves.
    own = {"levels": ["same", "all"], "values": {"张三": ["张三", "*"]}}
    assert "不能按自定层级泛化" in refusal({
        "version": 2, "fields": {name: "generalize:own:same"}, "hierarchies": {name: own},
        "direct_identifiers": ["region"],
    })  # fmt: skip


def test_a_hierarchy_answers_for_its_values_and_for_nothing_else() -> None:
    own = Plan.parse(document()).hierarchies["region"]
    assert own.generalize("130513") == "130513"
    assert own.generalize(" 130513 ", "city") == "1305"
    assert own.generalize("130513", "all") == "*"
    assert own.generalize("130514") is None
    assert own.generalize("1305", "province") is None


def test_a_table_of_values_and_levels_is_read_as_other_tools_write_it() -> None:
    own = OwnHierarchy.of_text("\ufeff1;G1-3;primary;*\r\n4;G4-6;primary;*\r\n\r\n")
    assert own.levels == ("1", "2", "all")
    assert own.values["4"] == ("G4-6", "primary", "*")
    with pytest.raises(InvalidError, match="值“1”重复出现"):
        OwnHierarchy.of_text("1;*\n1;*\n")
    with pytest.raises(InvalidError, match=r"没有任何值|级名"):
        OwnHierarchy.of_text("")


def test_parts_made_by_hand_are_checked_alike() -> None:
    with pytest.raises(InvalidError):
        Closeness(0.3, Distance.EQUAL, {"health": ("a",)})
    with pytest.raises(InvalidError):
        Closeness(2.0)
    assert [*Algorithm] == ["fixed", "optimal", "mondrian", "best"]
    assert [*DiversityKind] == ["distinct", "entropy", "recursive"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(["algorithm", "l", "t", "delta_presence", "k_map", "weights", "k"])


@given(st.dictionaries(KEYS, JSON), JSON)
def test_any_json_is_a_plan_of_version_2_or_refused(table: dict[str, Any], own: Any) -> None:  # noqa: ANN401  JSON
    with suppress(InvalidError):
        plan = Plan.parse(document(table, hierarchies={"region": own} if own else {}))
        assert Plan.parse(plan.document()) == plan
        assert plan.digest
