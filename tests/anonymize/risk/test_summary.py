import numpy as np
import pytest

from anonymize.risk.sizes import Counts
from anonymize.risk.summary import Population, measured, risk
from anonymize.risk.thresholds import Measure, Threshold
from kernel.canonical import canonical_bytes
from kernel.errors import InvalidError

FIFTH = Threshold(0.2)


def counts(*numbers: int) -> Counts:
    return np.array(numbers, np.int64)


def test_without_a_population_the_journalist_counts_as_prosecutor() -> None:
    found = risk(counts(5, 10), FIFTH)
    assert found["journalist"] == found["prosecutor"]
    assert found["prosecutor"]["most"] == 0.2
    assert found["marketer"] == {"rate": round(2 / 15, 12), "basis": "sample"}
    assert found["population"] is None
    assert found["accepted"] is True


def test_with_a_population_table_journalist_and_marketer_are_of_it() -> None:
    found = risk(counts(5, 10), FIFTH, population=Population(200, counts(5, 10), counts(50, 100)))
    assert found["journalist"]["most"] == 1 / 50
    assert found["journalist"]["basis"] == found["marketer"]["basis"] == "population"
    assert found["marketer"]["rate"] == pytest.approx(0.2 / 15)
    assert found["prosecutor"]["most"] == 0.2


def test_with_the_size_of_the_population_only_the_journalist_is_estimated() -> None:
    found = risk(counts(5, 10), FIFTH, population=Population(150))
    assert found["journalist"]["basis"] == "estimate"
    assert 0.02 < found["journalist"]["most"] < 0.2


def test_the_input_is_measured_beside_the_release() -> None:
    found = risk(counts(5), FIFTH, before=counts(1, 1, 3), population=Population(50))
    assert found["before"]["sample_uniques"] == 2
    assert found["before"]["population"]["uniques"] > 0
    assert found["sample_uniques"] == 0
    assert found["population"]["model"] == "exact"


@pytest.mark.parametrize(
    "population", [Population(14), Population(20, counts(5, 10), counts(4, 10))]
)
def test_a_population_that_cannot_be_is_refused(population: Population) -> None:
    with pytest.raises(InvalidError):
        risk(counts(5, 10), FIFTH, population=population)


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        (Measure.PROSECUTOR_MAX, 0.2), (Measure.PROSECUTOR_AVERAGE, 2 / 15),
        (Measure.JOURNALIST_MAX, 1 / 50), (Measure.MARKETER, 0.2 / 15),
    ],
)  # fmt: skip
def test_the_threshold_names_the_figure_it_is_held_against(measure: Measure, value: float) -> None:
    population = Population(200, counts(5, 10), counts(50, 100))
    found = risk(counts(5, 10), Threshold(value, measure), population=population)
    assert measured(found, measure) == pytest.approx(value)
    assert found["accepted"] is True
    low = risk(counts(5, 10), Threshold(value * 0.9, measure), population=population)
    assert low["accepted"] is False


def test_the_order_of_classes_does_not_change_the_bytes() -> None:
    given = {"before": counts(1, 2, 1), "population": Population(900)}
    first = risk(counts(7, 5, 9), FIFTH, **given)  # type: ignore[arg-type]  # two named arguments
    second = risk(counts(5, 9, 7), FIFTH, **given)  # type: ignore[arg-type]  # two named arguments
    assert canonical_bytes(first) == canonical_bytes(second)


def test_an_empty_release_has_a_report() -> None:
    found = risk(counts(), FIFTH, before=counts(1, 1), population=Population(50))
    assert found["prosecutor"]["most"] == 0
    assert found["accepted"] is True


@pytest.mark.parametrize("k", [3, 7, 24, 49, 97])
def test_a_class_of_exactly_k_rows_is_accepted_at_one_kth(k: int) -> None:
    assert risk(counts(k), Threshold(1 / k))["accepted"] is True
    assert risk(counts(k), Threshold(1 / (k + 1)))["accepted"] is False
