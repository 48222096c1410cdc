"""Mondrian along hierarchies: every class keeps the model, every cell is a named group."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.plan.model import (
    Algorithm,
    Closeness,
    Distance,
    Diversity,
    DiversityKind,
    Presence,
    TableModel,
)
from anonymize.tables.coded import Coded, Hierarchy
from anonymize.tables.mondrian import LEFT_OUT, Partition, labels, loss, partition
from kernel.errors import InvalidError

REGION = (
    ("东城", "西城", "和平", "河西", "长安", "桥西", "路南"),
    ("北京", "北京", "天津", "天津", "石家庄", "石家庄", "唐山"),
    ("京津", "京津", "京津", "京津", "河北", "河北", "河北"),
    ("*",) * 7,
)
GRADE = (tuple("123456789"), ("小",) * 6 + ("初",) * 3, ("*",) * 9)
SEX = (("女", "男"), ("*", "*"))


def tree(name: str, levels: Sequence[Sequence[str]]) -> Hierarchy:
    found, up = [], []
    for level in levels:
        words = sorted(set(level))
        found.append(tuple(words))
        up.append(np.array([words.index(word) for word in level], np.int32))
    order = np.argsort(up[0])
    return Hierarchy(name, tuple(found), tuple(one[order] for one in up))


OPEN = (tree("region", REGION[:3]), tree("grade", GRADE), tree("sex", SEX))
TREES = (tree("region", REGION), tree("grade", GRADE), tree("sex", SEX))
ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 8), st.integers(0, 1), st.integers(0, 3)),
    max_size=120,
)
MODELS = st.builds(
    lambda k, extra: TableModel(
        k=k,
        quasi_identifiers=("region", "grade", "sex"),
        sensitive=("health",),
        algorithm=Algorithm.MONDRIAN,
        **extra,
    ),
    st.integers(2, 6),
    st.sampled_from([
        {},
        {"diversity": Diversity(DiversityKind.DISTINCT, 2)},
        {"diversity": Diversity(DiversityKind.DISTINCT, 3)},
        {"diversity": Diversity(DiversityKind.ENTROPY, 2)},
        {"diversity": Diversity(DiversityKind.RECURSIVE, 2, 2.0)},
        {"closeness": Closeness(0.3)},
        {"closeness": Closeness(0.2, Distance.ORDERED)},
        {"diversity": Diversity(DiversityKind.DISTINCT, 2), "closeness": Closeness(0.4)},
    ]),
)  # fmt: skip


def coded(rows: Sequence[Sequence[int]], trees: tuple[Hierarchy, ...] = TREES) -> Coded:
    columns = tuple(
        np.array([row[column] for row in rows], np.int32) for column in range(len(trees))
    )
    health = np.array([row[len(trees)] for row in rows], np.int32)
    return Coded(len(rows), trees, columns, (health,))


def told(found: Partition, trees: tuple[Hierarchy, ...] = TREES) -> list[tuple[str, ...] | None]:
    columns = labels(found, trees)
    return [
        None if one == LEFT_OUT else tuple(names[code[one]] for names, code in columns)
        for one in found.classes
    ]


def classes(rows: Sequence[Sequence[int]], found: Partition) -> dict[tuple[str, ...], list[int]]:
    by_label = defaultdict(list)
    for row, label in zip(rows, told(found), strict=True):
        if label is not None:
            by_label[label].append(row[-1])
    return by_label


def holds(model: TableModel, values: list[int], table: list[int]) -> bool:
    """Count naively whether a class keeps the model."""
    counts = Counter(values)
    if len(values) < model.k:
        return False
    if (diversity := model.diversity) is not None:
        often = sorted(counts.values(), reverse=True)
        wide = {
            DiversityKind.DISTINCT: len(counts) >= diversity.l,
            DiversityKind.ENTROPY: -sum(c / len(values) * math.log(c / len(values)) for c in often)
            >= math.log(diversity.l) - 1e-9,
            DiversityKind.RECURSIVE: often[0] < diversity.c * sum(often[int(diversity.l) - 1 :]),
        }
        if not wide[diversity.kind]:
            return False
    if (closeness := model.closeness) is None:
        return True
    gaps = [counts[v] / len(values) - table.count(v) / len(table) for v in range(max(table) + 1)]
    if closeness.distance is Distance.EQUAL:
        return sum(map(abs, gaps)) / 2 <= closeness.t + 1e-9
    moved = sum(abs(sum(gaps[: place + 1])) for place in range(len(gaps)))
    return moved / max(len(gaps) - 1, 1) <= closeness.t + 1e-9


@settings(max_examples=200)
@given(ROWS, MODELS)
def test_every_class_by_its_labels_keeps_k_l_and_t(
    rows: list[tuple[int, ...]], model: TableModel
) -> None:
    found = partition(coded(rows), model)
    table = [row[-1] for row in rows]
    if not rows or not holds(model, table, table):
        assert (found.classes == LEFT_OUT).all()
        return
    by_label = classes(rows, found)
    assert sum(map(len, by_label.values())) == len(rows), "no row is left out"
    assert all(holds(model, values, table) for values in by_label.values())
    assert len(by_label) == len(found.sizes), "no two classes have the same name"


@settings(max_examples=60)
@given(ROWS, MODELS)
def test_each_cell_is_the_finest_named_group_of_its_class(
    rows: list[tuple[int, ...]], model: TableModel
) -> None:
    found = partition(coded(rows), model)
    for number in range(len(found.sizes)):
        members = found.order[found.starts[number] : found.starts[number + 1]]
        assert (found.classes[members] == number).all()
        for column, one in enumerate(TREES):
            leaves = {rows[member][column] for member in members}
            level, group = found.levels[number, column], found.groups[number, column]
            assert {one.up[level][leaf] for leaf in leaves} == {group}
            assert level == 0 or len({one.up[level - 1][leaf] for leaf in leaves}) > 1


@settings(max_examples=60)
@given(ROWS, MODELS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    rows: list[tuple[int, ...]], model: TableModel, random: "np.random.RandomState"
) -> None:
    places = list(range(len(rows)))
    random.shuffle(places)
    first = partition(coded(rows), model)
    second = partition(coded([rows[place] for place in places]), model)
    assert (first.classes[places] == second.classes).all()
    assert (first.groups == second.groups).all()
    assert (first.levels == second.levels).all()


@settings(max_examples=60)
@given(ROWS, MODELS)
def test_the_loss_is_that_of_the_cells_and_never_above_all_at_the_top(
    rows: list[tuple[int, ...]], model: TableModel
) -> None:
    found = partition(coded(rows), model)
    product = 1.0
    for column, one in enumerate(TREES):
        cells = [1.0] * int((found.classes == LEFT_OUT).sum())
        for number, size in enumerate(found.sizes):
            level, group = found.levels[number, column], found.groups[number, column]
            share = (np.sum(one.up[level] == group) - 1) / (one.leaves - 1)
            cells += [share] * size
        product *= 1 + (sum(cells) / len(cells) if cells else 0)
    assert loss(found, TREES, model) == pytest.approx(product ** (1 / 3) - 1)
    assert loss(found, TREES, model) <= 1.0 + 1e-12


def at(*names: str) -> tuple[int, ...]:
    """Return the row of a region's, grade's and sex's names; healthy."""
    leaves = zip(TREES, names, strict=True)
    return (*(one.labels[0].index(name) for one, name in leaves), 0)


