"""What do codes stand for in a table that is only known by its distinct values? Heavy.

Columns are coded by the functions of `tables` on distinct values, so a file of ten million rows and
a table in memory have the same hierarchies, and a column costs its dictionary.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from anonymize.fields import doubts
from anonymize.fields.columns import transformed
from anonymize.fields.value import is_missing
from anonymize.plan.model import Algorithm, TableModel
from anonymize.plan.plan import Plan
from anonymize.tables.coded import Coded, Codes, Hierarchy
from anonymize.tables.coding import code, code_flat
from anonymize.tables.demands import Attribute
from anonymize.tables.sensitive import code_sensitive

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Distinct:
    """A column's distinct values in the order of their numbers, and how many rows have each."""

    values: tuple[str | None, ...]
    rows: Counts


@dataclass(frozen=True, slots=True)
class Quasi:
    """A quasi-identifier: `codes[i]` is the leaf of the i-th distinct value, `rows` by leaf."""

    hierarchy: Hierarchy
    levels: tuple[str, ...]
    codes: Codes
    rows: Counts


@dataclass(frozen=True, slots=True)
class Secret:
    """A sensitive column: the i-th distinct value is released as `words[shown[i]]`.

    `codes[i]` numbers it among the `rows` by code, spellings of one value being one: what l and t
    are judged by.
    """

    name: str
    words: tuple[str | None, ...]
    shown: Codes
    codes: Codes
    rows: Counts
    attribute: Attribute


@dataclass(frozen=True, slots=True)
class Coding:
    """The modelled columns that leave, in the order of the plan's model.

    `gaps` gives for each how many rows had no value, and how many one that its treatment dropped.
    """

    quasi: tuple[Quasi, ...]
    secrets: tuple[Secret, ...]
    distinct: Mapping[str, Distinct]
    gaps: Mapping[str, tuple[int, int]]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the quasi-identifiers, then of the sensitive columns."""
        return (*(one.hierarchy.name for one in self.quasi), *(one.name for one in self.secrets))

    @property
    def codes(self) -> tuple[Codes, ...]:
        """Code of each value number, column by column."""
        return (*(one.codes for one in self.quasi), *(one.codes for one in self.secrets))

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many value numbers each column has."""
        return tuple(len(codes) for codes in self.codes)

    @property
    def hierarchies(self) -> tuple[Hierarchy, ...]:
        """The quasi-identifiers' hierarchies."""
        return tuple(one.hierarchy for one in self.quasi)

    def coded(self, columns: Sequence[Codes], rows: int) -> Coded:
        """Return rows of value numbers as codes; columns of a population end before the secrets."""
        found = tuple(codes[one] for codes, one in zip(self.codes, columns, strict=False))
        width = len(self.quasi)
        return Coded(rows, self.hierarchies, found[:width], found[width:])


@dataclass(frozen=True, slots=True)
class People:
    """A population: its coding, by its values and the table's, and its persons as codes."""

    coding: Coding
    coded: Coded


def coding_of(
    plan: Plan, model: TableModel, distinct: Mapping[str, Distinct], key: bytes
) -> Coding:
    """Return the coding, given each modelled column's distinct values; equal sets code equally.

    Raises InvalidError if values belie the plan (`fields.doubts`).
    """
    raw = {name: pl.Series(name, one.values, pl.String) for name, one in distinct.items()}
    done = {
        name: transformed(values, plan.fields[name], key, own=plan.hierarchies.get(name)).values
        for name, values in raw.items()
    }
    for name, values in done.items():
        _refuse_doubtful(raw[name], values, plan, distinct[name].rows)
    quasi = []
    for name in (name for name in model.quasi_identifiers if name in raw):
        if model.algorithm is Algorithm.FIXED:
            column = code_flat(done[name])
        else:
            column = code(raw[name], plan.fields[name], key, plan.hierarchies.get(name))
        rows = _counted(column.codes, distinct[name].rows, column.hierarchy.leaves)
        quasi.append(Quasi(column.hierarchy, column.levels, column.codes, rows))
    secrets = [
        _secret(raw[name], done[name], plan, distinct[name].rows)
        for name in model.sensitive
        if name in raw
    ]
    gaps = {name: _gaps(distinct[name], done[name]) for name in raw}
    return Coding(tuple(quasi), tuple(secrets), dict(distinct), gaps)


def _refuse_doubtful(raw: pl.Series, done: pl.Series, plan: Plan, rows: Counts) -> None:
    name = raw.name
    if doubts.is_kept(plan, name):
        doubts.refuse_identifiers(raw)
    if doubts.is_keyed(plan, name):
        told = int(rows[done.is_not_null().to_numpy()].sum())
        doubts.refuse_few_tokens(name, done.drop_nulls().n_unique(), told)


def _secret(raw: pl.Series, done: pl.Series, plan: Plan, rows: Counts) -> Secret:
    found = code_sensitive(raw, done, plan)
    words = done.unique().sort(nulls_last=True)
    place = {word: number for number, word in enumerate(words)}
    shown = np.array([place[value] for value in done], np.int32)
    counts = _counted(found.codes, rows, len(found.attribute.whole))
    attribute = Attribute(counts / max(int(counts.sum()), 1), found.attribute.up)
    return Secret(found.name, tuple(words), shown, found.codes, counts, attribute)


def _counted(codes: Codes, rows: Counts, size: int) -> Counts:
    return np.bincount(codes, weights=rows, minlength=size).astype(np.int64)


def _gaps(distinct: Distinct, done: pl.Series) -> tuple[int, int]:
    missing = np.array([is_missing(value) for value in distinct.values], np.bool_)
    dropped = done.is_null().to_numpy() & ~missing
    return int(distinct.rows[missing].sum()), int(distinct.rows[dropped].sum())
