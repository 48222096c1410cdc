"""What does a shard leave behind? Its rows as one Arrow table, and its exact figures. Heavy.

Rows stand class by class and, within a class, by value: their order tells nothing of the input's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from anonymize.tables.coded import Codes, Hierarchy
from anonymize.tables.coding import MISSING
from anonymize.tables.mondrian import Partition, labels
from anonymize.tables.mondrian_forest import Ints

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over a shard that add up exactly over shards.

    `sizes` are those of its classes, `spent[c]` is column c's loss summed over released rows.
    """

    rows: int
    sizes: npt.NDArray[np.int64]
    spent: Floats


def figures(partition: Partition, costs: Sequence[Floats]) -> Figures:
    """Return the figures; `costs[c][level, group]` is the loss of one cell."""
    spent = [
        float(cost[partition.levels[:, column], partition.groups[:, column]] @ partition.sizes)
        for column, cost in enumerate(costs)
    ]
    return Figures(len(partition.classes), partition.sizes, np.array(spent, np.float64))


def costs(hierarchies: Sequence[Hierarchy]) -> tuple[Floats, ...]:
    """Return the loss of a cell in each group of each level (docs/adr/0005-plan-version-2.md)."""
    found = []
    for hierarchy in hierarchies:
        widest = max(len(level) for level in hierarchy.labels)
        sizes = np.stack([np.bincount(up, minlength=widest) for up in hierarchy.up])
        found.append(np.maximum(sizes - 1, 0) / max(hierarchy.leaves - 1, 1))
    return tuple(found)


def table(
    partition: Partition,
    hierarchies: Sequence[Hierarchy],
    secrets: Mapping[str, tuple[tuple[str, ...], Ints]],
    passengers: pa.Table,
    names: Sequence[str],
) -> pa.Table:
    """Return the released rows with the named columns.

    `secrets` gives each sensitive column's labels and the shard's codes; `passengers` have the
    other named columns.
    """
    passengers = passengers.select([name for name in names if name in passengers.column_names])
    order = _sorted(partition, [codes for _, codes in secrets.values()], passengers)
    columns: dict[str, Any] = {}
    told = labels(partition, tuple(hierarchies))
    for hierarchy, (words, code) in zip(hierarchies, told, strict=True):
        columns[hierarchy.name] = _worded(words, np.repeat(code, partition.sizes))
    for name, (words, codes) in secrets.items():
        columns[name] = _worded(words, codes[order])
    if passengers.num_columns:
        taken = passengers.take(pa.array(order))
        columns |= {name: taken.column(name) for name in taken.column_names}
    return pa.table({name: columns[name] for name in names})


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


def _worded(words: tuple[str, ...], codes: Ints) -> Any:  # noqa: ANN401  an Arrow array
    """Return a dictionary column; the label of absent values becomes null."""
    gone = codes == words.index(MISSING) if MISSING in words else None
    indices = pa.array(codes.astype(np.int32), mask=gone)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))
