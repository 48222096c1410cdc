"""Guessing is slow for strangers, and they cannot shut anybody out."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from identity.accounts.domain.limits import Limit, Lockout
from identity.accounts.domain.policy import AccountPolicy
from identity.accounts.usecases.hasher import HashSettings
from identity.accounts.usecases.services import AccountServices
from kernel.errors import (
    SignInRequiredError,
    TooManyError,
    UnavailableError,
    XueyinError,
)
from kernel.principal import Role
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.accounts.people import (
    PASSWORD,
    WRONG,
    enter,
    failures,
    hire,
    make_services,
)


async def tried(services: AccountServices, password: str) -> str:
    try:
        await enter(services, "reviewer", password)
    except XueyinError as error:
        return error.code
    return "in"


def test_five_wrong_passwords_lock_for_fifteen_minutes_also_the_right_one(
    services: AccountServices, clock: HandClock
) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        await failures(services, 5, "reviewer")
        with pytest.raises(TooManyError):
            await enter(services, "reviewer")
        clock.forward(minutes=14, seconds=59)
        with pytest.raises(TooManyError):
            await enter(services, "reviewer")
        clock.forward(seconds=1)
        await enter(services, "reviewer")

    asyncio.run(story())


def test_of_fifty_parallel_guesses_at_most_five_are_evaluated(services: AccountServices) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        codes = await asyncio.gather(*(tried(services, f"{WRONG} {n}") for n in range(50)))
        assert codes.count("sign_in_required") == 5
        assert codes.count("too_many") == 45

    asyncio.run(story())


def test_a_success_forgets_earlier_failures_of_the_account(services: AccountServices) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        for _ in range(3):
            await failures(services, 4, "reviewer")
            await enter(services, "reviewer")

    asyncio.run(story())


def test_a_device_that_signed_in_before_gets_in_while_strangers_lock_the_account(
    services: AccountServices,
) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        first = await enter(services, "reviewer")
        await failures(services, 5, "reviewer", address="203.0.113.9")
        with pytest.raises(TooManyError):
            await enter(services, "reviewer")
        await enter(services, "reviewer", device_cookie=first.device_cookie)

    asyncio.run(story())


def test_a_known_device_is_itself_limited_and_its_old_secret_is_worth_nothing(
    services: AccountServices,
) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        first = await enter(services, "reviewer")
        second = await enter(services, "reviewer", device_cookie=first.device_cookie)
        await failures(services, 5, "reviewer", device_cookie=second.device_cookie)
        with pytest.raises(TooManyError):
            await enter(services, "reviewer", device_cookie=second.device_cookie)
        await failures(services, 5, "reviewer", device_cookie=first.device_cookie)
        with pytest.raises(TooManyError):
            await enter(services, "reviewer", device_cookie=first.device_cookie)

    asyncio.run(story())


def test_a_shared_device_stays_known_to_everybody_who_used_it(services: AccountServices) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        await hire(services, Role.AUDITOR)
        first = await enter(services, "reviewer")
        second = await enter(services, "auditor", device_cookie=first.device_cookie)
        await failures(services, 5, "reviewer")
        await enter(services, "reviewer", device_cookie=second.device_cookie)

    asyncio.run(story())


def test_one_address_gets_at_most_a_hundred_guesses_an_hour_over_all_accounts(
    services: AccountServices, clock: HandClock
) -> None:
    async def story() -> int:
        evaluated = 0
        for minute in range(60):
            for n in range(5):
                try:
                    await enter(services, f"user{minute}-{n}", WRONG)
                except SignInRequiredError:
                    evaluated += 1
                except TooManyError:
                    pass
            clock.forward(minutes=1)
        return evaluated

    assert asyncio.run(story()) <= 100


def test_hosts_of_one_ipv6_network_count_as_one(services: AccountServices) -> None:
    async def story() -> None:
        for n in range(25):
            await failures(services, 1, f"user{n}", address=f"2001:db8::{n + 1:x}")
        with pytest.raises(TooManyError):
            await enter(services, "user99", WRONG, address="2001:db8::ffff")
        await failures(services, 1, "user99", address="2001:db8:0:1::1")

    asyncio.run(story())


def test_a_whole_class_signs_in_from_one_address(runtime: Runtime) -> None:
    lockout = Lockout(address=Limit(3, timedelta(minutes=15), timedelta(minutes=15)))
    services = make_services(runtime, policy=AccountPolicy(lockout=lockout))

    async def story() -> None:
        for n in range(8):
            await hire(services, Role.REVIEWER, f"user{n}")
        entered = await asyncio.gather(*(enter(services, f"user{n}") for n in range(8)))
        assert len({one.session_cookie for one in entered}) == 8

    asyncio.run(story())
    services.hasher.close()


def test_a_full_queue_refuses_at_once(runtime: Runtime) -> None:
    services = make_services(
        runtime, settings=HashSettings(memory_kib=8, passes=1, at_once=1, waiting=2)
    )

    async def story() -> list[str]:
        await hire(services, Role.REVIEWER)
        return await asyncio.gather(*(tried(services, PASSWORD) for _ in range(10)))

    codes = asyncio.run(story())
    services.hasher.close()
    assert codes.count("in") == 3
    assert codes.count(UnavailableError.code) == 7


def test_a_clock_set_back_does_not_unlock(services: AccountServices, clock: HandClock) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        await failures(services, 5, "reviewer")
        clock.forward(hours=-1)
        with pytest.raises(TooManyError):
            await enter(services, "reviewer")

    asyncio.run(story())


def test_a_limit_that_would_lock_people_out_for_longer_cannot_be_set() -> None:
    with pytest.raises(ValueError, match="15 minutes"):
        Limit(5, timedelta(minutes=15), timedelta(minutes=16))
    assert replace(Limit(5, timedelta(minutes=15), timedelta(minutes=15)), attempts=3).attempts == 3
