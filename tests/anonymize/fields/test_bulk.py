"""A whole column at a time gives what its values give one by one, whatever is among them."""

from datetime import date, timedelta

import polars as pl
import pytest

from anonymize.fields import bulk
from anonymize.fields.columns import transformed
from anonymize.fields.numbers import check_character
from anonymize.fields.value import transform
from anonymize.plan.treatment import Treatment

KEY = b"thirty-two bytes of a secret key"
FORMS = [
    "pseudonym", "format_preserving:phone", "format_preserving:document_number",
    "format_preserving:student_number",
]  # fmt: skip
AREAS = ("440106", "110105", "830000", "990101")
DAYS = [f"{date(1899, 12, 1) + timedelta(n * 37):%Y%m%d}" for n in range(2000)]
BODIES = [f"{AREAS[n % 4]}{day}{n % 1000:03}" for n, day in enumerate(DAYS)]
CITIZENS = [body + check_character(body) for body in BODIES]
ODD = [
    None, "", " ", "张三", "138 1234 5678", "+8613812345678", "020-87654321", "110105491231002",
    "11010519491231002x", "110105194912310021", "G11010519491231002X", "g11010519491231002x",
    "L440106201205040123", "J44010620120504012X", "440106201202300123", "440106209912310000",
    "440106210001010000", "E12345678", "zhang@qq.com", "1381234567", "１３８１２３４５６７８",
    "13812345678\n",
]  # fmt: skip
MIXED = pl.Series(
    "n",
    [
        *CITIZENS,
        *("G" + one for one in CITIZENS),
        *(f"1{3 + n % 7}{n:09}" for n in range(2000)),
        *ODD,
    ],
)


@pytest.mark.parametrize("form", FORMS)
def test_the_bulk_and_the_single_values_agree(form: str) -> None:
    treatment = Treatment.parse(form)
    one = transform(treatment, KEY)
    column = transformed(MIXED, treatment, KEY)
    singly = [None if not value or not value.strip() else one(value) for value in MIXED]
    assert column.values.to_list() == singly
    assert column.missing == 3
    assert column.malformed == sum(value is None for value in singly) - 3
    assert column.values.name == "n"


@pytest.mark.parametrize("form", FORMS)
def test_the_bulk_takes_most_of_a_clean_column(form: str) -> None:
    """The control: were nothing taken, the comparison above would prove nothing."""
    whole = bulk.rule(Treatment.parse(form), KEY)
    assert whole is not None
    assert whole(MIXED).null_count() < len(MIXED) - 1000


@pytest.mark.parametrize("form", FORMS)
def test_a_column_without_any_number_is_all_dropped(form: str) -> None:
    column = transformed(pl.Series("n", ["张三"] * 1500), Treatment.parse(form), KEY)
    assert column.values.null_count() == column.malformed == 1500


def test_forms_without_bulk_have_none() -> None:
    assert bulk.rule(Treatment.parse("mask:name"), KEY) is None
