"""Fifty questions about one pupil: exact answers tell all, a budget and kept answers do not.

Each attack has its control: it works where nothing protects the pupil.
"""

import math
from collections.abc import Callable, Sequence
from statistics import fmean

import polars as pl

import anonymize
from anonymize.plan.epsilon import NANO, nano_epsilon
from anonymize.plan.plan import Plan
from anonymize.statistics.mechanism import discrete_laplace
from kernel.ids import DataRequestId, OrgId, RecipientId
from kernel.runtime import Runtime
from sharing.requests.domain.scope import Cohort
from sharing.tables.domain.budget import BudgetSpentError, Cost, Question
from sharing.tables.usecases.spend_budget import keep_answer, spend_budget
from tests.sharing.request_world import run

RECIPIENT = RecipientId("recipient_1")
TENTH = Cost(nano_epsilon(0.1), NANO)
VICTIM = 7
PUPILS = [n % 3 == 1 for n in range(200)]  # who has the trait
Answerer = Callable[[Sequence[int]], int]
"""How many of these pupils have the trait?"""


def exact(asked: Sequence[int]) -> int:
    return sum(PUPILS[n] for n in asked)


def thresholded(asked: Sequence[int]) -> int | None:
    """Small counts hidden: 10 at least with, and 10 without the trait."""
    having = exact(asked)
    return having if having >= 10 and len(asked) - having >= 10 else None


def noisy(asked: Sequence[int]) -> int:
    return discrete_laplace([exact(asked)], sensitivity=1, nano=TENTH.nano)[0]


def pairs() -> list[tuple[list[int], list[int]]]:
    """25 pairs of cohorts that differ in the victim alone: 50 questions."""
    others = [n for n in range(200) if n != VICTIM]
    return [(others[start : start + 120], [*others[start : start + 120], VICTIM]) for start in range(25)]  # fmt: skip  # noqa: E501  one claim


def differences(answer: Callable[[Sequence[int]], int | None]) -> list[int]:
    told = [(answer(without), answer(with_)) for without, with_ in pairs()]
    return [b - a for a, b in told if a is not None and b is not None]


def test_differencing_over_fifty_exact_counts_tells_the_victim() -> None:
    """The control, and why hiding small counts is not enough over time."""
    assert set(differences(exact)) == {1}
    assert set(differences(thresholded)) == {1}
    assert PUPILS[VICTIM]


async def asked_through_the_budget(runtime: Runtime) -> list[int]:
    """Ask all fifty questions, each a cohort of its own; return what is answered."""
    answers: list[int] = []
    for number, cohort in enumerate(one for pair in pairs() for one in pair):
        question = Question(
            RECIPIENT, Cohort("370102", (OrgId(f"set {number}"),)), "sha256:0", "90d:1",
            DataRequestId(f"request_{number}"),
        )  # fmt: skip
        try:
            known = await spend_budget(runtime, question, TENTH)
        except BudgetSpentError:
            continue
        known = known or await keep_answer(runtime, question, {"count": noisy(cohort)})
        answers.append(known["count"])
    return answers


def test_a_budget_ends_differencing_before_it_tells(runtime: Runtime) -> None:
    answers = run(asked_through_the_budget(runtime))
    assert len(answers) == 10  # of fifty: ten times 0.1 is 1
    true = [exact(one) for pair in pairs()[:5] for one in pair]
    assert answers != true


def test_ten_answers_at_a_tenth_decide_no_better_than_epsilon_allows() -> None:
    """The best guess from the whole budget is right at most e/(1 + e) of the time, 73.1 %."""
    trials, right = 3000, 0
    draws = discrete_laplace([0, 1] * 5 * trials, sensitivity=1, nano=TENTH.nano)
    for trial in range(trials):
        told = draws[trial * 10 : trial * 10 + 10]
        # Every answer of the pair that holds the victim is centred on 1, without on 0.
        likelier = sum(abs(value) - abs(value - 1) for value in told[1::2])
        right += likelier > 0
    assert right / trials < math.e / (1 + math.e) + 4 * math.sqrt(0.25 / trials)


def test_averaging_works_on_fresh_noise_and_fails_on_a_kept_answer(runtime: Runtime) -> None:
    asked = list(range(120))
    fresh = discrete_laplace([exact(asked)] * 20_000, sensitivity=1, nano=TENTH.nano)
    assert round(fmean(fresh)) == exact(asked)  # the control: noise averages out

    async def story() -> list[int]:
        question = Question(
            RECIPIENT, Cohort("370102"), "sha256:0", "90d:1", DataRequestId("request")
        )
        told = []
        for _ in range(200):
            known = await spend_budget(runtime, question, TENTH)
            known = known or await keep_answer(runtime, question, {"count": noisy(asked)})
            told.append(known["count"])
        return told

    assert len(set(run(story()))) == 1


def test_a_tracker_gets_around_thresholds_and_not_around_noise() -> None:
    """Denning's tracker: a forbidden question is put together from two permitted ones."""
    everybody = list(range(200))
    tracker = [n for n in everybody if n % 2 == 0]
    padded = [*tracker, VICTIM]
    assert thresholded([VICTIM]) is None  # asked straight, it is refused
    one, other = thresholded(padded), thresholded(tracker)
    assert one is not None
    assert other is not None
    assert one - other == PUPILS[VICTIM]  # the control: put together, it is told
    draws = discrete_laplace([exact(padded), exact(tracker)] * 2000, sensitivity=1, nano=TENTH.nano)
    gaps = [a - b for a, b in zip(draws[::2], draws[1::2], strict=True)]
    assert gaps.count(1) / len(gaps) < 0.1  # a difference is right by chance only
    assert sum(gap > 0 for gap in gaps) / len(gaps) < 0.6


def test_the_complement_of_a_noisy_rate_tells_no_more_than_the_rate() -> None:
    """Numerator and complement get noise of their own: their sum is not the exact number."""
    plan = Plan.parse({
        "version": 2, "fields": {"trait": "keep"},
        "statistics": [{"kind": "count", "by": ["trait"], "values": {"trait": ["是", "否"]},
                        "epsilon": 0.1}],
    })  # fmt: skip
    table = pl.DataFrame({"trait": ["是" if one else "否" for one in PUPILS]})
    sums = set()
    for _ in range(10):
        (answer,) = anonymize.run(table, plan, key=b"", epsilon=0.1).statistics
        sums.add(sum(cell["count"] for cell in answer.document()["cells"]))
    assert len(sums) > 1
    assert sum([exact(range(200)), 200 - exact(range(200))]) == 200  # the control
