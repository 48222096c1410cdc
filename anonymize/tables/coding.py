"""How does a column of text become codes with levels? Distinct values only, text at the edges.

Level 0 is the form that the plan approves. Coarser levels are those of the form's own or built-in
hierarchy; a form without one has two, its value and `*`. What the form does not know, and what is
missing, is one leaf with the empty label: null until the last level, where all is one group.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

import numpy as np
import polars as pl

from anonymize.fields.hierarchies import HIERARCHIES
from anonymize.fields.value import is_missing, transform
from anonymize.plan.hierarchy import ALL, ANY, VALUE, OwnHierarchy
from anonymize.plan.treatment import HIERARCHIES as LEVELS
from anonymize.plan.treatment import Kind, Treatment
from anonymize.tables.coded import Codes, Hierarchy
from anonymize.tables.distinct import Index, distinct

MISSING: Final = ""
"""The label of what is not there; no value and no group is called so."""

Path = tuple[str, ...]
Climb = Callable[[str], Path | None]
"""Returns a value's labels, finest first; None for a value that its form does not know."""


@dataclass(frozen=True, slots=True)
class Column:
    """A coded column: `codes[row]` is the row's leaf, `levels[j]` the name of level j."""

    hierarchy: Hierarchy
    levels: tuple[str, ...]
    codes: Codes

    def labels(self, level: int, rows: Codes | slice = slice(None)) -> pl.Series:
        """Return the labels of the rows at a level; null where nothing may be said."""
        return self.text(self.hierarchy.labels[level], self.hierarchy.up[level][self.codes[rows]])

    def text(self, labels: Sequence[str], codes: Codes) -> pl.Series:
        """Return labels by code as a column of text."""
        known = [None if label == MISSING else label for label in labels]
        return pl.Series(self.hierarchy.name, known, pl.String).gather(codes)


def code(raw: pl.Series, treatment: Treatment, key: bytes, own: OwnHierarchy | None) -> Column:
    """Return a raw column with the levels from its approved form up.

    A built-in level whose groups do not lie within groups of the next is left out. All values of
    an own hierarchy count as leaves, those of a built-in one if they occur.
    """
    if own is not None and treatment.kind is Kind.KEEP and not raw.has_nulls():
        laid = _laid(own)
        codes = laid.leaves(raw)
        if codes is not None:
            hierarchy = Hierarchy(raw.name, laid.labels, laid.up)
            return Column(hierarchy, (VALUE, *own.levels), codes)
    values, place = distinct(raw)
    if own is None:
        levels, climb = _levels(treatment, key)
        known: set[Path] = set()
    else:
        levels, table = _own_levels(treatment, own)
        climb, known = _reader(table), set(table.values())
    paths = [*map(partial(_climbed, climb=climb), values), *[None] * raw.has_nulls()]
    known.update(path for path in paths if path is not None)
    kept = list(range(len(levels))) if own is not None else _nested(known, len(levels))
    hierarchy, leaf = _hierarchy(raw.name, known, kept, absent=None in paths)
    last = hierarchy.leaves - 1
    codes = np.take([last if path is None else leaf[path] for path in paths], place)
    return Column(hierarchy, tuple(levels[one] for one in kept), codes.astype(np.int32))


@dataclass(frozen=True, slots=True)
class _Laid:
    """An own hierarchy in order: its labels and groups, and where each of its values stands."""

    leaf: Mapping[str, int]
    index: Index | None
    labels: tuple[tuple[str, ...], ...]
    up: tuple[Codes, ...]

    def leaves(self, raw: pl.Series) -> Codes | None:
        """Return the leaf of each row; None if a value does not stand in the hierarchy."""
        if self.index is not None:
            return self.index.places(raw)
        values, place = distinct(raw)
        leaves = [self.leaf.get(value) for value in values]
        return None if None in leaves else np.take(np.array(leaves, np.int32), place)


