"""What is said about a release? Risk, grade and utility, as parts of the one report. Polars.

The report is a JSON document; its digest (`anonymize.report.digest`) stands in the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from anonymize.plan.model import TableModel
from anonymize.plan.plan import Plan
from anonymize.report import utility
from anonymize.report.aggregate import aggregate
from anonymize.report.distributions import distribution
from anonymize.report.recoded import Recoded, Tally, tally
from anonymize.risk.grade import STANDARD, grade
from anonymize.risk.sizes import Counts, Sizes
from anonymize.risk.summary import Population, measured, risk
from anonymize.risk.thresholds import Threshold


@dataclass(frozen=True, slots=True)
class Facts:
    """What is counted of a release: class sizes, released and (`before`) raw, and its columns.

    `columns` are those of the table's model that leave; `lost` their values in the rows that were
    left out, as they would have been released, or None where they have no one form. `losses` are
    those of the search by column, where it measured them by hierarchies; without, they are measured
    by the values that occur.
    """

    rows: int
    sizes: Counts
    before: Counts
    columns: Mapping[str, Recoded]
    lost: Mapping[str, Tally | None]
    losses: Mapping[str, float] = field(default_factory=dict)
    population: Population | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """A release and what it was made of: `shown[i]` was made of `raw[kept[i]]`.

    `raw` has at least the columns of the table's model, as text; `shown` has the emitted ones.
    `lost` are columns of the rows that were left out, in released form; a column that it lacks is
    derived where each raw value has one released form, and else has none. `losses` as in `Facts`.
    """

    raw: pl.DataFrame
    shown: pl.DataFrame
    kept: pl.Series
    lost: pl.DataFrame | None = None
    population: Population | None = None
    losses: Mapping[str, float] = field(default_factory=dict)

    def facts(self, model: TableModel) -> Facts:
        """Return what is counted of it."""
        quasi = [name for name in model.quasi_identifiers if name in self.shown.columns]
        told = [*quasi, *(name for name in model.sensitive if name in self.shown.columns)]
        columns = {name: Recoded.of(self.raw[name], self.shown[name], self.kept) for name in told}
        return Facts(
            self.raw.height,
            class_sizes(self.shown, quasi),
            class_sizes(self.raw, quasi),
            columns,
            {name: self._lost(name, column) for name, column in columns.items()},
            self.losses,
            self.population,
        )

    def _lost(self, name: str, column: Recoded) -> Tally | None:
        if self.lost is None or name not in self.lost.columns:
            return column.lost()
        return tally(self.lost.select(pl.col(name), pl.lit(1).alias("\0rows")))


def parts(plan: Plan, released: Released, threshold: Threshold) -> dict[str, Any]:
    """Return the report's parts `risk`, `utility` and `grade`.

    Without a table model only the grade is given. Equal releases give equal documents.
    """
    if plan.table is None:
        return {"grade": grade_of(plan, None, threshold)}
    return parts_of(plan, plan.table, released.facts(plan.table), threshold)


def parts_of(plan: Plan, model: TableModel, facts: Facts, threshold: Threshold) -> dict[str, Any]:
    """Return the same parts of what was counted."""
    figures = risk(facts.sizes, threshold, before=facts.before, population=facts.population)
    return {
        "risk": figures,
        "utility": _utility(model, facts),
        "grade": grade_of(plan, measured(figures, threshold.measure), threshold),
    }


def class_sizes(frame: pl.DataFrame, names: list[str]) -> Counts:
    """Return the sizes of the classes; without quasi-identifiers all rows are one class."""
    if not names:
        return np.array([frame.height] if frame.height else [], np.int64)
    return frame.group_by(names).len()["len"].cast(pl.Int64).to_numpy()


def population_of(shown: pl.DataFrame, population: pl.DataFrame, names: list[str]) -> Population:
    """Return how many of the population fall into each class of the release.

    `population` is in the released forms. A class that it lacks counts 0, and is refused later.
    """
    if not names:
        whole = np.array([[shown.height], [population.height]], np.int64)
        return Population(population.height, *whole)
    classes = shown.group_by(names).agg(pl.len().alias("sample"))
    counts = population.group_by(names).agg(pl.len().alias("population"))
    found = classes.join(counts, on=names, how="left", nulls_equal=True)
    sample, sizes = (
        found[name].fill_null(0).cast(pl.Int64).to_numpy() for name in ("sample", "population")
    )
    return Population(population.height, sample, sizes)


def _utility(model: TableModel, facts: Facts) -> dict[str, Any]:
    found = {
        name: utility.column_loss(facts.columns[name])
        for name in model.quasi_identifiers
        if name in facts.columns
    }
    losses = {name: facts.losses.get(name, one.loss) for name, one in found.items()}
    return {
        "loss": {"all": aggregate(losses, model.weights), "by_column": losses},
        "entropy": {name: one.entropy for name, one in found.items()},
        **utility.class_figures(Sizes.of(facts.sizes), model.k, facts.rows),
        "distributions": {
            name: distribution(column.shown(), facts.lost[name], model.k)
            for name, column in facts.columns.items()
        },
    }


def grade_of(plan: Plan, found: float | None, threshold: Threshold) -> dict[str, Any]:
    """Return the report's part `grade`; `found` is the measured risk, None without a model."""
    given = grade(plan, found, threshold)
    return {
        "standard": STANDARD, "grade": given.number, "text": given.text,
        "reasons": list(given.reasons),
    }  # fmt: skip
