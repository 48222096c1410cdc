"""A privacy budget is spent before the answer, to the last billionth, and never given back."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from anonymize.plan.epsilon import NANO, nano_epsilon
from kernel.database import open_database
from kernel.envelope import KeyUnavailableError
from kernel.errors import ConflictError, DeniedError, UnavailableError
from kernel.ids import DataRequestId, OrgId, RecipientId
from kernel.runtime import Runtime
from sharing.requests.domain.scope import Cohort
from sharing.tables.domain.budget import BudgetSpentError, Cost, Question, population_of
from sharing.tables.store.budget_tables import budget, budget_spending, noisy_answer
from sharing.tables.usecases.spend_budget import (
    keep_answer,
    kept_answer,
    remaining_budget,
    spend_budget,
)
from tests.conftest import HandClock
from tests.sharing.request_world import run

RECIPIENT = RecipientId("recipient_1")
TENTH = Cost(nano_epsilon(0.1), NANO)
ANSWER = {"statistics": [{"cells": [{"count": 12}]}]}


def question(number: int = 0, division: str = "370102", **changes: str) -> Question:
    asked = Question(
        RECIPIENT, Cohort(division), f"sha256:{number:064}", "90d:1", DataRequestId("request_1")
    )
    return replace(asked, **changes)  # type: ignore[arg-type]  # names of its own fields


async def spent(runtime: Runtime) -> int:
    rows = await runtime.database.read(sa.select(sa.func.sum(budget.c.spent)))
    return int(rows[0][0] or 0)


async def written(runtime: Runtime) -> int:
    rows = await runtime.database.read(sa.select(sa.func.sum(budget_spending.c.nano)))
    return int(rows[0][0] or 0)


async def tried(runtime: Runtime, asked: list[Question], cost: Cost) -> list[object]:
    return await asyncio.gather(
        *(spend_budget(runtime, one, cost) for one in asked), return_exceptions=True
    )


def test_ten_tenths_fit_and_not_a_billionth_more(either_runtime: Runtime) -> None:
    async def story() -> None:
        for number in range(10):
            assert await spend_budget(either_runtime, question(number), TENTH) is None
        with pytest.raises(BudgetSpentError, match="还剩 0") as refused:
            await spend_budget(either_runtime, question(10), Cost(2, NANO))
        assert refused.value.problems[0].rule
        assert refused.value.problems[0].remedy
        assert await spent(either_runtime) == await written(either_runtime) == NANO
        assert await kept_answer(either_runtime, question(10)) is None

    run(story())


def test_of_50_at_once_one_takes_what_is_left(either_runtime: Runtime) -> None:
    async def story() -> None:
        for number in range(9):
            await spend_budget(either_runtime, question(number), TENTH)
        answers = await tried(either_runtime, [question(100 + n) for n in range(50)], TENTH)
        assert answers.count(None) == 1
        assert sum(isinstance(one, BudgetSpentError) for one in answers) == 49
        assert await spent(either_runtime) == await written(either_runtime) == NANO

    run(story())


def test_what_is_spent_is_spent_after_a_restart(either_url: str, either_runtime: Runtime) -> None:
    async def story() -> None:
        for number in range(9):
            await spend_budget(either_runtime, question(number), TENTH)
        again = replace(either_runtime, database=open_database(either_url))
        try:
            answers = await tried(again, [question(100 + n) for n in range(50)], TENTH)
            assert answers.count(None) == 1
            assert await remaining_budget(again, RECIPIENT, "division:37", NANO) == 0
        finally:
            again.database.close()

    run(story())


def test_two_processes_at_once_never_spend_more_than_there_is(
    either_url: str, either_runtime: Runtime
) -> None:
    async def story() -> None:
        other = replace(either_runtime, database=open_database(either_url))
        try:
            many = [question(number) for number in range(50)]
            halves = await asyncio.gather(
                tried(either_runtime, many[:25], TENTH), tried(other, many[25:], TENTH)
            )
            assert [*halves[0], *halves[1]].count(None) == 10
            assert await spent(either_runtime) == NANO
        finally:
            other.database.close()

    run(story())


def test_the_same_question_at_once_is_paid_once(either_runtime: Runtime) -> None:
    async def story() -> None:
        answers = await tried(either_runtime, [question()] * 50, TENTH)
        assert answers.count(None) == 1
        assert sum(isinstance(one, UnavailableError) for one in answers) == 49
        assert await spent(either_runtime) == TENTH.nano

    run(story())


def test_the_first_answer_stands_and_costs_nothing_more(either_runtime: Runtime) -> None:
    async def story() -> None:
        assert await spend_budget(either_runtime, question(), TENTH) is None
        assert await keep_answer(either_runtime, question(), ANSWER) == ANSWER
        assert await keep_answer(either_runtime, question(), {"statistics": []}) == ANSWER
        elsewhere = question(data_request_id="request_2")
        for asked in [question(), elsewhere] * 20:
            assert await spend_budget(either_runtime, asked, TENTH) == ANSWER
        assert await spent(either_runtime) == TENTH.nano

    run(story())


def test_another_question_has_another_answer(runtime: Runtime) -> None:
    async def story() -> None:
        await spend_budget(runtime, question(), TENTH)
        await keep_answer(runtime, question(), ANSWER)
        for other in (
            question(1), question(version="90d:2"), question(division="3701"),
            question(recipient_id="recipient_2"),
            replace(question(), cohort=Cohort("370102", (OrgId("school"),))),
            replace(question(), cohort=Cohort("370102", (), ("05",))),
        ):  # fmt: skip
            assert await kept_answer(runtime, other) is None
            assert await spend_budget(runtime, other, TENTH) is None

    run(story())


def test_cohorts_that_share_a_pupil_draw_from_one_budget(runtime: Runtime) -> None:
    """A pupil of a school is in the county's, the city's and the province's cohort too."""

    async def story() -> None:
        school = replace(question(1), cohort=Cohort("370102", (OrgId("school"),), ("05",)))
        half = Cost(NANO // 2, NANO)
        await spend_budget(runtime, school, half)
        await spend_budget(runtime, question(2, "3701"), half)
        for division in ("37", "3701", "370102", "370103"):
            with pytest.raises(BudgetSpentError):
                await spend_budget(runtime, question(3, division), Cost(2, NANO))
        await spend_budget(runtime, question(3, "110101"), half)  # nobody of 37 is in it
        await spend_budget(runtime, question(3, recipient_id="recipient_2"), half)

    run(story())


@pytest.mark.parametrize("division", ["37", "3701", "370102", "370199"])
def test_containment_is_by_province(division: str) -> None:
    assert population_of(Cohort(division)) == "division:37"


def test_a_draw_that_failed_is_paid_for_and_may_be_tried_again_later(
    either_runtime: Runtime, clock: HandClock
) -> None:
    async def story() -> None:
        await spend_budget(either_runtime, question(), TENTH)  # and then the process died
        with pytest.raises(UnavailableError):
            await spend_budget(either_runtime, question(), TENTH)
        clock.now += timedelta(minutes=11)
        answers = await tried(either_runtime, [question()] * 50, TENTH)
        assert answers.count(None) == 1
        assert await spent(either_runtime) == 2 * TENTH.nano  # no refund
        await keep_answer(either_runtime, question(), ANSWER)
        assert await spend_budget(either_runtime, question(), TENTH) == ANSWER

    run(story())


def test_a_lowered_limit_refuses_and_says_nothing_is_left(runtime: Runtime) -> None:
    async def story() -> None:
        await spend_budget(runtime, question(), Cost(NANO, NANO))
        with pytest.raises(BudgetSpentError, match=r"上限 0\.5，还剩 0"):
            await spend_budget(runtime, question(1), Cost(2, NANO // 2))

    run(story())


def test_a_refusal_is_a_denial_that_takes_nothing(runtime: Runtime) -> None:
    async def story() -> None:
        with pytest.raises(DeniedError, match=r"需要 ε=1\.1，上限 1，还剩 1"):
            await spend_budget(runtime, question(), Cost(nano_epsilon("1.1"), NANO))
        assert await spent(runtime) == await written(runtime) == 0
        assert await runtime.database.read(sa.select(noisy_answer)) == []

    run(story())


def test_a_kept_answer_is_sealed_and_bound_to_its_question(runtime: Runtime) -> None:
    async def story() -> None:
        for number in (1, 2):
            await spend_budget(runtime, question(number), TENTH)
        await keep_answer(runtime, question(1), ANSWER)
        await keep_answer(runtime, question(2), {"statistics": []})
        rows = await runtime.database.read(sa.select(noisy_answer))
        assert all(b"count" not in row.sealed for row in rows)

        def swap(connection: sa.Connection) -> None:
            one, other = rows
            connection.execute(
                noisy_answer.update()
                .where(noisy_answer.c.tag == one.tag)
                .values(sealed=other.sealed)
            )

        await runtime.database.write(swap)
        opened = [await _opens(runtime, question(number)) for number in (1, 2)]
        assert sorted(opened) == [False, True]

    run(story())


async def _opens(runtime: Runtime, asked: Question) -> bool:
    try:
        return await kept_answer(runtime, asked) is not None
    except KeyUnavailableError:
        return False


def test_nobody_can_write_a_negative_budget(either_runtime: Runtime) -> None:
    def refill(connection: sa.Connection) -> None:
        connection.execute(budget.update().values(spent=-1))

    async def story() -> None:
        await spend_budget(either_runtime, question(), TENTH)
        with pytest.raises((sa.exc.IntegrityError, ConflictError)):
            await either_runtime.database.write(refill)
        assert await spent(either_runtime) == TENTH.nano

    run(story())
