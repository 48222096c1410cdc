"""How is a table recoded class by class, with named groups? Mondrian along hierarchies. Heavy.

LeFevre et al. 2006 cut a table again and again until no part can be cut; each part is one class.
Here a cut follows the hierarchy: a part is a group below the node's cell, or what is left behind
under the node's own name (`mondrian_cut`). A class's cell in a column is the finest group that
holds all its rows: a named region, a band, never a hull.

**What an attacker learns.** No two classes have the same cells, and each class by itself keeps k, l
and t: who undoes the merging of equal names wins nothing. The rest of a cut lies in the small
groups of its name only, which a reader can tell; it holds k rows all the same. Order and choice of
cuts look at quasi-identifiers alone. Sensitive values have one say: a veto where the demanded l or
t would fail. That a cut is missing may therefore tell that it would have failed (the minimality
attack, Wong et al. 2007); deterministic partitioning cannot avoid it, Cormode et al. 2010 bound it.
With k alone there is no such trace.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from anonymize.plan.model import TableModel
from anonymize.tables.coded import Coded, Codes, Hierarchy
from anonymize.tables.mondrian_forest import NAMELESS, NARROW, Ints, Names, plant
from anonymize.tables.mondrian_jit import grow
from anonymize.tables.mondrian_rule import Rule, rule_of

LEFT_OUT: Final = -1


@dataclass(frozen=True, slots=True)
class Partition:
    """Rows in classes. `classes[row]` is the row's class 0, 1, 2 …, or LEFT_OUT.

    Class i has in column c the cell `groups[i, c]` of level `levels[i, c]`: its label is
    `hierarchies[c].labels[level][group]`. `order[starts[i]:starts[i + 1]]` are its rows.
    """

    classes: Codes
    levels: npt.NDArray[np.int8]
    groups: Codes
    order: Codes
    starts: npt.NDArray[np.int64]

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """How many rows each class has."""
        return np.diff(self.starts)


def partition(coded: Coded, model: TableModel) -> Partition:
    """Return the classes of the table under k, l and t of the model.

    The same rows in another order fall into the same classes, with the same numbers. Rows are left
    out only if the whole table fails the model (then all), or if they lie under a hierarchy without
    one coarsest group, in a coarsest group that fails it: the caller holds that against the limit.
    Raises InvalidError for a model that cannot be kept this way (hierarchical t, k-map, presence).
    """
    counts = tuple(np.bincount(values, minlength=1).astype(np.int64) for values in coded.sensitive)
    rule = rule_of(model, counts)
    forest, names = plant(coded.hierarchies, model.weights)
    rows = leaves(coded, names)
    return classes_of(grow(forest, rule, forest.roots, rows, secrets(coded, rule)), names)


def leaves(coded: Coded, names: Names) -> Ints:
    """Return the rows as a matrix of renumbered leaves, as narrow as the columns allow."""
    narrow = all(one.leaves <= NARROW for one in coded.hierarchies)
    rows = np.empty((coded.rows, len(coded.columns)), np.uint16 if narrow else np.int32)
    for column, values in enumerate(coded.columns):
        rows[:, column] = names.leaves[column][values]
    return rows


def secrets(coded: Coded, rule: Rule) -> Ints:
    """Return the sensitive columns as a matrix; none if the rule does not ask for them."""
    if not rule.demanding:
        return np.empty((coded.rows, 0), np.int32)
    return np.stack(coded.sensitive, axis=1).astype(np.int32)


def classes_of(grown: tuple[Ints, Ints, Ints], names: Names) -> Partition:
    """Return the partition of a grown tree, told in levels and codes of the hierarchies."""
    cells, begins, order = grown
    told = (names.level[cells] != NAMELESS).all(axis=1)
    sizes = np.diff(np.append(begins, len(order) if len(begins) else 0))
    number = np.where(told, np.cumsum(told) - 1, LEFT_OUT).astype(np.int32)
    of_place = np.repeat(number, sizes)
    classes = np.full(len(order), LEFT_OUT, np.int32)
    if not len(begins):
        order = order[:0]
    classes[order] = of_place
    if not told.all():
        order, cells, sizes = order[of_place != LEFT_OUT], cells[told], sizes[told]
    return Partition(
        classes=classes,
        levels=names.level[cells].astype(np.int8),
        groups=names.code[cells].astype(np.int32),
        order=order.astype(np.int32),
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
    )


def labels(
    partition: Partition, hierarchies: tuple[Hierarchy, ...]
) -> tuple[tuple[tuple[str, ...], Codes], ...]:
    """Return each column as (names, code of the name by class); only names that occur, in order.

    Equal names of different groups become one, so classes with equal names become one class.
    """
    found = []
    for column, hierarchy in enumerate(hierarchies):
        offsets = np.concatenate([[0], np.cumsum([len(level) for level in hierarchy.labels])])
        flat = [name for level in hierarchy.labels for name in level]
        cells = offsets[partition.levels[:, column]] + partition.groups[:, column]
        used, code = np.unique(cells, return_inverse=True)
        words = sorted({flat[one] for one in used})
        place = {word: position for position, word in enumerate(words)}
        of_used = np.array([place[flat[one]] for one in used], np.int32)
        found.append((tuple(words), of_used[code].astype(np.int32)))
    return tuple(found)


def loss(partition: Partition, hierarchies: tuple[Hierarchy, ...], model: TableModel) -> float:
    """Return the loss of ADR 5 (docs/adr/0005-plan-version-2.md): 0 nothing lost, 1 all."""
    rows = len(partition.classes)
    total, weights = 0.0, 0.0
    out = rows - int(partition.sizes.sum())
    for column, hierarchy in enumerate(hierarchies):
        weight = float(model.weights.get(hierarchy.name, 1.0))
        cost = np.zeros((hierarchy.height, max(map(len, hierarchy.labels))))
        for level, up in enumerate(hierarchy.up):
            sizes = np.bincount(up, minlength=cost.shape[1])
            cost[level] = (sizes - 1) / max(hierarchy.leaves - 1, 1)
        cells = cost[partition.levels[:, column], partition.groups[:, column]]
        mean = (float(cells @ partition.sizes) + out) / rows if rows else 0.0
        total += weight * float(np.log1p(mean))
        weights += weight
    return float(np.expm1(total / weights)) if weights else 0.0
