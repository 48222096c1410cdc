"""How many rows are alone in the population, when only a sample of it is at hand?

Three estimators, and the rule that chooses among them.
Source: Dankar, El Emam, Neisa and Roffey (2012), Estimating the re-identification risk of clinical
data sets, BMC Medical Informatics and Decision Making 12:66.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anonymize.risk.pitman import pitman
from anonymize.risk.sizes import Sizes
from anonymize.risk.slide import slide_negative_binomial
from anonymize.risk.zayatz import zayatz
from kernel.errors import InvalidError

SMALL_FRACTION: Final = 0.1


class Model(StrEnum):
    """What a figure rests on. `exact`: the table is the population, or has no unique row."""

    EXACT = "exact"
    PITMAN = "pitman"
    SNB = "snb"
    ZAYATZ = "zayatz"


@dataclass(frozen=True, slots=True)
class Uniqueness:
    """`rows` of the `population` are estimated to be unique in it, by `model`.

    `fraction` of the population is in the table. `estimates` has each model's own figure, None
    where the model does not fit.
    """

    population: int
    fraction: float
    model: Model
    rows: float
    estimates: dict[Model, float | None]

    @property
    def share(self) -> float:
        """The share of the population that is unique, 0 to 1."""
        return self.rows / self.population if self.population else 0.0


def uniqueness(sizes: Sizes, population: int) -> Uniqueness:
    """Return the estimate for a table that is a random sample of `population` persons.

    Raises InvalidError if the population is smaller than the table.
    """
    if population < sizes.rows:
        raise InvalidError(
            f"总体 {population} 人，少于表中的 {sizes.rows} 行", field="population",
            rule="总体须包含样本", remedy="请填写总体的人数",
        )  # fmt: skip
    fraction = sizes.rows / population if population else 0.0
    if population == sizes.rows or not sizes.uniques:
        return Uniqueness(population, fraction, Model.EXACT, float(sizes.uniques), {})
    estimates: dict[Model, float | None] = {
        Model.PITMAN: pitman(sizes, population),
        Model.SNB: slide_negative_binomial(sizes, population),
        Model.ZAYATZ: zayatz(sizes, population),
    }
    model = chosen(fraction, estimates)
    return Uniqueness(population, fraction, model, estimates[model] or 0.0, estimates)


def chosen(fraction: float, estimates: dict[Model, float | None]) -> Model:
    """Return the model that the rule trusts.

    Up to a tenth of the population: Pitman. Above: SNB, unless it exceeds Zayatz. A model that
    does not fit, or estimates nothing, gives way to Zayatz.
    """
    if fraction <= SMALL_FRACTION:
        return Model.PITMAN if estimates[Model.PITMAN] else Model.ZAYATZ
    slide, bayes = estimates[Model.SNB], estimates[Model.ZAYATZ] or 0.0
    return Model.SNB if slide and slide <= bayes else Model.ZAYATZ
