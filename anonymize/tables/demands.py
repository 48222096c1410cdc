"""Which classes satisfy all that a table model demands? One judge for every algorithm."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from anonymize.plan.model import Closeness, Distance, Diversity, DiversityKind, Presence, TableModel
from anonymize.tables import criteria
from anonymize.tables.coded import Codes, Hierarchy
from anonymize.tables.criteria import Doubles
from anonymize.tables.grouping import Longs

Flags = npt.NDArray[np.bool_]

ROUNDING: Final = 1e-12
"""A distance of exactly t counts as t, in whatever order its parts are summed."""

_KINDS: Final = {
    DiversityKind.DISTINCT: criteria.DISTINCT,
    DiversityKind.ENTROPY: criteria.ENTROPY,
    DiversityKind.RECURSIVE: criteria.RECURSIVE,
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """A sensitive column of the whole input table: its distribution, and its levels if it has any.

    `whole[v]` is the share of value v. Values are numbered in their order (`distances_ordered`).
    """

    whole: Doubles
    up: Codes | None = None

    @staticmethod
    def of(codes: Codes, hierarchy: Hierarchy | None = None) -> "Attribute":
        """Return the attribute of a column; `hierarchy` is needed by the hierarchical distance."""
        values = hierarchy.leaves if hierarchy else int(codes.max(initial=-1)) + 1
        counts = np.bincount(codes, minlength=values).astype(np.float64)
        up = np.stack(hierarchy.up).astype(np.int32) if hierarchy else None
        return Attribute(counts / max(len(codes), 1), up)

    def distances(self, at: Longs, which: Codes, often: Longs, distance: Distance) -> Doubles:
        """Return each class's distance to the whole (see `criteria.frequencies`)."""
        if distance is Distance.EQUAL:
            return criteria.distances_equal(at, which, often, self.whole)
        if distance is Distance.ORDERED:
            return criteria.distances_ordered(at, which, often, self.whole)
        if self.up is None:
            raise ValueError("the hierarchical distance needs the attribute's hierarchy")
        return criteria.distances_hierarchical(at, which, often, self.whole, self.up)


@dataclass(frozen=True, slots=True)
class Demands:
    """What a class must satisfy: k, l, t, δ-presence and k-map, for every attribute."""

    k: int
    attributes: tuple[Attribute, ...] = ()
    diversity: Diversity | None = None
    closeness: Closeness | None = None
    presence: Presence | None = None
    k_map: int | None = None

    @staticmethod
    def of(model: TableModel, attributes: Sequence[Attribute]) -> "Demands":
        """Return what the model demands of classes."""
        return Demands(
            model.k, tuple(attributes),
            model.diversity, model.closeness, model.presence, model.k_map,
        )  # fmt: skip

    @property
    def by_value(self) -> bool:
        """Whether the values of sensitive columns matter."""
        return bool(self.attributes) and not (self.diversity is None and self.closeness is None)

    def sized(self, size: Longs) -> Flags:
        """Tell which classes are large enough; what this refuses, finer classes cannot cure."""
        return size >= self.k

    def placed(self, size: Longs, population: Longs) -> Flags:
        """Tell which classes lie in the population as δ-presence and k-map demand."""
        passes = np.ones(len(size), np.bool_)
        if self.k_map is not None:
            passes &= population >= self.k_map
        if self.presence is not None:
            share = size / np.maximum(population, 1)
            passes &= (share >= self.presence.least) & (share <= self.presence.most)
        return passes

    def valued(self, order: Codes, start: Longs, sensitive: Sequence[Codes], count: Longs) -> Flags:
        """Tell which classes are l-diverse and t-close in every attribute."""
        passes = np.ones(len(start) - 1, np.bool_)
        for attribute, value in zip(self.attributes, sensitive, strict=True):
            at, which, often = criteria.frequencies(
                order, start, value, count, len(attribute.whole)
            )
            if self.diversity is not None:
                wanted = self.diversity
                passes &= criteria.diverse(at, often, _KINDS[wanted.kind], wanted.l, wanted.c)
            if self.closeness is not None:
                distance = self.closeness.distance
                most = self.closeness.t + ROUNDING
                passes &= attribute.distances(at, which, often, distance) <= most
        return passes
