"""Counts tell of the many; nobody recomputes the few from rows, columns and totals."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.plan.query import TOTAL, Count
from anonymize.statistics.counts import MISSING, Labels, Statistic, publish
from kernel.errors import InvalidError

THRESHOLD = 3


def told(statistic: Statistic) -> dict[Labels, int | None]:
    return {line.labels: line.count for line in statistic.lines}


def with_totals(rows: int, columns: int, numbers: tuple[int, ...]) -> dict[Labels, int]:
    table: dict[Labels, int] = {
        (f"r{i}", f"c{j}"): numbers[i * columns + j] for i in range(rows) for j in range(columns)
    }
    for i in range(rows):
        table[f"r{i}", TOTAL] = sum(numbers[i * columns : (i + 1) * columns])
    for j in range(columns):
        table[TOTAL, f"c{j}"] = sum(numbers[j::columns])
    table[TOTAL, TOTAL] = sum(numbers)
    return table


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to spread the pupils over the cells: what an attacker would have to consider."""
    for bars in itertools.combinations(range(total + parts - 1), parts - 1):
        edges = (-1, *bars, total + parts - 1)
        yield tuple(b - a - 1 for a, b in itertools.pairwise(edges))


def possible(
    rows: int, columns: int, published: dict[Labels, int | None]
) -> Iterator[dict[Labels, int]]:
    total = published[TOTAL, TOTAL]
    assert total is not None
    for numbers in compositions(total, rows * columns):
        table = with_totals(rows, columns, numbers)
        if all(count is None or table[labels] == count for labels, count in published.items()):
            yield table


def assert_protected(rows: int, columns: int, numbers: tuple[int, ...]) -> None:
    true = with_totals(rows, columns, numbers)
    occurring = {labels: n for labels, n in true.items() if TOTAL not in labels}
    published = told(publish(Count(("a", "b"), THRESHOLD), occurring.items()))
    assert all(count is None or count >= THRESHOLD for count in published.values())
    assert all(count is None or count == true[labels] for labels, count in published.items())
    if published[TOTAL, TOTAL] is None:
        assert true[TOTAL, TOTAL] < THRESHOLD
        return
    worlds = list(possible(rows, columns, published))
    for labels, count in true.items():
        if count < THRESHOLD:
            values = {world[labels] for world in worlds}
            assert max(values) - min(values) >= THRESHOLD - 1, (labels, published)


@settings(max_examples=150)
@given(st.tuples(*[st.integers(0, 4)] * 4))
def test_no_small_cell_of_two_by_two_can_be_recomputed(numbers: tuple[int, ...]) -> None:
    assert_protected(2, 2, numbers)


@settings(max_examples=30)
@given(st.tuples(*[st.sampled_from([0, 0, 1, 2, 3, 4])] * 6))
def test_no_small_cell_of_two_by_three_can_be_recomputed(numbers: tuple[int, ...]) -> None:
    assert_protected(2, 3, numbers)


def test_hiding_only_the_small_cell_would_give_it_away() -> None:
    """The control: the attack works on a table without complementary suppression."""
    true = with_totals(2, 2, (1, 5, 5, 5))
    naive = {labels: None if count < THRESHOLD else count for labels, count in true.items()}
    assert {world["r0", "c0"] for world in possible(2, 2, naive)} == {1}
    assert_protected(2, 2, (1, 5, 5, 5))


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), min_size=1))
def test_one_column_never_hides_a_single_cell(numbers: dict[str, int]) -> None:
    published = told(publish(Count(("a",), 10), [((k,), n) for k, n in numbers.items()]))
    hidden = [k for (k,), count in published.items() if count is None and k != TOTAL]
    assert len(hidden) != 1 or sum(numbers.values()) < 10
    if published[TOTAL,] is not None and hidden:
        assert sum(numbers[k] for k in hidden) >= 9


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")),
        st.integers(0, 60),
        min_size=1,
    )
)
def test_any_table_is_told_without_a_small_cell_and_true_where_told(
    numbers: dict[tuple[str, str], int],
) -> None:
    published = told(publish(Count(("a", "b"), 10), numbers.items()))
    for (a, b), count in published.items():
        if count is not None:
            assert count >= 10
            assert count == sum(
                n for (x, y), n in numbers.items() if a in (x, TOTAL) and b in (y, TOTAL)
            )


def test_a_table_without_small_cells_is_told_whole() -> None:
    published = told(publish(Count(("a",), 10), [(("x",), 12), (("y",), 30)]))
    assert published == {("x",): 12, ("y",): 30, (TOTAL,): 42}


def test_combinations_that_do_not_occur_are_small_too() -> None:
    published = told(publish(Count(("a", "b"), 10), [(("x", "1"), 40), (("y", "2"), 40)]))
    assert published["x", "2"] is None
    assert published["x", "1"] is None


def test_fewer_pupils_than_the_threshold_are_not_told_at_all() -> None:
    assert set(told(publish(Count(("a",), 10), [(("x",), 5), (("y",), 4)])).values()) == {None}
    assert publish(Count(("a",), 10), []).lines[-1].count is None


def test_missing_values_are_a_category_of_their_own() -> None:
    assert told(publish(Count(("a",), 10), [((None,), 20), (("x",), 20)]))[MISSING,] == 20


def test_a_value_named_as_the_total_is_refused() -> None:
    with pytest.raises(InvalidError, match="重名"):
        publish(Count(("a",), 10), [((TOTAL,), 20)])


def test_too_fine_a_count_is_refused() -> None:
    with pytest.raises(InvalidError, match="超过上限"):
        publish(Count(("a", "b"), 10), [((str(i), str(i)), 1) for i in range(60)])
