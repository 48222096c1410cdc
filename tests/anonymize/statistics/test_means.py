"""A mean tells of the many: no pupil makes it, and no group is all alike."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonymize
from anonymize.plan.query import Mean
from anonymize.statistics.means import publish_mean
from tests.anonymize.statistics.tables import plan, table

MEAN = Mean("distance", (), 10)


def told(numbers: list[float]) -> float | None:
    (line,) = publish_mean(MEAN, {None: numbers}, ()).lines
    return line.mean


def test_the_mean_of_many_different_numbers_is_told() -> None:
    assert told([float(n) for n in range(1, 21)]) == 10.5


@pytest.mark.parametrize(
    "numbers",
    [
        [float(n) for n in range(9)],  # too few
        [7.0] * 30,  # everybody's number
        [1000.0, 900.0] + [1.0] * 20,  # the second learns the first to within p %
        [-1000.0] + [0.5] * 30,  # so also below 0
        [],
    ],
    ids=["few", "alike", "dominated", "negative", "nobody"],
)
def test_a_mean_that_tells_of_one_pupil_is_hidden(numbers: list[float]) -> None:
    assert told(numbers) is None


def test_the_second_largest_could_have_told_the_largest() -> None:
    """The control: what the p % rule hides is known to a pupil who knows the own number."""
    numbers = [1000.0, 900.0] + [1.0] * 20
    guess = math.fsum(numbers) - 900.0  # the mean times the number of pupils, less the own
    assert abs(guess - 1000.0) <= 0.1 * 1000.0
    assert told(numbers) is None


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=10, max_size=40), st.randoms())
def test_the_order_of_pupils_moves_no_byte(numbers: list[float], random: object) -> None:
    first = told(numbers)
    random.shuffle(numbers)  # type: ignore[attr-defined]  # hypothesis types its randoms so
    assert told(numbers) == first


def test_one_hidden_group_hides_the_mean_of_all() -> None:
    groups: dict[str | None, list[float]] = {
        "01": [float(n) for n in range(20)],
        "02": [float(n) for n in range(40)],
        "03": [5.0] * 20,
    }
    query = Mean("distance", ("grade",), 10)
    lines = {line.labels[0]: line.mean for line in publish_mean(query, groups, groups).lines}  # type: ignore[arg-type]  # no group without a name
    assert lines == {"01": 9.5, "02": 19.5, "03": None, "合计": None}
    total = sum(map(sum, groups.values()))  # the control: told, it would give 03 away
    assert (total - 9.5 * 20 - 19.5 * 40) / 20 == 5.0


def test_what_is_no_number_is_left_out() -> None:
    values = ["1", " 2.5 ", "3", "4e0", "NaN", "inf", "", None, "很远", "一公里", "1,000"]
    mean = {"kind": "mean", "of": "distance", "threshold": 3}
    result = anonymize.run(table(distance=values), plan(mean, fields=["distance"]), key=b"")
    (answer,) = result.statistics
    assert answer.document()["cells"] == [{"mean": 2.625}]
