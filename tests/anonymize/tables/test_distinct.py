"""The values of a column and their places are those that a dictionary of Python gives."""

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anonymize.tables import distinct as module
from anonymize.tables.distinct import Index, Words, distinct

TEXT = st.none() | st.text(max_size=3) | st.text("ab\0学𠮷", min_size=2, max_size=5)


def expected(values: list[str | None]) -> tuple[list[str], list[int]]:
    places: dict[str, int] = {}
    for value in values:
        if value is not None:
            places.setdefault(value, len(places))
    return list(places), [len(places) if one is None else places[one] for one in values]


@given(st.lists(TEXT, max_size=60))
@example([])
@example([None, None])
@example(["", None, "\0", "\0\0"])
@example(["a" * 12, "a" * 13, None, "a" * 12])
def test_values_and_places_are_those_of_a_dictionary(values: list[str | None]) -> None:
    found, place = distinct(pl.Series("x", values, pl.String))
    assert (found, place.tolist()) == expected(values)


@pytest.mark.parametrize("width", [6, 20])
def test_many_values_make_the_table_grow(width: int) -> None:
    values: list[str | None] = [f"{number % 7001:0{width}}" for number in range(20_000)]
    values[5] = None
    found, place = distinct(pl.Series("x", values))
    assert (found, place.tolist()) == expected(values)


def test_a_part_of_a_column_and_a_column_of_parts_are_read_as_they_stand() -> None:
    part = pl.Series("x", ["a", None, "b", "a", "c"]).slice(1, 3)
    both = part.append(pl.Series("x", ["c", None]))
    assert both.n_chunks() > 1
    for column in (part, both):
        found, place = distinct(column)
        assert (found, place.tolist()) == expected(column.to_list())


@given(st.lists(st.none() | st.text("学a", min_size=10, max_size=40), max_size=30))
def test_longer_values_are_told_apart_by_all_their_bytes(values: list[str | None]) -> None:
    twice = pl.concat([pl.Series("x", values, pl.String)] * 2, rechunk=False)
    found, place = distinct(twice)
    assert (found, place.tolist()) == expected(twice.to_list())


def test_two_values_of_one_hash_stay_two(monkeypatch: pytest.MonkeyPatch) -> None:
    def hashed(words: Words, *_: object) -> Words:
        return np.where(np.arange(len(words)) % 2, 7, words).astype(np.uint64)

    values = [f"a long value {number}" for number in (1, 2, 1)]
    monkeypatch.setattr(module, "_hashed", hashed)
    found, place = distinct(pl.Series("x", values))
    assert (found, place.tolist()) == (values[:2], [0, 1, 0])


@given(st.lists(st.text("ab学\0", max_size=4), unique=True, max_size=30), st.data())
def test_an_index_knows_the_place_of_each_value_and_no_other(
    values: list[str], data: st.DataObject
) -> None:
    index = Index.of(values)
    assert index is not None
    rows = data.draw(st.lists(st.sampled_from(values or [""]), max_size=20))
    known = [values.index(one) for one in rows] if values else [] if not rows else None
    found = index.places(pl.Series("x", rows, pl.String))
    assert (None if found is None else found.tolist()) == known
    assert index.places(pl.Series("x", [*rows, "none of them"])) is None
    assert index.places(pl.Series("x", [*rows, "a longer value than a view"])) is None


def test_an_index_of_longer_values_is_none() -> None:
    assert Index.of(["short", "a longer value than a view"]) is None