def model_of(k: int = 5, **extra: object) -> TableModel:
    names = ("grade", "region", "sex")
    kind = Algorithm.MONDRIAN
    return TableModel(k, names, ("health",), algorithm=kind, **extra)  # type: ignore[arg-type]  # a test's shorthand


def test_groups_too_small_to_stand_alone_stay_together_under_their_parents_name() -> None:
    few = [at("和平", "1", "女")] * 3 + [at("长安", "1", "女")] * 2
    found = partition(coded([at("东城", "1", "女")] * 9 + few), model_of(5))
    assert told(found) == [("东城", "1", "女")] * 9 + [("*", "1", "女")] * 5


def test_a_rest_too_small_takes_in_the_smallest_group() -> None:
    rows = [at("东城", "1", "女")] * 7 + [at("西城", "1", "女")] * 8 + [at("和平", "1", "女")] * 2
    found = partition(coded(rows), model_of(7))
    named = [("京津", "1", "女")] * 7 + [("西城", "1", "女")] * 8 + [("京津", "1", "女")] * 2
    assert told(found) == named


@pytest.mark.parametrize("rows", [0, 1, 4])
def test_fewer_rows_than_k_are_all_left_out(rows: int) -> None:
    found = partition(coded([(0, 0, 0, 0)] * rows), model_of(5))
    assert found.classes.tolist() == [LEFT_OUT] * rows
    assert len(found.sizes) == 0
    assert loss(found, TREES, model_of(5)) == pytest.approx(1.0 if rows else 0.0)