@lru_cache(maxsize=64)
def _laid(own: OwnHierarchy) -> _Laid:
    """Return the leaves so that each group of each level is one run of them."""
    values = list(own.values)
    levels = (VALUE, *own.levels)
    columns = dict(zip(levels, [values, *zip(*own.values.values(), strict=True)], strict=True))
    frame = pl.DataFrame(columns, dict.fromkeys(levels, pl.String))
    frame = frame.sort([*levels[::-1]])
    labels, up = [], []
    for level in levels:
        begins = frame[level].ne_missing(frame[level].shift()).to_numpy()
        labels.append(tuple(frame[level].filter(pl.Series(begins))))
        up.append(np.cumsum(begins, dtype=np.int32) - 1)
    ordered = frame[VALUE].to_list()
    leaf = {value: place for place, value in enumerate(ordered)}
    return _Laid(leaf, Index.of(ordered), tuple(labels), tuple(up))


def code_flat(values: pl.Series) -> Column:
    """Return a transformed column as it stands: one level, one leaf for each value."""
    found, place = distinct(values)
    labels = [*sorted(found), *[MISSING] * values.has_nulls()]
    leaf = {label: number for number, label in enumerate(labels)}
    leaves = np.array([*(leaf[value] for value in found), len(found)], np.int32)
    up = (np.arange(len(labels), dtype=np.int32),)
    return Column(Hierarchy(values.name, (tuple(labels),), up), (VALUE,), np.take(leaves, place))


def _climbed(value: str, climb: Climb) -> Path | None:
    return None if is_missing(value) else climb(value)


def _own_levels(treatment: Treatment, own: OwnHierarchy) -> tuple[tuple[str, ...], dict[str, Path]]:
    first = 0 if treatment.kind is Kind.KEEP else own.levels.index(treatment.level) + 1
    table = {value: (value, *path)[first:] for value, path in own.values.items()}
    return (VALUE, *own.levels)[first:], table


def _reader(table: Mapping[str, Path]) -> Climb:
    return lambda value: table.get(value.strip())


def _levels(treatment: Treatment, key: bytes) -> tuple[tuple[str, ...], Climb]:
    rule = transform(treatment, key)
    if treatment.kind is not Kind.GENERALIZE:
        return (VALUE, ALL), lambda value: _path([rule(value), ANY])
    offered = list(LEVELS[treatment.style])
    names = tuple(offered[offered.index(treatment.level) :])
    labels = HIERARCHIES[treatment.style]
    return (*names, ALL), lambda value: _path(
        [rule(value), *(labels(value, name) for name in names[1:]), ANY]
    )


def _path(labels: Sequence[str | None]) -> Path | None:
    """Return the labels with gaps filled by the finer label; None if there is not even the first.

    So a city that lies under no county of its own keeps its name, which is coarser than approved.
    """
    if labels[0] is None:
        return None
    filled = [labels[0]]
    for label in labels[1:]:
        filled.append(filled[-1] if label is None else label)
    return tuple(filled)


def _hierarchy(
    name: str, paths: Iterable[Path], kept: Sequence[int], *, absent: bool
) -> tuple[Hierarchy, dict[Path, int]]:
    """Return the hierarchy of the levels that are kept, and the leaf of each path.

    Leaves stand so that every group is one run of leaves; the missing one is last.
    """
    ordered = sorted(paths, key=lambda path: path[::-1])
    leaves: dict[Path, int] = {}
    leaf: dict[Path, int] = {}
    for path in ordered:
        row = path if len(kept) == len(path) else tuple(path[level] for level in kept)
        leaf[path] = leaves.setdefault(row, len(leaves))
    rows = list(leaves)
    if absent or not rows:
        rows.append((MISSING,) * (len(kept) - 1) + (rows[0][-1] if rows else ANY,))
    labels, up = [], []
    for level in range(len(kept)):
        column = [row[level] for row in rows]
        places = {label: place for place, label in enumerate(dict.fromkeys(column))}
        up.append(np.array([places[label] for label in column], np.int32))
        labels.append(tuple(places))
    return Hierarchy(name, tuple(labels), tuple(up)), leaf


def _nested(paths: Iterable[Path], height: int) -> list[int]:
    """Return the levels of which each groups whole groups of the one before."""
    kept = [0]
    for level in range(1, height):
        parents: dict[str, str] = {}
        if all(parents.setdefault(path[kept[-1]], path[level]) == path[level] for path in paths):
            kept.append(level)
    return kept
