"""What is measured on a table is what the definitions say, class by class."""

import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.plan.model import Distance
from anonymize.tables import grouping, verify
from anonymize.tables.coded import Codes
from anonymize.tables.demands import Attribute
from tests.anonymize.tables import naive

SEVERITY: dict[int, tuple[str, ...]] = {
    0: ("low", "*"),
    1: ("low", "*"),
    2: ("high", "*"),
    3: ("high", "*"),
}
UP = np.array([[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]], np.int32)

TABLES = st.integers(1, 40).flatmap(
    lambda rows: st.tuples(
        st.lists(st.lists(st.integers(0, 3), min_size=rows, max_size=rows), max_size=3),
        st.lists(st.integers(0, 3), min_size=rows, max_size=rows),
    )
)


def codes(values: list[int]) -> Codes:
    return np.array(values, np.int32)


def truth(columns: list[list[int]], secret: list[int]) -> list[Counter[str]]:
    found = defaultdict[tuple[int, ...], Counter[str]](Counter)
    for row, value in enumerate(secret):
        found[tuple(column[row] for column in columns)][str(value)] += 1
    return list(found.values())


@given(TABLES, st.sampled_from([2, 3]))
def test_k_and_l_are_the_least_over_all_classes(
    table: tuple[list[list[int]], list[int]], least: int
) -> None:
    columns, secret = table
    classes = truth(columns, secret)
    coded = [codes(column) for column in columns]
    sizes = verify.class_sizes(coded, len(secret))
    assert sorted(sizes.tolist()) == sorted(counts.total() for counts in classes)
    measured = verify.classes(coded, codes(secret))
    assert sorted(measured.size.tolist()) == sorted(sizes.tolist())
    found = measured.diversity(least)
    assert found.distinct == min(len(counts) for counts in classes)
    entropies = [
        -sum(n / counts.total() * math.log(n / counts.total()) for n in counts.values())
        for counts in classes
    ]
    assert found.entropy == pytest.approx(math.exp(min(entropies)))
    for c in (0.4, 1.0, 3.0):
        holds = all(naive.diverse(counts, "recursive", least, c) for counts in classes)
        assert (found.recursive_c < c) is holds


@given(TABLES, st.sampled_from([*Distance]))
def test_t_is_the_largest_distance_of_a_class_to_the_whole(
    table: tuple[list[list[int]], list[int]], distance: Distance
) -> None:
    columns, secret = table
    values = [*secret, 0, 1, 2, 3]  # all four occur in the whole, not all in the classes
    whole = Counter(str(value) for value in values)
    share = np.array([whole[str(value)] / len(values) for value in range(4)])
    attribute = Attribute(share, UP)
    up = {str(value): groups for value, groups in SEVERITY.items()}
    expected = max(
        naive.distance(distance, counts, whole, up if distance == "hierarchical" else {})
        for counts in truth(columns, secret)
    )
    measured = verify.classes([codes(column) for column in columns], codes(secret))
    assert measured.closeness(attribute, distance) == pytest.approx(expected)


def test_the_distance_over_order_and_over_hierarchy_of_a_worked_example() -> None:
    """Li et al. 2007, section 5.2: salaries 3k … 11k; {3k, 4k, 5k} is at 0.375, {6k, 8k, 11k} at
    0.167 of the whole.
    """
    share = np.full(9, 1 / 9)
    low = verify.classes([codes([0, 0, 0])], codes([0, 1, 2]))
    mixed = verify.classes([codes([0, 0, 0])], codes([3, 5, 8]))
    assert low.closeness(Attribute(share), Distance.ORDERED) == pytest.approx(0.375)
    assert mixed.closeness(Attribute(share), Distance.ORDERED) == pytest.approx(1 / 6)


def test_an_empty_table_has_no_classes() -> None:
    nothing = np.array([], np.int32)
    assert verify.class_sizes([nothing], 0).tolist() == []
    found = verify.classes([nothing], nothing)
    assert found.diversity().distinct == 0
    assert found.closeness(Attribute(np.array([])), Distance.EQUAL) == 0


def test_without_columns_all_rows_are_one_class() -> None:
    assert verify.class_sizes([], 5).tolist() == [5]
    assert grouping.group([], [], np.ones(5, np.int64)).size.tolist() == [5]


@pytest.mark.parametrize("seed", range(3))
def test_columns_whose_codes_do_not_fit_one_number_are_told_apart(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wide = [rng.integers(0, 300, 50).astype(np.int32) for _ in range(9)]
    wide = [np.concatenate([one, one[:20]]) for one in wide]
    assert 300**9 > 2**64
    sizes = verify.class_sizes(wide, 70)
    assert sorted(sizes.tolist()) == [1] * 30 + [2] * 20
    assert len(verify.classes(wide, np.zeros(70, np.int32)).size) == 50
    mapped = [(grouping.identity(300), 300)] * len(wide)
    packed = grouping.group(wide, mapped, np.ones(70, np.int64))
    assert packed.size.tolist() == np.bincount(packed.of_row).tolist()
    assert sorted(packed.size.tolist()) == [1] * 30 + [2] * 20


def test_classes_of_a_table_and_a_population_are_counted_together() -> None:
    mine, people = verify.joint_sizes([[codes([0, 0, 1])], [codes([0, 0, 0, 1, 2])]], [3, 5])
    assert mine.tolist() == [2, 1, 0]
    assert people.tolist() == [3, 1, 1]
