"""The search finds what brute force finds, on any table, hierarchy and model."""

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.plan.hierarchy import OwnHierarchy
from anonymize.plan.model import (
    Algorithm,
    Closeness,
    Distance,
    Diversity,
    DiversityKind,
    TableModel,
)
from anonymize.plan.treatment import Treatment
from anonymize.tables import lattice
from anonymize.tables.coded import Coded
from anonymize.tables.coding import code
from anonymize.tables.demands import Attribute
from kernel.errors import InvalidError
from tests.anonymize.tables import naive

KEEP = Treatment.parse("keep")
DISTANCES = [one.value for one in Distance]


@st.composite
def paths(draw: st.DrawFn, letter: str, most: int) -> dict[str, tuple[str, ...]]:
    """Values of a column, each with its groups; groups of one level lie in one of the next."""
    leaves = draw(st.integers(1, most))
    groups = list(range(leaves))
    columns = [[f"{letter}{leaf:02}" for leaf in range(leaves)]]
    for level in range(draw(st.integers(0, 2))):
        parents = {one: draw(st.integers(0, len(set(groups)) // 2)) for one in sorted(set(groups))}
        groups = [parents[one] for one in groups]
        columns.append([f"{level}{letter}{one}" for one in groups])
    columns.append(["*"] * leaves)
    return {row[0]: row for row in zip(*columns, strict=True)}


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[naive.Column], list[str], naive.Wanted]:
    rows = draw(st.integers(1, 30))
    columns = []
    for letter in "abc"[: draw(st.integers(1, 3))]:
        path = draw(paths(letter, 7))
        values = st.sampled_from(sorted(path))
        columns.append(naive.Column(path, draw(st.lists(values, min_size=rows, max_size=rows))))
    up = {value: path[1:] for value, path in draw(paths("s", 5)).items()}
    secret = draw(st.lists(st.sampled_from(sorted(up)), min_size=rows, max_size=rows))
    kind = draw(st.sampled_from([None, *DiversityKind]))
    least = draw(st.integers(2, 3))
    factor = draw(st.sampled_from([0.7, 1.0, 2.5])) if kind is DiversityKind.RECURSIVE else 0.0
    distance = draw(st.sampled_from([None, *DISTANCES]))
    return columns, secret, naive.Wanted(
        k=draw(st.integers(2, 5)),
        limit=draw(st.sampled_from([0.0, 0.05, 0.21, 0.5, 0.9])),
        diversity=None if kind is None else (kind.value, least, factor),
        closeness=None if distance is None else (distance, draw(st.sampled_from([0.13, 0.37]))),
        up=up if distance == "hierarchical" else None,
    )  # fmt: skip


def searched(
    columns: list[naive.Column], secret: list[str], wanted: naive.Wanted
) -> lattice.Optimum | None:
    coded = [
        code(pl.Series(str(place), one.rows), KEEP, b"", own(one.path))
        for place, one in enumerate(columns)
    ]
    if wanted.up:
        column = code(
            pl.Series("s", secret), KEEP, b"", own({v: (v, *p) for v, p in wanted.up.items()})
        )
        values, attribute = column.codes, Attribute.of(column.codes, column.hierarchy)
    else:
        values = np.unique(secret, return_inverse=True)[1].astype(np.int32)
        attribute = Attribute.of(values)
    model = TableModel(
        k=wanted.k,
        quasi_identifiers=tuple(str(place) for place in range(len(columns))),
        sensitive=("s",),
        suppression_limit=wanted.limit,
        algorithm=Algorithm.OPTIMAL,
        diversity=None if wanted.diversity is None else Diversity(
            DiversityKind(wanted.diversity[0]), wanted.diversity[1], wanted.diversity[2]
        ),
        closeness=None if wanted.closeness is None else Closeness(
            wanted.closeness[1], Distance(wanted.closeness[0])
        ),
    )  # fmt: skip
    table = Coded(
        len(secret),
        tuple(one.hierarchy for one in coded),
        tuple(one.codes for one in coded),
        (values,),
    )
    return lattice.search(table, model, [attribute])


def own(path: dict[str, tuple[str, ...]]) -> OwnHierarchy:
    levels = tuple(f"l{level}" for level in range(1, len(next(iter(path.values())))))
    return OwnHierarchy(levels, {value: groups[1:] for value, groups in path.items()})


@settings(max_examples=120)
@given(problems())
def test_the_search_finds_the_node_that_brute_force_finds(
    problem: tuple[list[naive.Column], list[str], naive.Wanted],
) -> None:
    found, truth = searched(*problem), naive.optimum(*problem)
    if truth is None or found is None:
        assert found is None
        assert truth is None
        return
    node, suppressed, loss = truth
    assert found.loss == pytest.approx(loss, abs=1e-11)
    assert (found.node, found.suppressed) == (node, suppressed)
    assert found.kept.sum() == len(problem[1]) - suppressed


def column(letter: str, values: list[int], height: int = 3) -> naive.Column:
    path = {
        f"{letter}{v:03}": (
            f"{letter}{v:03}", *(f"{letter}{v >> level}" for level in range(1, height - 1)), "*"
        )
        for v in range(max(values) + 1)
    }  # fmt: skip
    return naive.Column(path, [f"{letter}{v:03}" for v in values])


def test_a_wide_table_is_searched_though_its_codes_do_not_fit_one_number() -> None:
    """Eight columns of 300 values each have 6.5e19 combinations, more than 64 bits."""
    rng = np.random.default_rng(5)
    columns = [column(letter, rng.integers(0, 300, 60).tolist()) for letter in "abcdefgh"]
    columns = [naive.Column(one.path, [*one.rows, *one.rows]) for one in columns]
    found = searched(columns, ["x"] * 120, naive.Wanted(k=2, limit=0.0))
    assert found is not None
    assert found.node == (0,) * 8


def test_most_nodes_are_proven_worse_without_being_looked_at() -> None:
    rng = np.random.default_rng(7)
    columns = [column(letter, rng.integers(0, 64, 400).tolist(), 7) for letter in "abc"]
    found = searched(columns, ["x"] * 400, naive.Wanted(k=5, limit=0.05))
    assert found is not None
    assert found.lattice == 343
    assert found.judged < 100


def test_a_lattice_too_large_to_search_is_refused_with_the_bound() -> None:
    columns = [column(letter, [0, 1], 12) for letter in "abcdef"]
    with pytest.raises(InvalidError, match=rf"上限 {lattice.MOST_NODES}") as refused:
        searched(columns, ["x", "y"], naive.Wanted(k=2, limit=0.0))
    assert "mondrian" in refused.value.problems[0].remedy


def test_the_suppression_limit_is_rounded_down_to_whole_rows() -> None:
    columns = [column("a", [0] * 9 + [1])]
    kept = searched(columns, ["x"] * 10, naive.Wanted(k=2, limit=0.1))
    assert kept is not None
    assert (kept.node, kept.suppressed) == ((0,), 1)
    coarser = searched(columns, ["x"] * 10, naive.Wanted(k=2, limit=0.0999))
    assert coarser is not None
    assert (coarser.node, coarser.suppressed) == ((1,), 0)


def test_weights_turn_the_choice_between_columns() -> None:
    rows = [0, 1, 2, 3]
    table = [column("a", rows, 2), column("b", rows, 2)]
    coded = [
        code(pl.Series(name, one.rows), KEEP, b"", own(one.path))
        for name, one in zip("ab", table, strict=True)
    ]
    chosen: dict[str, Any] = {}
    for dear in "ab":
        model = TableModel(
            2, ("a", "b"), algorithm=Algorithm.OPTIMAL, weights={dear: 3.0}, suppression_limit=0.0
        )
        pair = Coded(
            8,
            tuple(one.hierarchy for one in coded),
            (np.array([0, 0, 1, 1, 2, 2, 3, 3], np.int32), np.array([0, 1, 2, 3] * 2, np.int32)),
        )
        found = lattice.search(pair, model)
        assert found is not None
        chosen[dear] = found.node
        assert found.loss == pytest.approx(2 ** (1 / 4) - 1)
    assert chosen == {"a": (0, 1), "b": (1, 0)}


def test_a_loss_is_what_the_definition_says_and_of_equal_ones_the_finer_node_is_taken() -> None:
    values = [0, 0, 1, 2, 3, 3]
    left_out = searched([column("a", values)], ["x"] * 6, naive.Wanted(k=2, limit=0.4))
    merged = searched([column("a", values)], ["x"] * 6, naive.Wanted(k=2, limit=0.0))
    assert left_out is not None
    assert merged is not None
    # Two rows of six left out cost as much as groups of two of the four leaves.
    assert (left_out.node, left_out.suppressed) == ((0,), 2)
    assert (merged.node, merged.suppressed) == ((1,), 0)
    assert math.isclose(left_out.loss, 1 / 3)
    assert math.isclose(merged.loss, 1 / 3)
