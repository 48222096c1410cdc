"""Refusals have a stable code, a message, its field, the rule and the remedy."""

import asyncio
from itertools import combinations

import pytest
from starlette.requests import Request

from kernel import errors
from kernel.errors import DeniedError, InvalidError, Problem, SignInRequiredError, XueyinError
from kernel.http import caller, read_form
from kernel.ids import AccountId, PersonId, new_id
from kernel.principal import Principal, Role

FAMILY = [
    one
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, XueyinError) and one is not XueyinError
]


def test_every_refusal_has_a_code_of_its_own() -> None:
    assert len(FAMILY) == 8
    assert all(one.code != other.code for one, other in combinations(FAMILY, 2))


@pytest.mark.parametrize("kind", FAMILY)
def test_a_refusal_tells_message_field_rule_and_remedy(kind: type[XueyinError]) -> None:
    error = kind("错了", field="grade", rule="第二十四条", remedy="改正")
    assert error.as_dict() == {
        "code": kind.code,
        "title": "错了",
        "problems": [{"message": "错了", "field": "grade", "rule": "第二十四条", "remedy": "改正"}],
    }
    assert 400 <= kind.status < 600
    assert str(error) == "错了"


def test_one_refusal_carries_all_problems() -> None:
    problems = (Problem("甲", "a"), Problem("乙", "b"))
    error = InvalidError.of(problems)
    assert (type(error), error.problems) == (InvalidError, problems)


def request(principal: Principal | None, csrf: str, body: bytes = b"") -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    scope = {
        "type": "http", "method": "POST", "headers": headers,
        "state": {"principal": principal, "csrf": csrf},
    }  # fmt: skip
    return Request(scope, receive)


def person(*roles: Role) -> Principal:
    return Principal(AccountId("a"), PersonId("p"), frozenset(roles), "王")


def test_nobody_is_asked_to_sign_in() -> None:
    with pytest.raises(SignInRequiredError):
        caller(request(None, "t"))


@pytest.mark.parametrize("role", Role)
def test_no_role_implies_another(role: Role) -> None:
    assert caller(request(person(role), "t"), role).roles == {role}
    for other in set(Role) - {role}:
        with pytest.raises(DeniedError):
            caller(request(person(role), "t"), other)


@pytest.mark.parametrize(
    ("expected", "body"),
    [("token", b""), ("token", b"csrf="), ("token", b"csrf=other"), ("", b"csrf="), ("", b"")],
)
def test_a_form_without_the_browsers_own_token_is_refused(expected: str, body: bytes) -> None:
    with pytest.raises(DeniedError):
        asyncio.run(read_form(request(None, expected, body)))


def test_a_form_with_the_browsers_token_is_read() -> None:
    form = asyncio.run(read_form(request(None, "token", b"csrf=token&a=1")))
    assert form["a"] == "1"


def test_an_id_is_128_random_bits_behind_its_kind() -> None:
    assert new_id("student", lambda length: b"\xab" * length) == "student_" + "ab" * 16
    assert len({new_id("x") for _ in range(1000)}) == 1000
