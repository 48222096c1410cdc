"""Noisy statistics: closed categories, nothing before the budget, honest intervals."""

import json
from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonymize
from anonymize.plan.epsilon import NANO
from anonymize.plan.noise import NoisyMean
from anonymize.plan.query_document import Query
from anonymize.statistics import expected
from anonymize.statistics.answer import measured
from anonymize.statistics.counted import Counted
from anonymize.statistics.mechanism import discrete_laplace, scale
from anonymize.statistics.noisy import UNITS, drawn, withheld
from kernel.errors import InvalidError
from tests.anonymize.statistics.tables import plan, table

GRADES = {"grade": ["小学", "初中"]}
COUNT = {"kind": "count", "by": ["grade"], "epsilon": 0.5, "values": GRADES}
RATE = {"kind": "rate", "of": "boarding", "value": "是", "epsilon": 0.5}
MEAN = {"kind": "mean", "of": "score", "bounds": [0, 100], "epsilon": 0.5}
HISTOGRAM = {"kind": "histogram", "of": "score", "edges": [0, 60, 80, 100], "epsilon": 0.5}
PUPILS = table(
    grade=["小学"] * 300 + ["初中"] * 200 + ["高中"] * 50 + [None] * 10,
    boarding=["是", "否"] * 280,
    score=[str(n % 101) for n in range(560)],
)


def document(statistic: dict[str, Any], frame: pl.DataFrame = PUPILS, epsilon: float = 0) -> Any:  # noqa: ANN401  JSON
    result = anonymize.run(frame, plan(statistic, fields=frame.columns), key=b"", epsilon=epsilon)
    return result.statistics[0].document()


def exact(statistic: dict[str, Any], frame: pl.DataFrame = PUPILS) -> list[tuple[int, ...]]:
    """The numbers before the noise."""
    (query,) = plan(statistic, fields=frame.columns).statistics
    return [part.values for part in measured(query, Counted.of([query], frame))]  # type: ignore[arg-type]  # all here are noisy


def scores(query: Query, numbers: list[float]) -> Counted:
    return Counted.of([query], table(score=[repr(n) for n in numbers]))


def test_values_outside_the_closed_categories_and_missing_ones_count_as_other() -> None:
    assert exact(COUNT) == [(300, 200, 60)]
    assert exact(RATE | {"by": ["grade"], "values": GRADES}) == [(150, 150, 100, 100, 30, 30)]


def test_categories_without_pupils_are_told_like_any_other() -> None:
    """Else the line of a category would tell that somebody is in it."""
    nobody = PUPILS.clear()
    for statistic in (COUNT, RATE, MEAN, HISTOGRAM):
        full, empty = document(statistic, epsilon=1), document(statistic, nobody, epsilon=1)
        for found in (full, empty):
            for cell in found["cells"]:
                for measure in ("count", "rate", "mean", "low", "high"):
                    cell.pop(measure, None)
        assert full == empty


def test_numbers_fall_into_half_open_intervals_and_the_last_is_closed() -> None:
    values = ["0", "59.9", "60", "79", "80", "100", "100.1", "-1", "NaN", "inf", "", None, "优"]
    frame = table(score=values)
    assert exact(HISTOGRAM, frame) == [(2, 2, 2, 7)]
    labels = [cell["score"] for cell in document(HISTOGRAM, frame)["cells"]]
    assert labels == ["[0, 60)", "[60, 80)", "[80, 100]", "其他"]


def test_numbers_are_moved_into_their_bounds_before_they_are_added() -> None:
    far = table(score=["100", "1e9", "-1e300", "50", "NaN", None])
    assert exact(MEAN, far) == [(UNITS + UNITS - UNITS + 0,), (4,)]


@given(
    st.lists(st.floats() | st.integers().map(float), max_size=6),
    st.floats() | st.sampled_from([0.0, 100.0, 50.0, 1e308]),
)
def test_one_pupil_more_moves_the_numbers_by_no_more_than_the_sensitivity(
    numbers: list[float], one: float
) -> None:
    (query,) = plan(MEAN, HISTOGRAM, fields=["score"]).statistics[:1]
    for statistic in plan(MEAN, HISTOGRAM, fields=["score"]).statistics:
        before = measured(statistic, scores(statistic, numbers))  # type: ignore[arg-type]  # noisy
        after = measured(statistic, scores(statistic, [*numbers, one]))  # type: ignore[arg-type]  # noisy
        for old, new in zip(before, after, strict=True):
            moved = sum(abs(a - b) for a, b in zip(old.values, new.values, strict=True))
            assert moved <= old.sensitivity
        assert sum(part.nano for part in before) <= statistic.noise.nano  # type: ignore[union-attr]  # noisy
    assert isinstance(query, NoisyMean)


