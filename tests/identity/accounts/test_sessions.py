"""How long a session lives, and what ends it."""

import asyncio

import pytest
import sqlalchemy as sa

from identity.accounts.store.tables import account, session
from identity.accounts.usecases.browser import BrowserSession
from identity.accounts.usecases.forget_expired import forget_expired
from identity.accounts.usecases.load_session import load_session, load_session_by_id
from identity.accounts.usecases.seal_account import seal_account
from identity.accounts.usecases.services import AccountServices
from identity.accounts.usecases.sign_out import sign_out
from kernel.principal import Role
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.accounts.people import ADDRESS, enter, failures, hire, make_services, tamper


@pytest.mark.parametrize(
    ("role", "idle_minutes"), [(Role.REVIEWER, 30), (Role.ADMINISTRATOR, 15), (Role.PUPIL, 30)]
)
def test_an_idle_session_ends(
    services: AccountServices, clock: HandClock, role: Role, idle_minutes: int
) -> None:
    async def story() -> None:
        await hire(services, role)
        cookie = (await enter(services, role.value)).session_cookie
        clock.forward(minutes=idle_minutes, seconds=-1)
        assert await load_session(services, cookie)
        clock.forward(minutes=idle_minutes, seconds=-1)
        assert await load_session(services, cookie)
        clock.forward(minutes=idle_minutes)
        assert await load_session(services, cookie) is None

    asyncio.run(story())


def test_a_session_in_use_ends_after_eight_hours(
    services: AccountServices, clock: HandClock
) -> None:
    async def story() -> float:
        await hire(services, Role.REVIEWER)
        cookie = (await enter(services, "reviewer")).session_cookie
        start = clock.now
        while await load_session(services, cookie):
            clock.forward(minutes=10)
        return (clock.now - start).total_seconds()

    assert asyncio.run(story()) == 8 * 3600


def test_use_is_written_at_most_once_a_minute(services: AccountServices, clock: HandClock) -> None:
    async def story() -> int:
        await hire(services, Role.REVIEWER)
        cookie = (await enter(services, "reviewer")).session_cookie
        seen = set()
        for _ in range(120):
            clock.forward(seconds=1)
            await load_session(services, cookie)
            rows = await services.runtime.database.read(sa.select(session.c.last_seen_at))
            seen.add(rows[0].last_seen_at)
        return len(seen)

    assert asyncio.run(story()) == 3


def test_the_database_is_asked_once_in_three_seconds(
    services: AccountServices, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> int:
        await hire(services, Role.REVIEWER)
        cookie = (await enter(services, "reviewer")).session_cookie
        asked = 0
        database = services.runtime.database
        real = type(database).read

        async def counted(self: object, statement: object) -> object:
            nonlocal asked
            asked += 1
            return await real(self, statement)  # type: ignore[arg-type]

        monkeypatch.setattr(type(database), "read", counted)
        for _ in range(50):
            assert await load_session(services, cookie)
        clock.forward(seconds=3)
        assert await load_session(services, cookie)
        return asked

    assert asyncio.run(story()) == 2


def test_sealing_an_account_ends_its_sessions_at_once(services: AccountServices) -> None:
    async def story() -> None:
        administrator = await hire(services, Role.ADMINISTRATOR)
        person = await hire(services, Role.REVIEWER)
        cookie = (await enter(services, "reviewer")).session_cookie
        assert await load_session(services, cookie)
        await seal_account(services, administrator, person.account_id)
        assert await load_session(services, cookie) is None

    asyncio.run(story())


def test_a_change_made_by_another_process_counts_within_three_seconds(
    runtime: Runtime, clock: HandClock
) -> None:
    async def story() -> None:
        here, there = make_services(runtime), make_services(runtime)
        await hire(here, Role.REVIEWER)
        cookie = (await enter(here, "reviewer")).session_cookie
        assert await load_session(here, cookie)
        await sign_out(there, await load_session(there, cookie), cookie, ADDRESS)
        clock.forward(seconds=3)
        assert await load_session(here, cookie) is None

    asyncio.run(story())


def test_a_slow_read_cannot_bring_back_a_session_that_was_ended(
    services: AccountServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        cookie = (await enter(services, "reviewer")).session_cookie
        database = services.runtime.database
        real = type(database).read

        async def slow(self: object, statement: object) -> object:
            rows = await real(self, statement)  # type: ignore[arg-type]
            monkeypatch.setattr(type(database), "read", real)
            await sign_out(services, None, cookie, ADDRESS)
            return rows

        monkeypatch.setattr(type(database), "read", slow)
        await load_session(services, cookie)
        assert await load_session(services, cookie) is None

    asyncio.run(story())


def test_a_page_is_shown_though_the_database_cannot_write(
    services: AccountServices, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        cookie = (await enter(services, "reviewer")).session_cookie
        clock.forward(minutes=2)

        async def full(_self: object, _job: object) -> object:
            raise sa.exc.OperationalError("UPDATE", {}, OSError("disk full"))

        monkeypatch.setattr(type(services.runtime.database), "write", full)
        assert await load_session(services, cookie)
        clock.forward(minutes=30)
        assert await load_session(services, cookie) is None

    asyncio.run(story())


def test_roles_taken_away_in_the_database_are_gone_within_three_seconds(
    services: AccountServices, clock: HandClock
) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        entered = await enter(services, "reviewer")
        cookie = entered.session_cookie
        before = await load_session(services, cookie)
        assert before is not None
        assert before.principal is not None
        assert before.principal.roles == {Role.REVIEWER}
        await tamper(services, account.update().values(roles=[]))
        clock.forward(seconds=3)
        after = await load_session(services, cookie)
        assert after is not None
        assert after.principal is not None
        assert after.principal.roles == frozenset()
        kept = await load_session_by_id(services, entered.session.session_id)
        assert kept is not None
        assert kept.auth_time == entered.session.auth_time
        assert kept.amr == ("pwd",)

    asyncio.run(story())


def test_the_stored_session_cannot_be_used_as_a_cookie(services: AccountServices) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        entered = await enter(services, "reviewer")
        rows = await services.runtime.database.read(sa.select(session))
        stored = [rows[0].cookie_hash.hex(), rows[0].session_id, str(rows[0].cookie_hash)]
        assert entered.session_cookie not in repr(rows)
        for value in stored:
            assert await load_session(services, value) is None

    asyncio.run(story())


def test_a_browser_without_cookies_costs_no_database(
    services: AccountServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_self: object, _statement: object) -> object:
        raise AssertionError("the database was asked")

    async def story() -> None:
        monkeypatch.setattr(type(services.runtime.database), "read", never)
        asked = BrowserSession(services)
        for header in (None, "", "other=1", ";;=;", "xueyin", "xueyin-form=a.b"):
            known = await asked.identify(header)
            assert known.principal is None
            assert known.csrf == ""

    asyncio.run(story())


def test_only_what_has_ended_is_forgotten(services: AccountServices, clock: HandClock) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        await failures(services, 1, "reviewer")
        first = await enter(services, "reviewer")
        await failures(services, 5, "reviewer")
        assert await forget_expired(services) == 0
        clock.forward(hours=8, seconds=1)
        assert await forget_expired(services) == 1  # the session
        clock.forward(days=1)
        second = await enter(services, "reviewer", device_cookie=first.device_cookie)
        assert await forget_expired(services) == 2  # counts of the account and of the address
        assert await load_session(services, second.session_cookie)
        clock.forward(days=89)
        assert await forget_expired(services) == 1
        await enter(services, "reviewer", device_cookie=second.device_cookie)

    asyncio.run(story())
