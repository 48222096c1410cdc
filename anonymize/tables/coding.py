"""How does a column of text become codes with levels? Distinct values only, text at the edges.

Level 0 is the form that the plan approves. Coarser levels are those of the form's own or built-in
hierarchy; a form without one has two, its value and `*`. What the form does not know, and what is
missing, is one leaf with the empty label: null until the last level, where all is one group.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from anonymize.fields.hierarchies import HIERARCHIES
from anonymize.fields.value import is_missing, transform
from anonymize.plan.hierarchy import ALL, ANY, VALUE, OwnHierarchy
from anonymize.plan.treatment import HIERARCHIES as LEVELS
from anonymize.plan.treatment import Kind, Treatment
from anonymize.tables.coded import Codes, Hierarchy

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
    levels, climb = _levels(treatment, key, own)
    paths = {value: _climbed(value, climb) for value in raw.unique().drop_nulls()}
    known = {path for path in paths.values() if path is not None}
    if own is not None:
        known |= {path for path in map(climb, own.values) if path is not None}
    absent = raw.null_count() > 0 or None in paths.values()
    hierarchy, kept, leaf = _hierarchy(raw.name, known, absent=absent, height=len(levels))
    codes = raw.replace_strict(
        list(paths),
        [hierarchy.leaves - 1 if path is None else leaf[path] for path in paths.values()],
        default=hierarchy.leaves - 1, return_dtype=pl.Int32,
    ).to_numpy()  # fmt: skip
    return Column(hierarchy, tuple(levels[one] for one in kept), codes.astype(np.int32))


def code_flat(values: pl.Series) -> Column:
    """Return a transformed column as it stands: one level, one leaf for each value."""
    distinct = values.unique().drop_nulls().sort().to_list()
    labels = [*distinct, MISSING] if values.null_count() else distinct
    codes = values.replace_strict(
        distinct, range(len(distinct)), default=len(distinct), return_dtype=pl.Int32
    ).to_numpy()
    up = (np.arange(len(labels), dtype=np.int32),)
    return Column(Hierarchy(values.name, (tuple(labels),), up), (VALUE,), codes.astype(np.int32))


def _climbed(value: str, climb: Climb) -> Path | None:
    return None if is_missing(value) else climb(value)


def _levels(
    treatment: Treatment, key: bytes, own: OwnHierarchy | None
) -> tuple[tuple[str, ...], Climb]:
    if own is not None:
        first = 0 if treatment.kind is Kind.KEEP else own.levels.index(treatment.level) + 1
        names = (VALUE, *own.levels)[first:]
        return names, lambda value: _own_path(own, value, first)
    rule = transform(treatment, key)
    if treatment.kind is not Kind.GENERALIZE:
        return (VALUE, ALL), lambda value: _path([rule(value), ANY])
    offered = list(LEVELS[treatment.style])
    names = tuple(offered[offered.index(treatment.level) :])
    labels = HIERARCHIES[treatment.style]
    return (*names, ALL), lambda value: _path(
        [rule(value), *(labels(value, name) for name in names[1:]), ANY]
    )


def _own_path(own: OwnHierarchy, value: str, first: int) -> Path | None:
    known = value.strip()
    return (known, *own.values[known])[first:] if known in own.values else None


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
    name: str, paths: Iterable[Path], *, absent: bool, height: int
) -> tuple[Hierarchy, list[int], dict[Path, int]]:
    """Return the hierarchy, which levels it kept, and the leaf of each path.

    Leaves stand so that every group is one run of leaves; the missing one is last.
    """
    ordered = sorted(paths, key=lambda path: path[::-1])
    kept = _nested(ordered, height)
    rows = list(dict.fromkeys(tuple(path[one] for one in kept) for path in ordered))
    top = rows[0][-1] if rows else ANY
    if absent or not rows:
        rows.append((MISSING,) * (len(kept) - 1) + (top,))
    labels, up = [], []
    for level in range(len(kept)):
        places: dict[str, int] = {}
        up.append(np.array([places.setdefault(row[level], len(places)) for row in rows], np.int32))
        labels.append(tuple(places))
    place = {row: leaf for leaf, row in enumerate(rows)}
    leaf = {path: place[tuple(path[one] for one in kept)] for path in ordered}
    return Hierarchy(name, tuple(labels), tuple(up)), kept, leaf


def _nested(paths: Sequence[Path], height: int) -> list[int]:
    kept = [0]
    for level in range(1, height):
        parents: dict[str, str] = {}
        if all(parents.setdefault(path[kept[-1]], path[level]) == path[level] for path in paths):
            kept.append(level)
    return kept