def test_without_a_budget_only_the_form_is_told_and_nothing_of_the_data() -> None:
    for statistic in (COUNT, RATE, MEAN, HISTOGRAM):
        shown = document(statistic)
        assert shown == document(statistic, PUPILS.head(3))
        assert shown["drawn"] is False
        told = {cell.get(name) for cell in shown["cells"] for name in ("count", "rate", "mean")}
        assert told == {None}
        assert shown["expected_error"]
        assert "ε=0.5" in shown["text"]


def test_too_small_a_budget_is_refused() -> None:
    with pytest.raises(InvalidError, match=r"需要 ε=0\.5，只扣得 0\.499999999"):
        document(COUNT, epsilon=0.499999999)
    with pytest.raises(InvalidError, match="ε"):
        document(COUNT, epsilon=float("nan"))
    with pytest.raises(InvalidError, match="ε"):
        document(COUNT, epsilon=-1)


def test_beside_noise_no_exact_number_of_pupils_is_reported() -> None:
    wanted = plan(COUNT, fields=PUPILS.columns)
    one = anonymize.run(PUPILS, wanted, key=b"", epsilon=1).report
    other = anonymize.run(PUPILS.head(1), wanted, key=b"", epsilon=1).report
    assert one == other
    assert one["rows_in"] is None
    assert withheld({**one, "classes": 17}) == one  # nor a figure that is not known here


def test_the_same_question_is_drawn_anew_each_time() -> None:
    """So the caller must keep the first answer: nobody can seed the noise."""
    answers = {json.dumps(document(COUNT, epsilon=0.5)) for _ in range(20)}
    assert len(answers) > 1


def hits(statistic: dict[str, Any], truth: Sequence[float], times: int = 150) -> float:
    """The share of intervals that hold the truth."""
    (query,) = plan(statistic, fields=PUPILS.columns).statistics
    parts = measured(query, Counted.of([query], PUPILS))  # type: ignore[arg-type]  # all here are noisy

    def mechanism(values: Sequence[int], most: int, nano: int) -> list[int]:
        return discrete_laplace(values, sensitivity=most, nano=nano)

    inside = [
        line.interval is not None and line.interval.low <= true <= line.interval.high
        for _ in range(times)
        for line, true in zip(drawn(query, parts, mechanism).lines or (), truth, strict=True)  # type: ignore[arg-type]  # noisy
    ]
    return sum(inside) / len(inside)


def test_the_stated_interval_holds_the_truth() -> None:
    """At least 95 % of them, less five standard errors of 150 to 450 draws."""
    score = PUPILS["score"].cast(pl.Int64).mean()
    assert isinstance(score, float)
    assert hits(COUNT, [300, 200, 60]) > 0.89
    assert hits(RATE, [0.5]) > 0.86
    assert hits(MEAN, [score]) > 0.86


def test_the_expected_error_is_that_of_the_distribution() -> None:
    for sensitivity, nano in ((1, NANO // 2), (1, NANO), (1, 5 * NANO), (UNITS, NANO // 4)):
        error = expected.laplace_error(sensitivity, nano)
        draws = discrete_laplace([0] * 20_000, sensitivity=sensitivity, nano=nano)
        outside = sum(abs(draw) > error for draw in draws) / len(draws)
        assert outside < 0.05 + 5 * (0.05 * 0.95 / len(draws)) ** 0.5
        closer = sum(abs(draw) > error * 0.8 - 1 for draw in draws) / len(draws)
        assert closer > 0.05  # the control: it is not stated too wide either


@pytest.mark.parametrize("nano", [2, 100_000_001, 333_333_333, NANO, 10 * NANO])
def test_opendp_never_grants_more_than_was_paid(nano: int) -> None:
    assert scale(1, nano) >= NANO / nano
    assert scale(1, nano) < NANO / nano * (1 + 1e-12)


def test_fractions_may_be_given_as_numbers_where_only_means_are_made_of_them() -> None:
    frame = pl.DataFrame({"score": [50.5, 49.5, float("nan"), None] * 100})
    assert exact(MEAN, frame.cast(pl.String)) == [(0,), (200,)]
    found = document(MEAN, frame, epsilon=0.5)
    assert found["cells"][0]["low"] <= 50 <= found["cells"][0]["high"] or found["drawn"]
    with pytest.raises(InvalidError, match="Float64"):
        document(COUNT | {"by": ["score"], "values": {"score": ["1"]}}, frame)


def test_a_mean_or_rate_of_hardly_anybody_is_not_told() -> None:
    tiny = table(score=["50"], boarding=["是"], grade=["小学"])
    quiet = [(0,), (0,)]
    (mean,) = plan(MEAN, fields=["score"]).statistics
    queue = iter(quiet)
    answer = drawn(mean, measured(mean, Counted.of([mean], tiny)), lambda *_: list(next(queue)))  # type: ignore[arg-type]  # noisy
    assert answer.lines is not None
    assert answer.lines[0].answer is None
