"""Mask completion: how many of a known list stand behind a mask? 6+4 names, 1+2 is no hiding."""

import random
from collections import Counter
from collections.abc import Callable

import polars as pl
import pytest

import anonymize
from anonymize.fields.numbers import check_character
from anonymize.plan.plan import Plan
from kernel.errors import InvalidError
from tests.attacks.anonymize.cohort import KEY, cohort

MASKED = Plan.parse({
    "version": 1,
    "fields": {"document_number": "mask:document_number", "guardian1_phone": "mask:phone"},
})  # fmt: skip
Mask = Callable[[str], str]


def ours(name: str) -> Mask:
    return lambda value: anonymize.record({name: value}, MASKED, key=KEY)[name]


def customary(head: int, tail: int) -> Mask:
    return lambda value: value[:head] + "*" * (len(value) - head - tail) + value[-tail:]


def county_list() -> pl.DataFrame:
    """Pupils with ID numbers as offices give them: invented ones count up from 001 each day."""
    frame, draw = cohort(20_000), random.Random(5)  # noqa: S311  repeatable, no secret
    bodies = [
        f"{division}{born}{draw.randrange(1000):03}"
        for division, born in frame.select("division", "birth_date").iter_rows()
    ]
    numbers = [body + check_character(body) for body in bodies]
    return frame.with_columns(pl.Series("document_number", numbers))


def school_classes() -> list[pl.DataFrame]:
    """Class lists of 30 and more, as parents hold them."""
    frame = county_list()
    keys = ["school_code", "grade", "class_name"]
    return [part for _, part in frame.group_by(keys, maintain_order=True) if part.height >= 30]


def named(lists: list[pl.DataFrame], name: str, mask: Mask) -> float:
    """Return the share of pupils who alone stand behind their mask in the list of their class."""
    alone = everybody = 0
    for one in lists:
        found = Counter(mask(value) for value in one[name])
        alone += sum(many == 1 for many in found.values())
        everybody += one.height
    return alone / everybody


def test_a_class_list_completes_six_and_four_always() -> None:
    """The control; 3+4 of a guardian's phone likewise."""
    lists = school_classes()
    assert len(lists) > 50
    assert named(lists, "document_number", customary(6, 4)) > 0.97
    assert named(lists, "guardian1_phone", customary(3, 4)) > 0.97


@pytest.mark.parametrize("name", ["document_number", "guardian1_phone"])
def test_a_class_list_still_completes_our_masks_too_often_for_them_to_be_anonymous(
    name: str,
) -> None:
    """Bound: three of four. A mask serves to recognize; it is labelled 去标识化, never 匿名化."""
    assert named(school_classes(), name, ours(name)) < 0.75
    assert MASKED.label == "去标识化"


def test_a_county_list_stands_behind_our_mask_by_the_dozen() -> None:
    """Who holds no class list but that of a county: 6+4 names most, ours nobody."""
    frame = county_list()
    county = frame.filter(pl.col("division") == frame["division"].mode()[0])
    assert county.height > 1000
    assert named([county], "document_number", customary(6, 4)) > 0.5
    assert named([county], "document_number", ours("document_number")) == 0


@pytest.mark.parametrize("form", ["mask:document_number:6+4", "mask:student_number:6+4"])
def test_the_customary_mask_cannot_be_written_in_a_plan(form: str) -> None:
    with pytest.raises(InvalidError, match="约 33 个"):
        Plan.parse({"version": 1, "fields": {form.split(":")[1]: form}})
