"""Views: how tables and statistics group their pupils, and how one is judged after another."""

from collections import Counter
from collections.abc import Collection, Mapping

import pytest

from anonymize.overtime.coarser import coarser
from anonymize.overtime.releases import Releases
from anonymize.overtime.views import ROWS, View, of_statistics, of_table
from anonymize.plan.query import Count
from anonymize.statistics.counts import publish

Pupils = Mapping[bytes, Mapping[str, str | None]]
KNOWN = {"sex", "grade"}


def pupils(*groups: tuple[int, Mapping[str, str | None]]) -> Pupils:
    """So many pupils of each kind."""
    values = [kind for count, kind in groups for _ in range(count)]
    return {number.to_bytes(2, "big"): kind for number, kind in enumerate(values)}


def table(some: Pupils, *names: str) -> View:
    return of_table(list(some), list(some.values()), names)


def count(some: Pupils, k: int, *columns: tuple[str, ...]) -> dict[str, View]:
    documents = []
    for by in columns:
        tally = Counter(tuple(values.get(name) for name in by) for values in some.values())
        documents.append(publish(Count(by, k), list(tally.items())).document())
    views = of_statistics(list(some), list(some.values()), documents, KNOWN)
    return {view.chain: view for view in views}


def sizes(view: View) -> list[int]:
    return sorted(Counter(view.classes.values()).values())


GIRL, BOY = {"sex": "2", "orphan": "0"}, {"sex": "1", "orphan": "0"}
ORPHAN = {"sex": "2", "orphan": "1"}


def without(some: Pupils, gone: Collection[bytes]) -> Pupils:
    return {one: values for one, values in some.items() if one not in gone}


def test_a_table_groups_by_its_quasi_identifiers_only() -> None:
    some = pupils((5, GIRL), (5, ORPHAN), (4, BOY))
    assert sizes(table(some, "sex")) == [4, 10]
    assert sizes(table(some)) == [14]


def test_a_count_stands_in_a_chain_of_its_columns_and_with_its_cohort_among_tables() -> None:
    some = pupils((12, {"sex": "1", "grade": "05"}), (15, {"sex": "2", "grade": "06"}))
    views = count(some, 10, ("sex",))
    assert sorted(views) == [ROWS, "sex"]
    assert sizes(views["sex"]) == [12, 15]
    assert sizes(views[ROWS]) == [27]


def test_a_count_of_what_is_no_quasi_identifier_stands_among_tables_by_those_who_are() -> None:
    some = pupils((20, GIRL), (20, BOY), (12, ORPHAN))
    views = count(some, 10, ("orphan", "sex"))
    assert sizes(views[ROWS]) == [20, 32]
    assert {chain: sizes(view) for chain, view in views.items() if chain != ROWS} == {
        "orphan": [12, 40], "sex": [20, 32], "orphan,sex": [12, 40],
    }  # fmt: skip


def test_hidden_cells_belong_to_what_remains_of_the_total_told() -> None:
    some = pupils((28, GIRL), (30, BOY), (2, ORPHAN))
    views = count(some, 10, ("orphan", "sex"))
    assert sizes(views["orphan,sex"]) == [30, 30]
    assert sizes(views["orphan"]) == [60]
    assert min(min(sizes(view)) for view in views.values()) >= 10


def test_a_count_that_tells_nothing_is_no_view() -> None:
    assert count(pupils((3, GIRL), (4, BOY)), 10, ("sex",)) == {}


def test_a_missing_value_is_a_group_too() -> None:
    some = pupils((12, {"sex": None}), (12, {"sex": "1"}))
    assert sizes(count(some, 10, ("sex",))["sex"]) == [12, 12]


def test_noise_has_a_budget_and_stands_in_no_chain() -> None:
    some = pupils((12, GIRL))
    noisy = {"kind": "count", "by": ["sex"], "epsilon": 0.5, "cells": [{"sex": "2", "count": 11}]}
    assert of_statistics(list(some), list(some.values()), [noisy], KNOWN) == []


def test_two_statistics_of_one_release_are_not_intersected_unless_they_tell_of_more() -> None:
    kinds = [{"sex": sex, "grade": grade} for sex in "12" for grade in ("05", "06")]
    some = pupils(*((6, kind) for kind in kinds))
    views = count(some, 10, ("sex",), ("grade",))
    assert Releases().collisions(views.values(), 10) == []
    assert sorted(views) == [ROWS, "grade", "sex"]


def test_a_rate_groups_by_its_columns_and_tells_of_another() -> None:
    some = pupils((12, GIRL), (14, BOY))
    rate = {
        "kind": "rate", "of": "orphan", "by": ["sex"],
        "cells": [{"sex": "1", "rate": 0.5}, {"sex": "2", "rate": None}],
    }  # fmt: skip
    views = of_statistics(list(some), list(some.values()), [rate], KNOWN)
    assert {view.chain: sizes(view) for view in views} == {"sex": [14], ROWS: [14]}


@pytest.mark.parametrize("gone", [1, 2])
def test_a_count_less_a_table_would_tell_of_the_suppressed(gone: int) -> None:
    """The table suppressed some; the count over the whole cohort tells of them by difference."""
    some = pupils((30, GIRL), (30, BOY))
    suppressed = list(some)[:gone]
    releases = Releases()
    releases.add([table(without(some, suppressed), "sex")], 10, "table")
    (found, *_) = releases.collisions(count(some, 10, ("sex",)).values(), 10)
    assert (found.pupils, found.outside) == (gone, False)
    assert releases.collisions(count(without(some, suppressed), 10, ("sex",)).values(), 10) == []


def test_a_table_after_a_count_over_a_few_more_is_refused() -> None:
    some = pupils((30, GIRL), (30, BOY))
    releases = Releases()
    releases.add(count(some, 10, ("sex",)).values(), 10, "count")
    (found,) = releases.collisions([table(without(some, list(some)[:3]), "sex")], 10)
    assert (found.pupils, found.outside, found.formed_by) == (3, True, "count")


def test_a_small_cell_by_difference_is_refused_though_the_cohorts_differ_by_many() -> None:
    """Of twenty pupils who are in the first count only, one is an orphan."""
    more = pupils((40, GIRL), (40, BOY), (11, ORPHAN), (19, GIRL), (1, ORPHAN))
    fewer = without(more, list(more)[91:])
    releases = Releases()
    releases.add(count(more, 10, ("orphan",)).values(), 10, "first")
    found = releases.collisions(count(fewer, 10, ("orphan",)).values(), 10)
    assert [(one.pupils, one.outside) for one in found] == [(1, True)]


def test_coarser_forms_come_by_steps_and_then_by_name() -> None:
    ladders = {"b": ["month", "year", "band"], "a": ["keep", "stage"]}
    found = [(one["a"], one["b"]) for one in coarser(ladders)]
    assert found == [
        ("keep", "year"), ("stage", "month"), ("keep", "band"), ("stage", "year"),
        ("stage", "band"),
    ]  # fmt: skip
    assert list(coarser({})) == []
