"""A table against its population: δ-presence, k-map and the journalist's risk."""

import pytest

from anonymize.plan.plan import Plan
from anonymize.table import run
from kernel.errors import InvalidError
from tests.anonymize.tables.drawn import FIELDS, KEY, PUPILS, classes, frame, plan

POPULATION = PUPILS * 5


def test_presence_and_k_map_are_measured_against_the_population() -> None:
    model = {"delta_presence": {"least": 0, "most": 0.4}, "k_map": 15}
    result = run(frame(PUPILS), plan(model), key=KEY, population=frame(POPULATION))
    assert result.report["delta"]["most"] == pytest.approx(0.2)
    assert result.report["k_map"] >= 15
    for row, counts in classes(result).items():
        assert counts.total() >= 3, row


def test_a_class_that_is_all_of_its_population_tells_presence_and_does_not_leave() -> None:
    model = {"delta_presence": {"least": 0, "most": 0.4}, "suppression_limit": 0.0}
    with pytest.raises(InvalidError, match=r"δ=0–0\.4"):
        run(frame(PUPILS), plan(model), key=KEY, population=frame(PUPILS))


@pytest.mark.parametrize("algorithm", ["fixed", "optimal"])
def test_a_least_presence_refuses_classes_of_the_population_that_the_table_lacks(
    algorithm: str,
) -> None:
    rows = [{"birth_date": "20120504", "division": "440106", "sex": "1", "health": "none"}] * 9
    people = [*rows * 2, *[rows[0] | {"sex": "2"}] * 9]
    model = {
        "delta_presence": {"least": 0.4, "most": 0.9}, "algorithm": algorithm, "sensitive": [],
    }  # fmt: skip
    wanted = plan(model, fields={**FIELDS, "health": "drop"})
    with pytest.raises(InvalidError, match=r"δ=0\.4–0\.9"):
        run(frame(rows), wanted, key=KEY, population=frame(people))
    assert run(frame(rows), wanted, key=KEY, population=frame(rows * 2)).table.height == 9


@pytest.mark.parametrize("algorithm", ["fixed", "optimal"])
def test_a_class_that_is_left_out_breaks_no_least_presence(algorithm: str) -> None:
    rows = [{"birth_date": "20120504", "division": "440106", "sex": "1", "health": "none"}] * 9
    few = [rows[0] | {"sex": "2"}] * 2
    model = {
        "delta_presence": {"least": 0.4, "most": 0.9}, "algorithm": algorithm, "sensitive": [],
        "suppression_limit": 0.2,
    }  # fmt: skip
    wanted = plan(model, fields={**FIELDS, "health": "drop"})
    done = run(frame(rows + few), wanted, key=KEY, population=frame(rows * 2 + few * 2))
    assert (done.table.height, done.report["suppressed"]) == (9, 2)
    assert done.report["delta"] == {"least": 0.5, "most": 0.5}


def test_without_quasi_identifiers_a_population_is_one_class() -> None:
    wanted = Plan.parse({
        "version": 2, "fields": {"health": "keep"},
        "table": {"k": 2, "quasi_identifiers": [], "k_map": 5},
    })  # fmt: skip
    done = run(frame(PUPILS), wanted, key=KEY, population=frame(POPULATION))
    assert done.report["k_map"] == len(POPULATION)
    assert done.report["risk"]["journalist"]["most"] == pytest.approx(1 / len(POPULATION))


def test_a_population_must_be_given_and_must_hold_the_table() -> None:
    with pytest.raises(InvalidError, match="需要总体表"):
        run(frame(PUPILS), plan({"k_map": 5}), key=KEY)
    with pytest.raises(InvalidError, match="总体表不含本表的全部行"):
        run(frame(PUPILS), plan({"k_map": 3}), key=KEY, population=frame(PUPILS[:90]))
