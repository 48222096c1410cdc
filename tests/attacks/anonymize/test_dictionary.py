"""Dictionaries: the attacker holds a list of all numbers and tries each one against a release."""

import hashlib
from collections.abc import Callable

import polars as pl
import pytest

import anonymize
from anonymize.plan.plan import Plan
from tests.attacks.anonymize.cohort import KEY, cohort

OTHER = b"another recipient's secret key.."
GUESSES = (b"xueyin xueyin xueyin", bytes(16), OTHER)
NUMBERS = ("document_number", "student_number", "guardian1_phone")


def plan(form: str, *names: str) -> Plan:
    return Plan.parse({
        "version": 2,
        "fields": {
            name: f"{form}:{'phone' if 'phone' in name else name}" if form != "pseudonym" else form
            for name in names
        }
        | {"sex": "keep"},
        "table": {"k": 2, "quasi_identifiers": ["sex"]},
    })  # fmt: skip


def tokens(frame: pl.DataFrame, form: str, name: str, key: bytes) -> dict[str, str]:
    """Return token → number, as who holds the key would list them."""
    result = anonymize.run(frame, plan(form, name), key=key)
    numbers = frame[name].to_list()
    return {
        token: numbers[row]
        for token, row in zip(result.table[name].to_list(), result.kept, strict=True)
    }


@pytest.mark.parametrize("name", NUMBERS)
def test_a_list_of_all_numbers_opens_bare_hashes(name: str) -> None:
    """The control: unkeyed, even with a salt that is known, each of a list is opened."""
    numbers = cohort()[name].to_list()

    def hashed(number: str) -> str:
        return hashlib.sha256(b"salt" + number.encode()).hexdigest()

    released = {hashed(number) for number in numbers}
    assert sum(hashed(number) in released for number in numbers) == len(numbers)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("form", ["pseudonym", "format_preserving"])
def test_a_list_of_all_numbers_opens_no_keyed_token(form: str, name: str) -> None:
    frame = cohort()
    released = tokens(frame, form, name, KEY)
    for guess in GUESSES:
        assert not released.keys() & tokens(frame, form, name, guess).keys()
    assert not set(frame[name]) & released.keys()
    assert tokens(frame, form, name, KEY) == released  # the control: the key itself opens all


def joined(one: pl.Series, other: pl.Series, tidy: Callable[[str], str]) -> int:
    return len(set(map(tidy, one)) & set(map(tidy, other)))


@pytest.mark.parametrize("form", ["pseudonym", "format_preserving"])
def test_a_student_number_is_its_id_number_for_one_recipient_and_for_no_two(form: str) -> None:
    """A G number holds the ID number: raw they join, under two keys they do not."""
    frame = cohort()
    names = ("document_number", "student_number")
    number, student = (anonymize.run(frame, plan(form, one), key=KEY).table[one] for one in names)
    strange = anonymize.run(frame, plan(form, names[1]), key=OTHER).table[names[1]]

    def bare(token: str) -> str:
        return token.removeprefix("G")

    everybody = frame.height
    assert joined(frame[names[0]], frame[names[1]], bare) == everybody  # the control
    assert joined(number, student, bare) == everybody  # one recipient: the same pupil, one token
    assert joined(number, strange, bare) == joined(student, strange, bare) == 0
