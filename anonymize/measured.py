"""What is measured of a table that `run` made? Risk, utility and grade, by its hierarchies. Heavy.

Full-domain recoding gives every raw value one released form, also values of rows that were left out
and of the population; after local recoding only the released rows have one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from anonymize.fields.columns import read, transformed
from anonymize.plan.plan import Plan
from anonymize.report.aggregate import DIGITS
from anonymize.report.document import Released, parts, population_of
from anonymize.report.recoded import Tally, tally
from anonymize.risk.summary import Population
from anonymize.risk.thresholds import Threshold
from anonymize.tables.coded import Hierarchy
from anonymize.tables.coding import MISSING, Column, code


@dataclass(frozen=True, slots=True)
class Made:
    """What `run` made: `shown[i]` of `raw[kept[i]]`, under a plan and key, as `search` found."""

    raw: pl.DataFrame
    shown: pl.DataFrame
    kept: Sequence[int]
    plan: Plan
    key: bytes
    search: Mapping[str, Any] | None

    @property
    def names(self) -> list[str]:
        """The quasi-identifiers that leave."""
        model = self.plan.table
        return [n for n in model.quasi_identifiers if n in self.shown.columns] if model else []


def measured(made: Made, population: object, threshold: Threshold) -> dict[str, Any]:
    """Return the report's parts `risk`, `utility` and `grade` (see `report.document.parts`).

    `population` is a table as given to `run`, or None.
    """
    kept = pl.Series("kept", made.kept, pl.UInt32)
    people = _people(made, population)
    columns = {name: _coded(made, name, _known(made, name, people)) for name in made.names}
    losses = {name: _loss(made, name, column) for name, column in columns.items()}
    released = Released(
        made.raw, made.shown, kept, _lost(made, kept), _population(made, people),
        {name: loss for name, loss in losses.items() if loss is not None},
    )  # fmt: skip
    return parts(made.plan, released, threshold)


def _coded(made: Made, name: str, column: pl.Series) -> Column | None:
    if made.search is None:
        return None
    return code(column, made.plan.fields[name], made.key, made.plan.hierarchies.get(name))


def _forms(made: Made, name: str, column: pl.Series) -> pl.Series | None:
    """Return raw values in their released forms, None if there is not one form for each."""
    if made.search is None:
        how, own = made.plan.fields[name], made.plan.hierarchies.get(name)
        return transformed(column, how, made.key, own=own).values
    if made.search["node"] is None:
        return None
    coded, level = _coded(made, name, column), made.search["node"][name]["name"]
    if coded is None or level not in coded.levels:
        return None
    return coded.labels(coded.levels.index(level))


def _loss(made: Made, name: str, column: Column | None) -> float | None:
    if column is None or made.search is None:
        return None
    level = None if made.search["node"] is None else made.search["node"][name]["level"]
    cells = made.shown[name].value_counts(name="cells")
    return hierarchy_loss(column.hierarchy, level, tally(cells), made.raw.height)


def hierarchy_loss(
    hierarchy: Hierarchy, level: int | None, shown: Tally, rows: int
) -> float | None:
    """Return a column's loss by the sizes of the groups that its released labels name.

    All labels are of one level, or of any if that is None; what is missing of `rows` was left out.
    None if a label names groups of different sizes, or if there are no rows.
    """
    if not rows:
        return None
    sizes = dict[str, set[int]]()
    for one in range(hierarchy.height) if level is None else (level,):
        counts = np.bincount(hierarchy.up[one], minlength=len(hierarchy.labels[one]))
        for label, size in zip(hierarchy.labels[one], counts.tolist(), strict=True):
            sizes.setdefault(label, set()).add(size)
    cells = {label or MISSING: cells for label, cells in shown.items()}
    if any(len(sizes.get(label, ())) != 1 for label in cells):
        return None
    cost = sum((min(sizes[label]) - 1) * number for label, number in cells.items())
    whole = cost / max(hierarchy.leaves - 1, 1) + rows - sum(cells.values())
    return round(float(whole / rows), DIGITS)


def _lost(made: Made, kept: pl.Series) -> pl.DataFrame:
    """Return the released forms of what was left out, of those columns that have one."""
    rows = made.raw.with_row_index("\0row")
    left = rows.join(pl.DataFrame({"\0row": kept}), on="\0row", how="anti")
    found = {}
    for name in made.shown.columns:
        forms = (
            _forms(made, name, left[name])
            if name in made.names
            else transformed(left[name], made.plan.fields[name], made.key).values
        )
        if forms is not None:
            found[name] = forms
    return pl.DataFrame(found)


def _people(made: Made, population: object) -> pl.DataFrame | None:
    """Return the population as text."""
    if population is None or made.plan.table is None:
        return None
    fields = {name: made.plan.fields[name] for name in made.names}
    own = {n: made.plan.hierarchies[n] for n in made.names if n in made.plan.hierarchies}
    return read(population, Plan(fields=fields, hierarchies=own))


def _known(made: Made, name: str, people: pl.DataFrame | None) -> pl.Series:
    """Return the values that the search knew: those of the population too, if it asked for it."""
    if people is None or made.plan.table is None or not made.plan.table.needs_population:
        return made.raw[name]
    return pl.concat([made.raw[name], people[name]])


def _population(made: Made, people: pl.DataFrame | None) -> Population | None:
    """Return the population by classes; by its size alone if local recoding leaves no other way."""
    if people is None:
        return None
    found = {}
    for name in made.names:
        both = _forms(made, name, pl.concat([made.raw[name], people[name]]))
        if both is None:
            return Population(people.height)
        found[name] = both[made.raw.height :]
    return population_of(made.shown, pl.DataFrame(found) if found else people, made.names)
