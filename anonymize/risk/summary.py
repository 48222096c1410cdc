"""All figures of identity disclosure of one table, as the part `risk` of the report."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from anonymize.risk.attackers import (
    Attack,
    journalist_estimated,
    journalist_in,
    prosecutor,
)
from anonymize.risk.sizes import Counts, Sizes
from anonymize.risk.thresholds import Measure, Threshold
from anonymize.risk.uniqueness import Uniqueness, uniqueness

DIGITS: Final = 12
"""Figures are rounded to this many places, so that equal inputs give equal bytes."""


@dataclass(frozen=True, slots=True)
class Population:
    """What is known of the population: how many persons it has, and how many in each class.

    `sizes[i]` of them fall into a class that holds `sample[i]` rows of the table; both are None
    if there is no population table.
    """

    rows: int
    sample: Counts | None = None
    sizes: Counts | None = None


def risk(
    sizes: Counts, threshold: Threshold, *, before: Counts | None = None,
    population: Population | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the report's part `risk`; `sizes` are those of the released classes, in any order.

    `before` are the sizes of the classes of the input by its raw quasi-identifiers. Without a
    population the journalist counts as prosecutor and nothing is estimated. Raises InvalidError if
    population and table contradict each other.
    """
    released = Sizes.of(sizes)
    pursued = prosecutor(released, threshold.value)
    looked_up = _journalist(released, population, threshold.value, pursued)
    figures = {
        "threshold": asdict(threshold),
        "prosecutor": _document(pursued),
        "journalist": _document(looked_up),
        "marketer": {"rate": round(looked_up.average, DIGITS), "basis": str(looked_up.basis)},
        "sample_uniques": released.uniques,
        "population": None if population is None else _uniqueness(released, population),
        "before": None if before is None else _before(Sizes.of(before), threshold, population),
    }
    figures["accepted"] = threshold.accepts(measured(figures, threshold.measure))
    return figures


def measured(figures: Mapping[str, Any], measure: Measure) -> float:
    """Return the figure of a part `risk` that the measure names."""
    name, _, which = measure.partition("_")
    found: float = figures[name][{"max": "most", "average": "average", "": "rate"}[which]]
    return found


def _journalist(
    released: Sizes, population: Population | None, threshold: float, worst: Attack
) -> Attack:
    if population is None or not released.rows:
        return worst
    if population.sample is not None and population.sizes is not None:
        return journalist_in(population.sample, population.sizes, threshold)
    # Refuses a population that is smaller than the table, before a fraction is made of it.
    fraction = uniqueness(released, population.rows).fraction
    return journalist_estimated(released, fraction, threshold)


def _before(raw: Sizes, threshold: Threshold, population: Population | None) -> dict[str, Any]:
    pursued = prosecutor(raw, threshold.value)
    return {
        "rows": raw.rows, "classes": raw.classes, "least_k": raw.least,
        "prosecutor": _document(pursued), "sample_uniques": raw.uniques,
        "population": None if population is None else _uniqueness(raw, population),
    }  # fmt: skip


def _document(attack: Attack) -> dict[str, Any]:
    return {
        "most": round(attack.most, DIGITS), "average": round(attack.average, DIGITS),
        "above": round(attack.above, DIGITS), "basis": str(attack.basis),
    }  # fmt: skip


def _uniqueness(sizes: Sizes, population: Population) -> dict[str, Any]:
    found: Uniqueness = uniqueness(sizes, population.rows)
    return {
        "rows": found.population, "fraction": round(found.fraction, DIGITS),
        "model": str(found.model), "uniques": round(found.rows, 6),
        "unique_share": round(found.share, DIGITS),
        "estimates": {
            str(model): None if value is None else round(value, 6)
            for model, value in found.estimates.items()
        },
    }  # fmt: skip
