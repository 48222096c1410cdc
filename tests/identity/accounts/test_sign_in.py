"""Who gets in, who does not, and what a stranger can learn or break."""

import asyncio

import pytest
import sqlalchemy as sa

from identity.accounts.store.tables import attempt, security_event
from identity.accounts.usecases.hasher import HashSettings
from identity.accounts.usecases.install_account import install_account
from identity.accounts.usecases.issued import Wanted
from identity.accounts.usecases.seal_account import seal_dormant, unseal_account
from identity.accounts.usecases.services import AccountServices
from kernel.errors import (
    DeniedError,
    SignInRequiredError,
    TooManyError,
)
from kernel.ids import PersonId
from kernel.principal import Role
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.accounts.people import (
    BUREAU,
    PASSWORD,
    WRONG,
    enter,
    failures,
    hire,
    make_services,
)


def test_the_right_password_opens_a_session(services: AccountServices) -> None:
    async def story() -> None:
        person = await hire(services, Role.REVIEWER)
        entered = await enter(services, "  Reviewer ")
        assert entered.account.principal() == person
        assert not entered.must_change

    asyncio.run(story())


def test_an_unknown_user_and_a_wrong_password_get_the_same_answer(
    services: AccountServices,
) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        seen = []
        for username in ("reviewer", "nobody"):
            with pytest.raises(SignInRequiredError) as caught:
                await enter(services, username, WRONG)
            seen.append(caught.value.as_dict())
        assert seen[0] == seen[1]
        for username in ("reviewer", "nobody"):
            await failures(services, 4, username, address=f"2001:db8:{len(seen)}::1")
            with pytest.raises(TooManyError) as locked:
                await enter(services, username, WRONG)
            seen.append(locked.value.as_dict())
        assert seen[2] == seen[3]

    asyncio.run(story())


def test_a_sealed_account_tells_so_only_to_who_knows_the_password(
    services: AccountServices, clock: HandClock
) -> None:
    async def story() -> None:
        administrator = await hire(services, Role.ADMINISTRATOR)
        person = await hire(services, Role.REVIEWER)
        clock.forward(days=179)
        assert await seal_dormant(services) == 0
        clock.forward(days=1)
        await failures(services, 1, "reviewer")
        with pytest.raises(DeniedError, match="封存"):
            await enter(services, "reviewer")
        assert await seal_dormant(services) == 1  # the administrator; the reviewer is sealed
        await unseal_account(services, administrator, person.account_id)
        await enter(services, "reviewer")

    asyncio.run(story())


def test_an_initial_password_opens_nothing_and_expires(
    services: AccountServices, clock: HandClock
) -> None:
    async def story() -> None:
        wanted = Wanted(
            "newcomer", "新人", frozenset({Role.REVIEWER}), PersonId("person_new"), BUREAU
        )
        issued = await install_account(services, wanted)
        assert (await enter(services, "newcomer", issued.password)).must_change
        clock.forward(days=14)
        with pytest.raises(DeniedError, match="初始密码已过期"):
            await enter(services, "newcomer", issued.password)

    asyncio.run(story())


def test_hashes_are_renewed_when_the_parameters_change(runtime: Runtime) -> None:
    async def story() -> None:
        old = make_services(runtime)
        await hire(old, Role.REVIEWER)
        new = make_services(runtime, settings=HashSettings(memory_kib=16, passes=1))
        before = (await enter(new, "reviewer")).account.password_hash
        after = (await enter(new, "reviewer")).account.password_hash
        assert "m=8," in before
        assert "m=16," in after

    asyncio.run(story())


def test_neither_log_nor_counters_hold_what_was_typed(services: AccountServices) -> None:
    async def story() -> str:
        await hire(services, Role.REVIEWER)
        await failures(services, 1, "typed-my-password-here")
        await failures(services, 1, "reviewer")
        await enter(services, "reviewer")
        database = services.runtime.database
        rows = [
            *await database.read(sa.select(security_event)),
            *await database.read(sa.select(attempt)),
        ]
        return repr(rows)

    text = asyncio.run(story())
    assert "typed-my-password-here" not in text
    assert WRONG not in text
    assert PASSWORD not in text
    assert text.count("'refused'") == 2


def test_an_account_that_changes_between_check_and_session_is_not_let_in(
    services: AccountServices,
) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        real = services.hasher.verify

        async def slow(password: str, hashed: str) -> bool:
            fits = await real(password, hashed)
            await services.runtime.database.write(
                lambda held: held.exec_driver_sql("UPDATE identity_account SET state = 'sealed'")
            )
            return fits

        services.hasher.verify = slow  # type: ignore[method-assign]
        with pytest.raises(SignInRequiredError):
            await enter(services, "reviewer")

    asyncio.run(story())
