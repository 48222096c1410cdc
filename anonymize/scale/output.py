"""What does a shard leave behind? Its rows as one Arrow table, and what is counted of it. Heavy.

Rows stand class by class and, within a class, by value: their order tells nothing of the input's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from anonymize.plan.query_document import Query
from anonymize.scale.coding import Coding, Counts
from anonymize.statistics.counted import Counted
from anonymize.tables.coded import Codes, Hierarchy
from anonymize.tables.coding import MISSING
from anonymize.tables.mondrian import Partition, labels
from anonymize.tables.mondrian_forest import Ints
from anonymize.tables.verify import class_sizes
from kernel.errors import Problem

Floats = npt.NDArray[np.float64]

_DENSE: Final = 1 << 22
"""Pairs of value and cell up to which they are counted in an array of all that could be."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Distinct value `number[i]` of a column was released `rows[i]` times in one cell of it."""

    number: Ints
    level: Ints
    group: Ints
    rows: Counts


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of a shard, and adds up exactly over shards.

    `sizes` are those of its classes, `people` how many of the population each has (empty without
    one), `met` with how many of the population's classes any row shares its values; `before` are
    the sizes of the classes of raw values. `pairs[c]` tells of quasi-identifier c, `secrets[s]`
    how often each distinct value of sensitive column s was released. With `problems` it may not
    leave.
    """

    rows: int
    sizes: Counts
    before: Counts
    people: Counts
    met: int
    pairs: tuple[Pairs, ...]
    secrets: tuple[Counts, ...]
    counted: Counted
    problems: tuple[Problem, ...] = ()


def pairs(partition: Partition, column: int, numbers: Ints, hierarchy: Hierarchy) -> Pairs:
    """Return what became of the values of a column, given the number of each row's value."""
    offsets = np.concatenate([[0], np.cumsum([len(level) for level in hierarchy.labels])])
    cells = offsets[partition.levels[:, column]] + partition.groups[:, column]
    used, local = np.unique(cells, return_inverse=True)
    of_row = np.repeat(local, partition.sizes)
    key = numbers[partition.order].astype(np.int64) * max(len(used), 1) + of_row
    most = (int(numbers.max(initial=0)) + 1) * len(used)
    if most <= _DENSE:
        rows = np.bincount(key, minlength=most)
        key = np.flatnonzero(rows)
        rows = rows[key]
    else:
        key, rows = np.unique(key, return_counts=True)
    cell = used[key % max(len(used), 1)]
    level = np.searchsorted(offsets, cell, side="right") - 1
    return Pairs(
        (key // max(len(used), 1)).astype(np.int32),
        level.astype(np.int32),
        (cell - offsets[level]).astype(np.int32),
        rows.astype(np.int64),
    )


def figures(
    partition: Partition, coding: Coding, numbers: Ints, people: Counts, met: int, counted: Counted
) -> Figures:
    """Return the figures of a shard; `numbers[row]` are those of its values in all columns."""
    width = len(coding.quasi)
    columns = [np.ascontiguousarray(one) for one in numbers.T]
    return Figures(
        rows=len(numbers),
        sizes=partition.sizes,
        before=class_sizes([one.astype(np.int32) for one in columns[:width]], len(numbers)),
        people=people,
        met=met,
        pairs=tuple(
            pairs(partition, place, columns[place], hierarchy)
            for place, hierarchy in enumerate(coding.hierarchies)
        ),
        secrets=tuple(
            np.bincount(columns[width + place][partition.order], minlength=len(one.codes))
            for place, one in enumerate(coding.secrets)
        ),
        counted=counted,
    )


def costs(hierarchies: Sequence[Hierarchy]) -> tuple[Floats, ...]:
    """Return the loss of a cell in each group of each level (docs/adr/0005-plan-version-2.md)."""
    found = []
    for hierarchy in hierarchies:
        widest = max(len(level) for level in hierarchy.labels)
        sizes = np.stack([np.bincount(up, minlength=widest) for up in hierarchy.up])
        found.append(np.maximum(sizes - 1, 0) / max(hierarchy.leaves - 1, 1))
    return tuple(found)


def loss(spent: Sequence[float], weights: Sequence[float], rows: int, out: int) -> float:
    """Return the loss of a whole table (ADR 5); `spent` by column on cells, `out` rows left out."""
    if not rows or not len(weights):
        return 0.0
    whole = np.asarray(weights, np.float64)
    return float(np.expm1(np.log1p((np.asarray(spent) + out) / rows) @ whole / whole.sum()))


def table(
    partition: Partition,
    coding: Coding,
    numbers: Ints,
    passengers: pa.Table,
    names: Sequence[str],
) -> pa.Table:
    """Return the released rows with the named columns.

    `numbers[row]` are those of its values in all modelled columns; `passengers` have the others.
    """
    width = len(coding.quasi)
    secrets = {
        one.name: (one.words, one.shown[numbers[:, width + place]])
        for place, one in enumerate(coding.secrets)
    }
    passengers = passengers.select([name for name in names if name in passengers.column_names])
    order = _sorted(partition, [codes for _, codes in secrets.values()], passengers)
    columns: dict[str, Any] = {}
    told = labels(partition, coding.hierarchies)
    for hierarchy, (words, code) in zip(coding.hierarchies, told, strict=True):
        labelled = [None if word == MISSING else word for word in words]
        columns[hierarchy.name] = _worded(labelled, np.repeat(code, partition.sizes))
    for name, (shown, codes) in secrets.items():
        columns[name] = _worded(shown, codes[order])
    if passengers.num_columns:
        taken = passengers.take(pa.array(order))
        columns |= {name: taken.column(name) for name in taken.column_names}
    return pa.table({name: columns[name] for name in names})


def counted(released: pa.Table, queries: Sequence[Query]) -> Counted:
    """Return what the plan's statistics count of released rows."""
    names = sorted({name for query in queries for name in query.columns})
    if not names:
        return Counted(released.num_rows, {})
    frame = pl.DataFrame(released.select(names))
    return Counted.of(queries, frame.with_columns(pl.all().cast(pl.String)))


def _sorted(partition: Partition, secrets: Sequence[Ints], passengers: pa.Table) -> Codes:
    """Return the released rows class by class, within a class by value."""
    order = partition.order
    classes = np.repeat(np.arange(len(partition.sizes)), partition.sizes)
    if passengers.num_columns:
        frame = pl.DataFrame({"": classes, **{f"{i}": c[order] for i, c in enumerate(secrets)}})
        texts = pl.DataFrame(passengers)[order]
        texts.columns = [f"text {name}" for name in texts.columns]
        wide = frame.hstack(texts).with_row_index("row")
        keys = [name for name in wide.columns if name != "row"]
        places: Ints = wide.sort(keys, nulls_last=True)["row"].to_numpy()
        return order[places]
    key = classes.astype(np.int64)
    for codes in secrets:
        key = key * (int(codes.max(initial=0)) + 1) + codes[order]
    return order[np.argsort(key, kind="stable")] if secrets else order


def _worded(words: Sequence[str | None], codes: Ints) -> Any:  # noqa: ANN401  an Arrow array
    """Return a dictionary column; a word that is None becomes null.

    Only words that occur are in its dictionary: a file's dictionary leaves with its rows.
    """
    occurs = np.bincount(codes, minlength=len(words)) > 0
    used = [place for place, word in enumerate(words) if occurs[place] and word is not None]
    place = np.zeros(len(words), np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    gone = codes == words.index(None) if None in words else None
    texts = pa.array([words[one] for one in used], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(place[codes], mask=gone), texts)
