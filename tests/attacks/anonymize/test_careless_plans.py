"""What a careless or sly author of a plan might try, and what a table might hide from it."""

from collections import Counter

import polars as pl
import pytest

import anonymize
from anonymize.plan.plan import Plan
from kernel.errors import InvalidError
from tests.attacks.anonymize.cohort import FORMS, KEY, QUASI, cohort, plan, released

FREQUENT = Plan.parse({
    "version": 1,
    "fields": {"school_code": "pseudonym", "sex": "keep"},
    "direct_identifiers": ["school_code"],
    "table": {"k": 2, "quasi_identifiers": ["sex"]},
})  # fmt: skip


def test_k_counts_pupils_so_a_table_with_several_rows_of_one_is_refused() -> None:
    """Five check-ups of one pupil are five rows of one class, and of one pupil."""
    visits = pl.concat([cohort(300)] * 5)
    blind = visits.drop("student_number", "document_number")
    pupils = dict(enumerate(visits["student_number"]))
    result = released(blind, "mondrian")
    classes: dict[tuple[str, ...], set[str]] = {}
    for row, label in zip(result.kept, result.table.select(QUASI).iter_rows(), strict=True):
        classes.setdefault(label, set()).add(pupils[row])
    assert min(map(len, classes.values())) == 1  # the control: without a number nobody can know
    with pytest.raises(InvalidError, match="同一学生"):
        released(visits, "mondrian")


def test_tokens_of_schools_fall_to_frequency_however_the_plan_calls_them() -> None:
    """A plan that calls the school's code a direct identifier is believed by nobody."""
    frame = cohort()
    sizes = [code for code, _ in Counter(frame["school_code"]).most_common(3)]
    tokens = {code: hash((KEY, code)) for code in frame["school_code"].unique()}
    ranked = [
        token for token, _ in Counter(tokens[one] for one in frame["school_code"]).most_common(3)
    ]
    assert [tokens[code] for code in sizes] == ranked  # the control: ranks open any token
    with pytest.raises(InvalidError, match="频次"):
        anonymize.run(frame, FREQUENT, key=KEY)


def test_phones_that_siblings_share_are_no_frequency() -> None:
    document = {
        "version": 1, "fields": {"guardian1_phone": "pseudonym", "sex": "keep"},
        "table": {"k": 2, "quasi_identifiers": ["sex"]},
    }  # fmt: skip
    result = anonymize.run(cohort(), Plan.parse(document), key=KEY)
    assert result.table["guardian1_phone"].n_unique() < result.table.height


@pytest.mark.parametrize("column", ["document_number", "student_number", "phone"])
def test_an_identifier_under_another_name_does_not_leave_as_it_is(column: str) -> None:
    """The plan's list is of names; the values are looked at too."""
    frame = cohort().rename({column: "serial"})
    harmless = Plan.parse({
        "version": 1, "fields": {"serial": "keep", "sex": "keep"},
        "table": {"k": 2, "quasi_identifiers": ["sex"]},
    })  # fmt: skip
    with pytest.raises(InvalidError, match="serial"):
        anonymize.run(frame, harmless, key=KEY)
    codes = cohort().select("sex", pl.col("school_code").alias("serial"))
    assert anonymize.run(codes, harmless, key=KEY).table.height == codes.height  # other digits may


@pytest.mark.parametrize("name", ["姓名", "身份证号", "学籍号", "手机号码", "id_number", "mobile"])
def test_usual_other_names_of_identifiers_are_known(name: str) -> None:
    with pytest.raises(InvalidError, match="不能原样提供"):
        Plan.parse({"version": 1, "fields": {name: "keep"}})


def test_calling_what_everybody_knows_sensitive_makes_no_table_anonymous() -> None:
    """Without quasi-identifiers all rows are one class: k holds, and every row is unique."""
    document = plan("fixed").document()
    document["fields"] = FORMS
    document["table"] |= {"quasi_identifiers": [], "sensitive": sorted(FORMS)}
    sly = Plan.parse(document)
    result = anonymize.run(cohort(), sly, key=KEY)
    unique = (result.table.group_by(QUASI).len()["len"] == 1).sum()
    assert unique > 500  # the control: k = 5 is kept, and a birth month and district name the row
    assert result.report["least_k"] >= 5
    assert result.report["label"] == sly.label == "去标识化"


def left_out_pupil() -> pl.DataFrame:
    """Twenty pupils of one class and one of another, who is left out; the roll knows who."""
    return pl.DataFrame({
        "birth_date": ["20120501"] * 20 + ["20180501"], "division": ["130102"] * 21,
        "sex": ["男"] * 21, "health": ["健康"] * 14 + ["近视"] * 6 + ["糖尿病"],
    })  # fmt: skip


def test_no_figure_of_the_report_tells_the_health_of_who_was_left_out() -> None:
    """The report goes to the recipient. A distance from the whole table, to 16 digits, tells it."""
    frame = left_out_pupil()
    truth = frame["health"][-1]
    told = released(frame, "fixed")
    assert told.table.height == 20
    possible = []
    for guess in ("健康", "近视", "糖尿病"):
        world = frame.with_columns(pl.Series("health", [*frame["health"][:-1], guess]))
        whole, here = Counter(world["health"]), Counter(told.table["health"])
        distance = sum(max(here[one] / 20 - whole[one] / 21, 0) for one in whole)
        possible.append((guess, distance, released(world, "fixed").report))
    by_distance = {distance for _, distance, _ in possible}
    assert len(by_distance) == 3  # the control: the distance alone picks the health
    assert truth in {guess for guess, _, report in possible if report == told.report}
    assert all(report == told.report for _, _, report in possible)
