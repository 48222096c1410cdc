"""A table as whole numbers: each cell a code, each column with the levels it may be coarsened to.

All engines (lattice, mondrian, verification) read this one shape; text exists only at its edges.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Codes: TypeAlias = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The levels of one quasi-identifier, finest first (ISO/IEC 20889, generalization).

    `labels[j]` are the names of the groups of level j; level 0 has one for each of the `leaves`
    values. `up[j][leaf]` is the group of that leaf at level j, so `up[0]` counts 0, 1, 2 …
    A group of one level lies within one group of each coarser level.
    """

    name: str
    labels: tuple[tuple[str, ...], ...]
    up: tuple[Codes, ...]

    @property
    def leaves(self) -> int:
        """How many values level 0 tells apart."""
        return len(self.labels[0])

    @property
    def height(self) -> int:
        """How many levels there are, level 0 included."""
        return len(self.labels)


@dataclass(frozen=True, slots=True)
class Coded:
    """`columns[c][row]` is the leaf code in `hierarchies[c]`; all columns have `rows` entries.

    `sensitive[s][row]` codes the s-th sensitive column by its values 0, 1, 2 … (no hierarchy).
    """

    rows: int
    hierarchies: tuple[Hierarchy, ...]
    columns: tuple[Codes, ...]
    sensitive: tuple[Codes, ...] = ()
