"""Which rows of a table may leave, and in what form? The plan's algorithm, then the proof.

`protect` finds classes by the algorithm that the plan names, then measures the labels that would
leave with `verify`, as a stranger would. A table that does not keep what the plan demands is never
handed out, whatever the algorithm believed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import floor
from typing import Any

import numpy as np
import polars as pl

from anonymize.fields.columns import transformed
from anonymize.plan.model import Algorithm, TableModel
from anonymize.plan.plan import Plan
from anonymize.tables import lattice, mondrian
from anonymize.tables.coded import Coded
from anonymize.tables.coding import Column, code, code_flat
from anonymize.tables.demands import Attribute, Demands, Flags
from anonymize.tables.frequency import Frequencies
from anonymize.tables.grouping import Longs
from anonymize.tables.loss import Costs
from anonymize.tables.proof import absent, coded, placed, prove
from anonymize.tables.sensitive import Sensitive, code_sensitive
from anonymize.tables.verify import class_sizes, joint_sizes
from kernel.errors import InvalidError


@dataclass(frozen=True, slots=True)
class Protection:
    """What leaves: the labels of each quasi-identifier for kept rows, and which rows those are.

    `kept` are positions in the input, rising; `sizes` the sizes of the classes; `report` the parts
    `search`, `l`, `t`, `delta`, `k_map` as far as there is something to say.
    """

    columns: Mapping[str, pl.Series]
    kept: Longs
    sizes: Longs
    report: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """One algorithm's answer: which rows are kept, and their labels.

    Against a population, also the labels of that and of the rows that are left out.
    """

    kept: Flags
    columns: dict[str, pl.Series]
    people: tuple[pl.Series, ...] = ()
    left_out: tuple[pl.Series, ...] = ()
    search: dict[str, Any] | None = None
    loss: float = 0.0


class Refused(Exception):  # noqa: N818  an answer of this module, turned into a refusal with its words
    """The model cannot be kept within the limit: so many rows fail, the least class has `least`."""

    def __init__(self, lost: int, least: int) -> None:
        super().__init__(lost, least)
        self.lost, self.least = lost, least


def protect(
    raw: pl.DataFrame,
    whole: pl.DataFrame,
    plan: Plan,
    key: bytes,
    population: pl.DataFrame | None,
) -> Protection:
    """Return what may leave of a table: `raw` as it came, `whole` transformed as approved.

    `population` holds the quasi-identifiers of all who could be in the table, raw. Raises `Refused`
    if the model cannot be kept within the suppression limit, InvalidError if a table cannot be
    searched or the population does not hold the table.
    """
    model = plan.table
    if model is None:
        raise ValueError("a plan without a table model protects no table")
    if model.needs_population and population is None:
        raise InvalidError(
            "δ-presence 与 k-map 需要总体表",
            field="population", rule="δ-presence、k-map", remedy="请提供包含本表各行的总体表",
        )  # fmt: skip
    people = population if model.needs_population else None
    names = [name for name in model.quasi_identifiers if name in whole.columns]
    columns = [_column(name, raw, plan, key, people) for name in names]
    sensitive = [
        code_sensitive(raw[name], whole[name], plan)
        for name in model.sensitive
        if name in whole.columns
    ]
    job = _Job(model, columns, sensitive, raw.height, 0 if people is None else people.height)
    return _proven(_find(job), job)


@dataclass(frozen=True, slots=True)
class _Job:
    """A coded table under a model; rows after the first `rows` are the population's."""

    model: TableModel
    columns: Sequence[Column]
    sensitive: Sequence[Sensitive]
    rows: int
    population: int

    @property
    def coded(self) -> Coded:
        return Coded(
            self.rows,
            tuple(column.hierarchy for column in self.columns),
            tuple(column.codes[: self.rows] for column in self.columns),
            tuple(one.codes for one in self.sensitive),
        )

    @property
    def people(self) -> Coded | None:
        if not self.model.needs_population:
            return None
        codes = tuple(column.codes[self.rows :] for column in self.columns)
        return Coded(self.population, self.coded.hierarchies, codes)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return tuple(one.attribute for one in self.sensitive)

    @property
    def limit(self) -> int:
        return floor(self.model.suppression_limit * self.rows)


def _find(job: _Job) -> _Found:
    algorithm = job.model.algorithm
    if algorithm is Algorithm.FIXED or not job.rows:
        return _fixed(job)
    if algorithm is Algorithm.OPTIMAL:
        return _optimal(job)
    if algorithm is Algorithm.MONDRIAN:
        return _mondrian(job)
    return _best(job)


def _best(job: _Job) -> _Found:
    """Return the answer of less loss; of equal ones that of the search."""
    try:
        searched = _optimal(job)
    except Refused:
        return _mondrian(job)
    try:
        recoded = _mondrian(job)
    except Refused:
        return searched
    return min(searched, recoded, key=lambda answer: answer.loss)


