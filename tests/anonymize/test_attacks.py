"""Attacks on released values, each with its control: the attack works on what is not protected."""

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest

import anonymize
from anonymize.fields import masks
from anonymize.fields.numbers import check_character, pseudonym
from anonymize.plan.plan import Plan
from kernel.errors import InvalidError

COUNTY = "440106"
VICTIM_BODY = COUNTY + "20120504" + "123"
VICTIM = VICTIM_BODY + check_character(VICTIM_BODY)


def cohort(sequences: range) -> list[str]:
    """All ID numbers of a county and a school year (from 1 September) with these sequences."""
    days = [date(2011, 9, 1) + timedelta(days=n) for n in range(365)]
    bodies = [f"{COUNTY}{day:%Y%m%d}{number:03}" for day in days for number in sequences]
    return [body + check_character(body) for body in bodies]


def candidates(mask: Callable[[str], str | None], numbers: list[str]) -> int:
    shown = mask(VICTIM)
    return sum(mask(number) == shown for number in numbers)


def six_and_four(number: str) -> str:
    return number[:6] + "*" * 8 + number[-4:]


def test_completing_an_id_number_from_the_class_leaves_thousands_of_candidates() -> None:
    everyone = cohort(range(1000))
    assert 25 <= candidates(six_and_four, everyone) <= 40  # the control: 6+4 leaves some 33
    assert candidates(masks.document_number, everyone) >= 3000


def test_completing_a_phone_from_its_mask_leaves_far_more_than_three_and_four() -> None:
    def three_and_four(number: str) -> str:
        return number[:3] + "****" + number[-4:]

    numbers = [f"138{middle:04}{tail:04}" for middle in range(200) for tail in range(500)]
    control = Counter(map(three_and_four, numbers)).most_common(1)[0][1]
    ours = min(Counter(masks.phone(number) for number in numbers).values())
    assert control == 200
    assert ours >= 1000


def test_a_dictionary_breaks_a_bare_hash_but_no_keyed_pseudonym() -> None:
    key = b"thirty-two bytes of a secret key"
    dictionary = cohort(range(120, 126))
    leaked_hash = hashlib.sha256(VICTIM.encode()).hexdigest()
    assert [n for n in dictionary if hashlib.sha256(n.encode()).hexdigest() == leaked_hash] == [
        VICTIM
    ]
    leaked = pseudonym(VICTIM, key)
    guesses = (b"", b"xueyin", bytes(32), b"another recipient's key ........")
    for guess in guesses:
        assert leaked not in {pseudonym(number, guess) for number in dictionary}
    assert leaked in {pseudonym(number, key) for number in dictionary}  # the key alone opens it


def test_pseudonyms_of_two_recipients_do_not_join() -> None:
    pupils = cohort(range(1))
    one, two = ({pseudonym(n, bytes([who]) * 32) for n in pupils} for who in (1, 2))
    assert len(one) == len(two) == 365
    assert not one & two


def plan(k: int) -> Plan:
    return Plan.parse({
        "version": 1,
        "fields": {
            "birth_date": "generalize:birth_date:year", "sex": "keep", "division": "keep",
            "health": "keep",
        },
        "table": {
            "k": k, "quasi_identifiers": ["birth_date", "sex", "division"],
            "sensitive": ["health"], "suppression_limit": 0.2,
        },
    })  # fmt: skip


PUPILS = pl.DataFrame(
    {
        "birth_date": [f"{2008 + i % 5}{1 + i % 12:02}{1 + i % 28:02}" for i in range(600)],
        "sex": ["12"[i * 7 % 11 % 2] for i in range(600)],
        "division": [("440103", "440104", "440106")[i * i % 3] for i in range(600)],
        "health": [("10", "20", "30")[i % 3] for i in range(600)],
    }
)
QUASI = ["birth_date", "sex", "division"]


def matches(roll: pl.DataFrame, released: pl.DataFrame) -> list[int]:
    """How many released rows fit each person of the roll who fits any."""
    sizes = released.group_by(QUASI).len()
    return roll.join(sizes, on=QUASI, how="inner")["len"].to_list()


def test_a_public_roll_links_raw_rows_to_persons_but_no_released_row() -> None:
    """Prosecutor attack: the roll holds the name and the quasi-identifiers of everybody."""
    raw = matches(PUPILS, PUPILS)
    assert raw.count(1) > 100  # the control: many a person fits one row only
    released = anonymize.run(PUPILS, plan(5), key=b"").table
    coarse_roll = PUPILS.with_columns(pl.col("birth_date").str.slice(0, 4))
    assert min(matches(coarse_roll, released)) >= 5


def test_k_of_the_report_is_that_of_a_plain_count() -> None:
    result = anonymize.run(PUPILS, plan(5), key=b"")
    classes = Counter(result.table.select(QUASI).iter_rows())
    assert result.report["least_k"] == min(classes.values()) >= 5
    assert result.report["classes"] == len(classes)


def test_the_order_of_rows_links_no_two_releases() -> None:
    """Were rows in the order of the registry, row i of two releases would be one pupil."""
    one = anonymize.run(PUPILS, plan(2), key=b"")
    two = anonymize.run(PUPILS.sample(fraction=1, shuffle=True, seed=7), plan(2), key=b"")
    assert one.table.equals(two.table)
    assert list(one.kept) != sorted(one.kept)


def test_a_free_text_in_place_of_a_coded_value_never_leaves() -> None:
    """Canary: a value that a treatment does not know is dropped, in every field of the plan."""
    canary = "金丝雀13812345678"
    fields = {
        "name": "mask:name", "phone": "mask:phone", "email": "mask:email",
        "document_number": "mask:document_number", "student_number": "mask:student_number",
        "home_address": "mask:address", "birth_date": "generalize:birth_date:year",
        "grade": "generalize:grade:stage", "ethnicity": "generalize:ethnicity:han_or_other",
        "division": "generalize:division:city", "local_number": "pseudonym",
        "current_address": "generalize:address:county",
    }  # fmt: skip
    strict = Plan.parse({"version": 1, "fields": fields, "direct_identifiers": ["local_number"]})
    assert anonymize.record(dict.fromkeys(fields, canary), strict, key=bytes(32)) == {}


@pytest.mark.parametrize("field", ["name", "document_number", "student_number", "guardian1_phone"])
def test_no_caller_can_smuggle_a_raw_identifier_into_a_plan(field: str) -> None:
    for document in (
        {"version": 1, "fields": {field: "keep"}},
        {"version": 1, "fields": {field: "keep"}, "direct_identifiers": []},
        {"version": 1, "fields": {field: "keep"}, "table": {"k": 2, "quasi_identifiers": [field]}},
    ):
        with pytest.raises(InvalidError, match="不能原样提供"):
            Plan.parse(document)
