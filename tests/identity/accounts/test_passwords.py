"""Which passwords are accepted, and how they are changed."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from identity.accounts.domain.password import (
    PROFILES,
    initial_password,
    is_outworn,
    problems,
)
from identity.accounts.usecases.install_account import install_account
from identity.accounts.usecases.issued import Wanted
from identity.accounts.usecases.services import AccountServices
from kernel.ids import PersonId
from kernel.principal import Role
from tests.conftest import HandClock
from tests.identity.accounts.people import BUREAU, PASSWORD, WRONG, enter, hire
from tests.identity.accounts.site import form_token, sign_in, site

MLPS, ASVS = PROFILES["gbt22239-l3"], PROFILES["asvs5-l2"]
NEW = "Otter-Cloud-47-Spoon"


@pytest.mark.parametrize(
    "password",
    ["short1A!", "alllowercaseletters", "Password123!", "aaaaaaaaaaA1", "x" * 129, "Zhangsan-2026"],
)
def test_mlps_level_3_refuses(password: str) -> None:
    assert problems(password, MLPS, ("zhangsan", "张三"))


@pytest.mark.parametrize(
    "password",
    ["1234567", "12345678", "abcdefgh", "woaini1314", "Iloveyou!", "qwertyuiop", "zhangsan1"],
)
def test_asvs_level_2_refuses(password: str) -> None:
    assert problems(password, ASVS, ("zhangsan",))


def test_asvs_asks_for_no_kinds_of_characters_and_mlps_does() -> None:
    """ASVS 5.0 V6.2.5 against GB/T 22239-2019 8.1.4.1 a: a profile each."""
    words = "correct horse battery staple"
    assert problems(words, ASVS, ()) == ()
    assert [p.field for p in problems(words, MLPS, ())] == ["new_password"]
    assert problems("正确的马电池订书钉", ASVS, ()) == ()


def test_only_mlps_asks_for_a_new_password_from_time_to_time() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert not is_outworn(start, MLPS, start + timedelta(days=89))
    assert is_outworn(start, MLPS, start + timedelta(days=90))
    assert not is_outworn(start, ASVS, start + timedelta(days=9000))


@given(st.binary(min_size=64, max_size=64))
def test_every_one_time_password_satisfies_every_profile(seed: bytes) -> None:
    supply = iter(seed * 64)

    def entropy(count: int) -> bytes:
        return bytes(next(supply) for _ in range(count))

    try:
        password = initial_password(entropy)
    except (StopIteration, RuntimeError):
        return  # only bytes that must be dropped
    assert re.fullmatch(r"[A-Z][a-z2-9]{3}-[a-z2-9]{4}-[a-z2-9]{3}[2-9]", password)
    assert not {"0", "1", "i", "l", "o"} & set(password)
    if len(set(password)) > 6:
        assert problems(password, MLPS, ()) == ()


@pytest.fixture
def browser(services: AccountServices) -> Iterator[TestClient]:
    asyncio.run(hire(services, Role.REVIEWER))
    with site(services) as made:
        yield made


def change(browser: TestClient, old: str, new: str, again: str | None = None) -> tuple[int, str]:
    form = {
        "csrf": form_token(browser, "/account/password"), "old_password": old,
        "new_password": new, "again": new if again is None else again, "next": "/reviews",
    }  # fmt: skip
    answer = browser.post("/account/password", data=form)
    return answer.status_code, answer.headers.get("location", answer.text)


def test_a_change_ends_every_other_session_and_the_old_password(
    services: AccountServices, browser: TestClient
) -> None:
    with site(services) as other:
        sign_in(other, "reviewer")
        sign_in(browser, "reviewer")
        before = browser.cookies["xueyin"]
        assert change(browser, PASSWORD, NEW) == (303, "/reviews")
        assert browser.cookies["xueyin"] != before
        assert browser.get("/whoami").status_code == 200
        assert other.get("/whoami").status_code == 401
        assert sign_in(other, "reviewer", PASSWORD).status_code == 401
        assert sign_in(other, "reviewer", NEW).status_code == 303


def test_a_stolen_session_is_no_free_place_to_guess_the_password(browser: TestClient) -> None:
    sign_in(browser, "reviewer")
    codes = [change(browser, WRONG, NEW)[0] for _ in range(6)]
    assert codes == [401] * 5 + [429]
    browser.cookies.delete("xueyin-device")
    assert sign_in(browser, "reviewer").status_code == 303


def test_every_fault_of_a_new_password_is_named_and_the_session_stays(browser: TestClient) -> None:
    sign_in(browser, "reviewer")
    status, text = change(browser, PASSWORD, "reviewer", "else")
    assert status == 422
    for message in ("长度", "至少 3 类", "包含账号", "不一致"):
        assert message in text
    status, text = change(browser, PASSWORD, PASSWORD)
    assert status == 422
    assert "最近 5 次" in text
    assert browser.get("/whoami").status_code == 200


def test_the_last_five_passwords_do_not_come_again(browser: TestClient) -> None:
    sign_in(browser, "reviewer")
    used = [PASSWORD, *(f"Otter-Cloud-{n}7-Spoon" for n in range(5))]
    for old, new in pairwise(used):
        assert change(browser, old, new)[0] == 303
    for earlier in used[1:]:
        assert change(browser, used[-1], earlier)[0] == 422
    assert change(browser, used[-1], PASSWORD)[0] == 303


def test_until_a_one_time_password_is_changed_nothing_else_is_open(
    services: AccountServices,
) -> None:
    wanted = Wanted("newcomer", "新人", frozenset({Role.ADMINISTRATOR}), PersonId("p"), BUREAU)
    issued = asyncio.run(install_account(services, wanted))
    with site(services) as browser:
        answer = sign_in(browser, "newcomer", issued.password, "/admin/accounts")
        assert answer.headers["location"] == "/account/password?next=%2Fadmin%2Faccounts"
        for path in ("/whoami", "/admin/accounts"):
            assert browser.get(path).status_code == 401
        token = form_token(browser, "/account/password")
        assert browser.post("/admin/accounts", data={"csrf": token}).status_code == 401
        assert change(browser, issued.password, "")[0] == 422
        assert browser.get("/whoami").status_code == 401
        assert change(browser, issued.password, NEW)[0] == 303
        assert browser.get("/whoami").status_code == 200


def test_an_old_password_must_be_changed_at_the_next_sign_in(
    services: AccountServices, clock: HandClock
) -> None:
    async def story() -> None:
        await hire(services, Role.REVIEWER)
        clock.forward(days=89)
        assert not (await enter(services, "reviewer")).must_change
        clock.forward(days=1)
        assert (await enter(services, "reviewer")).must_change

    asyncio.run(story())
