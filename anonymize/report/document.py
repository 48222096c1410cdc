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
from anonymize.risk.grade import STANDARD, grade
from anonymize.risk.sizes import Counts, Sizes
from anonymize.risk.summary import Population, measured, risk
from anonymize.risk.thresholds import Threshold


@dataclass(frozen=True, slots=True)
class Released:
    """A release and what it was made of: `shown[i]` was made of `raw[kept[i]]`.

    `raw` has at least the columns of the table's model, as text; `shown` has the emitted ones.
    `lost` are columns of the rows that were left out, in released form; a column that it lacks is
    derived where each raw value has one released form, and else has none. `losses` are those of the
    search by column, where it measured them by hierarchies; without, they are measured by the
    values that occur.
    """

    raw: pl.DataFrame
    shown: pl.DataFrame
    kept: pl.Series
    lost: pl.DataFrame | None = None
    population: Population | None = None
    losses: Mapping[str, float] = field(default_factory=dict)


def parts(plan: Plan, released: Released, threshold: Threshold) -> dict[str, Any]:
    """Return the report's parts `risk`, `utility` and `grade`.

    Without a table model only the grade is given. Equal releases give equal documents.
    """
    if plan.table is None:
        return {"grade": _grade(plan, None, threshold)}
    names = [name for name in plan.table.quasi_identifiers if name in released.shown.columns]
    sizes = class_sizes(released.shown, names)
    figures = risk(
        sizes, threshold, before=class_sizes(released.raw, names), population=released.population
    )
    return {
        "risk": figures,
        "utility": _utility(plan.table, released, names, Sizes.of(sizes)),
        "grade": _grade(plan, measured(figures, threshold.measure), threshold),
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


def _utility(
    model: TableModel, released: Released, names: list[str], sizes: Sizes
) -> dict[str, Any]:
    found = {
        name: utility.column_loss(released.raw[name], released.shown[name], released.kept)
        for name in names
    }
    losses = {name: released.losses.get(name, one.loss) for name, one in found.items()}
    told = [*names, *(name for name in model.sensitive if name in released.shown.columns)]
    return {
        "loss": {"all": aggregate(losses, model.weights), "by_column": losses},
        "entropy": {name: one.entropy for name, one in found.items()},
        **utility.class_figures(sizes, model.k, released.raw.height),
        "distributions": {
            name: distribution(released.shown[name], _lost(released, name), model.k)
            for name in told
        },
    }


def _lost(released: Released, name: str) -> pl.Series | None:
    """Return a column of the rows that were left out as it would have been released."""
    if released.lost is not None and name in released.lost.columns:
        return released.lost[name]
    raw = released.raw[name]
    if len(raw) == len(released.kept):
        return raw.clear()
    made = pl.DataFrame({"old": raw.gather(released.kept), "new": released.shown[name]}).unique()
    if made["old"].is_duplicated().any():
        return None
    rows = pl.DataFrame({"old": raw}).with_row_index("row")
    left = rows.join(pl.DataFrame({"row": released.kept.cast(pl.UInt32)}), on="row", how="anti")
    if left.join(made, on="old", how="anti", nulls_equal=True).height:
        return None
    return left.join(made, on="old", how="left", nulls_equal=True)["new"].rename(name)


def _grade(plan: Plan, found: float | None, threshold: Threshold) -> dict[str, Any]:
    given = grade(plan, found, threshold)
    return {
        "standard": STANDARD, "grade": given.number, "text": given.text,
        "reasons": list(given.reasons),
    }  # fmt: skip