def test_constant_columns_are_one_class_of_the_value_itself() -> None:
    found = partition(coded([at("河西", "5", "男")] * 5), model_of(5))
    assert told(found) == [("河西", "5", "男")] * 5


def test_no_quasi_identifier_is_one_class() -> None:
    found = partition(Coded(7, (), ()), TableModel(k=5, quasi_identifiers=()))
    assert found.classes.tolist() == [0] * 7


def test_a_hundred_thousand_categories_are_kept_where_k_allows() -> None:
    count = 100_000
    flat = Hierarchy(
        "code",
        (tuple(f"{one:06d}" for one in range(count)), ("*",)),
        (np.arange(count, dtype=np.int32), np.zeros(count, np.int32)),
    )
    often = np.repeat(np.arange(50, dtype=np.int32), 7)
    column = np.concatenate([np.arange(count, dtype=np.int32), often])
    found = partition(
        Coded(len(column), (flat, TREES[2]), (column, column % 2)),
        TableModel(k=5, quasi_identifiers=("code", "sex")),
    )
    assert found.sizes.min() >= 5
    # The 50 values with 8 rows stand alone, the rest is told by sex only.
    assert Counter(found.levels[:, 0].tolist()) == {0: 50, 1: 2}


def test_a_coarsest_level_of_several_groups_is_never_joined() -> None:
    rows = [at("东城", "1", "女")] * 6 + [at("长安", "1", "女")] * 3
    found = partition(coded(rows, OPEN), model_of(5))
    assert told(found, OPEN) == [("东城", "1", "女")] * 6 + [None] * 3


def test_a_coarsest_group_that_is_not_diverse_is_left_out() -> None:
    rows = [(*at("东城", "1", "女")[:3], one % 2) for one in range(6)]
    rows += [at("长安", "1", "女")] * 20
    found = partition(
        coded(rows, OPEN), model_of(5, diversity=Diversity(DiversityKind.DISTINCT, 2))
    )
    assert told(found, OPEN) == [("东城", "1", "女")] * 6 + [None] * 20


def test_of_two_cuts_that_exclude_each_other_the_weightier_column_is_cut() -> None:
    corners = [("1", "女"), ("1", "男"), ("2", "女"), ("2", "男")]
    rows = [at("东城", grade, sex) for grade, sex in corners for _ in range(3)]
    plain = told(partition(coded(rows), model_of(6)))
    heavy = told(partition(coded(rows), model_of(6, weights={"grade": 4.0})))
    assert set(plain) == {("东城", "小", "女"), ("东城", "小", "男")}
    assert set(heavy) == {("东城", "1", "*"), ("东城", "2", "*")}


def test_levels_that_do_not_nest_are_refused() -> None:
    wrong = tree("sex", (("甲", "乙", "丙", "丁"), ("1", "2", "1", "2"), ("a", "a", "b", "b")))
    with pytest.raises(InvalidError, match="不嵌套"):
        partition(coded([(0, 0, 0, 0)], (*TREES[:2], wrong)), model_of(5))


@pytest.mark.parametrize(
    "extra",
    [
        {"k_map": 5},
        {"presence": Presence(0.0, 0.5)},
        {"closeness": Closeness(0.2, Distance.HIERARCHICAL)},
    ],
)
def test_models_that_cuts_cannot_keep_are_refused(extra: dict[str, object]) -> None:
    with pytest.raises(InvalidError, match="mondrian 不支持"):
        partition(coded([(0, 0, 0, 0)] * 9), TableModel(5, ("sex",), ("health",), **extra))  # type: ignore[arg-type]  # a test's shorthand