def _fixed(job: _Job) -> _Found:
    """Leave out the rows of classes that fail, in the approved form."""
    coded, model = job.coded, job.model
    node = (0,) * len(coded.columns)
    demands = Demands.of(model, job.attributes)
    costs = Costs.of(coded, {})
    frequencies = Frequencies(coded, job.people, demands, costs)
    kept = frequencies.kept(node)
    lost = job.rows - int(kept.sum())
    if lost > job.limit:
        raise Refused(lost, _least(coded, node))
    if frequencies.judge(node, job.rows).suppressed is None:
        raise absent(model)
    return _at_node(job, kept, node)


def _optimal(job: _Job) -> _Found:
    optimum = lattice.search(job.coded, job.model, job.attributes, job.people)
    if optimum is None:
        top = tuple(column.hierarchy.height - 1 for column in job.columns)
        raise Refused(job.rows, _least(job.coded, top))
    found = _at_node(job, optimum.kept, optimum.node)
    search = {
        "algorithm": Algorithm.OPTIMAL.value,
        "node": {
            column.hierarchy.name: {"level": level, "name": column.levels[level]}
            for column, level in zip(job.columns, optimum.node, strict=True)
        },
        "lattice": optimum.lattice,
        "suppressed": optimum.suppressed,
        "loss": optimum.loss,
    }
    return replace(found, search=search, loss=optimum.loss)


def _mondrian(job: _Job) -> _Found:
    coded = job.coded
    partition = mondrian.partition(coded, job.model)
    kept = partition.classes != mondrian.LEFT_OUT
    lost = job.rows - int(kept.sum())
    if lost > job.limit:
        raise Refused(lost, _least(coded, (0,) * len(coded.columns)))
    of_class = mondrian.labels(partition, coded.hierarchies)
    columns = {
        column.hierarchy.name: column.text(words, codes[partition.classes[kept]])
        for column, (words, codes) in zip(job.columns, of_class, strict=True)
    }
    loss = mondrian.loss(partition, coded.hierarchies, job.model)
    search = {
        "algorithm": Algorithm.MONDRIAN.value, "node": None, "lattice": None,
        "suppressed": lost, "loss": loss,
    }  # fmt: skip
    return _Found(kept, columns, search=search, loss=loss)


def _at_node(job: _Job, kept: Flags, node: Sequence[int]) -> _Found:
    rows, out = (np.flatnonzero(each).astype(np.int32) for each in (kept, ~kept))
    levels = list(zip(job.columns, node, strict=True))
    people = levels if job.model.needs_population else []
    return _Found(
        kept,
        {column.hierarchy.name: column.labels(level, rows) for column, level in levels},
        tuple(column.labels(level, slice(job.rows, None)) for column, level in people),
        tuple(column.labels(level, out) for column, level in people),
    )


def _proven(found: _Found, job: _Job) -> Protection:
    model, rows = job.model, int(found.kept.sum())
    tables: list[Sequence[pl.Series]] = [list(found.columns.values())]
    if model.needs_population:
        tables += [found.people, found.left_out]
    columns, *others = coded(*tables)
    released = [replace(one, codes=one.codes[found.kept]) for one in job.sensitive]
    proof = prove(model, columns, released, rows)
    report, broken = proof.report, proof.broken
    if others:
        counts = [rows, job.population, job.rows - rows]
        more, failed = placed(model, *joint_sizes([columns, *others], counts))
        report, broken = report | more, (*broken, *failed)
    if broken:
        # A crash here is a fault of an algorithm of this package; nothing has left.
        raise RuntimeError(f"the table does not keep {', '.join(broken)}")
    search = {} if found.search is None else {"search": found.search}
    kept = np.flatnonzero(found.kept).astype(np.int64)
    return Protection(found.columns, kept, proof.sizes, search | report)


def _column(
    name: str,
    raw: pl.DataFrame,
    plan: Plan,
    key: bytes,
    population: pl.DataFrame | None,
) -> Column:
    """Return a quasi-identifier coded: as approved if nothing is searched, else with its levels."""
    own = plan.hierarchies.get(name)
    column = raw[name] if population is None else pl.concat([raw[name], population[name]])
    if plan.table is not None and plan.table.algorithm is Algorithm.FIXED:
        return code_flat(transformed(column, plan.fields[name], key, own=own).values)
    return code(column, plan.fields[name], key, own)


def _least(coded: Coded, node: Sequence[int]) -> int:
    """Return the size of the smallest class at the node."""
    columns = [
        hierarchy.up[level][codes]
        for hierarchy, level, codes in zip(coded.hierarchies, node, coded.columns, strict=True)
    ]
    return int(class_sizes(columns, coded.rows).min(initial=coded.rows))
