"""Attacks on single fields, each with its control: it works on what is not protected."""

import hmac
from collections import Counter
from datetime import date, timedelta
from itertools import permutations

import pytest

import anonymize
from anonymize.fields import preserving
from anonymize.fields.ff1 import FF1
from anonymize.fields.numbers import check_character, pseudonym
from anonymize.plan.plan import Plan
from kernel.errors import InvalidError

KEY = b"thirty-two bytes of a secret key"
OTHER = b"another recipient's secret key.."
AREA = "440106"


def number(day: int, sequence: int) -> str:
    body = f"{AREA}{date(2011, 9, 1) + timedelta(day):%Y%m%d}{sequence:03}"
    return body + check_character(body)


COHORT = [number(day, sequence) for day in range(365) for sequence in (21, 22)]
PLAN = Plan.parse({
    "version": 2,
    "fields": {
        "document_number": "format_preserving:document_number",
        "student_number": "format_preserving:student_number",
    },
})  # fmt: skip


def test_a_dictionary_of_citizen_numbers_meets_no_encrypted_one() -> None:
    """The attacker encrypts every number of the county under keys that he can guess."""
    victim = COHORT[17]
    leaked = anonymize.record({"document_number": victim}, PLAN, key=KEY)["document_number"]
    for guess in (bytes(16), b"xueyin xueyin xueyin", OTHER):
        rule = preserving.RULES["document_number"](guess)
        assert leaked not in {rule(candidate) for candidate in COHORT}
    rule = preserving.RULES["document_number"](KEY)
    # The control: the key alone opens it.
    assert [candidate for candidate in COHORT if rule(candidate) == leaked] == [victim]


def test_encrypting_the_sequence_alone_names_the_pupil() -> None:
    """Why the whole number is encrypted: three digits have 10^3 values, and the rest is raw."""
    table = [hmac.digest(KEY, bytes((n % 256, n // 256)), "sha256") for n in range(1000)]
    order = sorted(range(1000), key=lambda n: table[n])

    def partly(citizen: str) -> str:
        return citizen[:14] + f"{order[int(citizen[14:17])]:03}"

    victim = COHORT[100]
    born_that_day = [one for one in COHORT if partly(one)[:14] == partly(victim)[:14]]
    assert len(born_that_day) == 2  # the control: a birthday leaves two pupils of the county
    rule = preserving.RULES["document_number"](KEY)
    shown = Counter((rule(one) or "")[:10] for one in COHORT)
    assert len(shown) > 700  # ours: pupils of one day and county share no beginning
    assert max(shown.values()) < 3


def test_a_g_number_of_one_recipient_does_not_join_an_id_number_of_another() -> None:
    """Linkage of two releases: one has the ID number, the other the 学籍号, which contains it."""
    for make in (pseudonym, lambda value, key: _encrypted(value, key)):
        one = {make(citizen, KEY) for citizen in COHORT}
        two = {make("G" + citizen, OTHER) for citizen in COHORT}
        assert not one & two
        assert one == {make("G" + citizen, KEY) for citizen in COHORT}  # the control: one key joins


def _encrypted(value: str, key: bytes) -> str | None:
    style = "student_number" if value[0] == "G" else "document_number"
    return (preserving.RULES[style](key)(value) or "").removeprefix("G")


SCHOOLS = {"第一中学": 900, "第二中学": 500, "实验小学": 300, "特殊教育学校": 40}


def test_ranks_of_frequency_open_keyed_tokens_of_schools_so_the_plan_refuses_them() -> None:
    column = [school for school, pupils in SCHOOLS.items() for _ in range(pupils)]
    tokens = [hmac.digest(KEY, school.encode(), "sha256") for school in column]
    public = [school for school, _ in sorted(SCHOOLS.items(), key=lambda item: -item[1])]
    ranked = [token for token, _ in Counter(tokens).most_common()]
    opened = dict(zip(ranked, public, strict=True))
    # The control: sizes of schools are public, and every token is read without the key.
    assert [opened[token] for token in tokens] == column
    for form in ("pseudonym", "format_preserving:student_number"):
        with pytest.raises(InvalidError, match="按频次即可还原"):
            Plan.parse({"version": 2, "fields": {"school_name": form}})


def test_a_codebook_of_known_pupils_completes_a_small_domain_so_it_is_refused() -> None:
    """Who knows all pupils of a class but one knows the last one's grade, seat or sex."""
    seats = list(range(4))
    keyed = next(iter(permutations(seats)))[::-1]
    known = {seat: keyed[seat] for seat in seats[:-1]}
    left = set(seats) - set(known.values())
    assert left == {keyed[seats[-1]]}  # the control: nothing is hidden of the last one

    with pytest.raises(InvalidError, match="不足一百万"):
        FF1(bytes(32)).encrypt("3")
