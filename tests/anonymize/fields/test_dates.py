"""Dates of one pupil move together; nobody's date moves, and no date that others know."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonymize
from anonymize.fields.dates import shift_of, shifted
from anonymize.plan.plan import Plan
from kernel.errors import InvalidError

KEY = b"thirty-two bytes of a secret key"
PUPIL = "G11010519491231002X"


def plan(**changes: object) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "version": 2,
        "fields": {"checkup": "date:shift:30", "vaccination": "date:shift:30", "sex": "keep"},
        "subject": "student_number",
    }
    return whole | changes


def refusal(document: dict[str, Any]) -> str:
    with pytest.raises(InvalidError) as refused:
        Plan.parse(document)
    return "；".join(problem.message for problem in refused.value.problems)


def days_between(one: str, two: str) -> int:
    return (date.fromisoformat(one) - date.fromisoformat(two)).days


@given(
    st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.dates(date(1950, 1, 1), date(2090, 1, 1)),
    st.integers(0, 10**9), st.integers(7, 366),
)  # fmt: skip
def test_distances_between_the_dates_of_a_pupil_stay(
    one: date, two: date, number: int, days: int
) -> None:
    document = plan(fields={"a": f"date:shift:{days}", "b": f"date:shift:{days}"})
    values = {
        "a": f"{one:%Y%m%d}",
        "b": f"{two:%Y-%m-%d}",
        "student_number": f"1390{number:09}"[:11],
    }
    left = anonymize.record(values, Plan.parse(document), key=KEY)
    assert days_between(left["a"], left["b"]) == (one - two).days
    assert 1 <= abs(days_between(left["a"], f"{one:%Y%m%d}")) <= days


def test_shifts_are_spread_evenly_and_none_is_nought() -> None:
    shifts = Counter(shift_of(f"138{n:08}", 7, KEY) for n in range(14_000))
    assert set(shifts) == set(range(-7, 8)) - {0}
    assert all(850 < many < 1150 for many in shifts.values())


def test_a_g_number_and_its_citizen_number_move_alike() -> None:
    assert shift_of(PUPIL, 180, KEY) == shift_of("11010519491231002x", 180, KEY)


def test_another_recipient_sees_other_shifts() -> None:
    pupils = [f"138{n:08}" for n in range(100)]
    assert [shift_of(p, 366, KEY) for p in pupils] != [shift_of(p, 366, bytes(32)) for p in pupils]


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("20240229", "20240301"), ("2024-02-29", "20240301"), ("2024/12/31", "20250101"),
        ("20230229", None), ("202402", None), ("昨天", None), ("2024-0229", None),
    ],
)  # fmt: skip
def test_what_is_no_day_is_dropped(value: str, left: str | None) -> None:
    assert shifted(value, 1) == left


@pytest.mark.parametrize("subject", [None, "", "无", "张三", "张\ud800"])
def test_the_dates_of_nobody_are_dropped(subject: str | None) -> None:
    values = {"checkup": "20240301", "sex": "1", "student_number": subject}
    assert anonymize.record(values, Plan.parse(plan()), key=KEY) == {"sex": "1"}


def test_a_shift_without_a_secret_is_refused() -> None:
    values = {"checkup": "20240301", "student_number": PUPIL}
    with pytest.raises(InvalidError, match="密钥太短"):
        anonymize.record(values, Plan.parse(plan()), key=b"short")


def test_a_shift_needs_a_subject_who_is_a_person() -> None:
    assert "subject" in refusal(plan(subject=None))
    assert "不能代表学生" in refusal(plan(subject="grade"))
    assert "必须是字段名" in refusal(plan(subject=5))
    Plan.parse(plan(subject="card", direct_identifiers=["card"]))


@pytest.mark.parametrize("name", ["birth_date", "enrolment_month", "document_expiry"])
def test_a_date_that_others_know_is_not_shifted(name: str) -> None:
    assert "算出该学生全部日期" in refusal(plan(fields={name: "date:shift:30"}))


def test_two_widths_of_shift_in_one_plan_are_refused() -> None:
    fields = {"a": "date:shift:30", "b": "date:shift:60"}
    assert "不一致" in refusal(plan(fields=fields))


@pytest.mark.parametrize("role", ["quasi_identifiers", "sensitive"])
def test_a_shifted_date_makes_no_classes(role: str) -> None:
    table = {"k": 5, "quasi_identifiers": ["sex"], "sensitive": []}
    assert "几乎使每行不同" in refusal(plan(table=table | {role: ["checkup"]}))


def test_shifted_dates_are_still_personal_data() -> None:
    table = {"k": 5, "quasi_identifiers": ["sex"]}
    assert Plan.parse(plan(table=table)).label == "去标识化"


def test_the_subject_is_signed_with_the_plan_and_need_not_leave() -> None:
    one, two = Plan.parse(plan()), Plan.parse(plan(subject="document_number"))
    assert one.digest != two.digest
    assert Plan.parse(one.document()) == one
    assert one.emitted == ("checkup", "sex", "vaccination")
    assert one.inputs == ("checkup", "sex", "student_number", "vaccination")


def test_version_1_knows_no_shift() -> None:
    shifting = plan(version=1, direct_identifiers=[])
    del shifting["subject"]
    assert "subject" in refusal(shifting)
    assert "第 2 版" in refusal({"version": 1, "fields": {"x": "text:redact"}})
    assert "subject" in refusal(plan(version=1))


TABLE = pl.DataFrame(
    {
        "student_number": [f"138{n // 3:08}" if n % 50 else None for n in range(600)],
        "checkup": [f"{date(2024, 1, 1) + timedelta(n % 300):%Y%m%d}" for n in range(600)],
        "vaccination": [f"{date(2023, 1, 1) + timedelta(n % 299):%Y%m%d}" for n in range(600)],
        "sex": ["12"[n % 2] for n in range(600)],
    }
)


def test_a_table_moves_as_its_records_do_and_reports_whose_dates_were_dropped() -> None:
    made = Plan.parse(plan(table={"k": 5, "quasi_identifiers": ["sex"]}))
    result = anonymize.run(TABLE, made, key=KEY)
    for row, source in zip(result.table.to_dicts(), result.kept, strict=True):
        values = TABLE.row(source, named=True)
        left = anonymize.record(values, made, key=KEY)
        assert {name: value for name, value in row.items() if value is not None} == left
    assert result.report["fields"]["checkup"]["malformed"] == 12
    assert "student_number" not in result.table.columns


def test_a_day_of_many_in_a_shifted_column_is_refused() -> None:
    """Attack: a whole grade was examined on one day, so the day shown tells each one's shift."""
    event = TABLE.with_columns(
        pl.when(pl.int_range(600) < 40)
        .then(pl.lit("20240607"))
        .otherwise("checkup")
        .alias("checkup")
    )
    made = Plan.parse(plan(table={"k": 5, "quasi_identifiers": ["sex"]}))
    with pytest.raises(InvalidError, match="有一天占了"):
        anonymize.run(event, made, key=KEY)
    shown = anonymize.record(TABLE.row(1, named=True) | {"checkup": "20240607"}, made, key=KEY)
    true = TABLE["vaccination"][1]
    shift = days_between(shown["checkup"], "20240607")
    # The control: with the event known, the other date of this pupil is known to the day.
    assert days_between(shown["vaccination"], true) == shift


def test_school_days_leave_a_week_of_shifts_and_no_single_one() -> None:
    """Attack: all events fell on school days, so shifts that put one on a Sunday are out."""
    true = [date(2024, 3, 4) + timedelta(n) for n in range(25)]
    shift = shift_of(PUPIL, 30, KEY) or 0
    shown = [one + timedelta(shift) for one in true if one.weekday() < 5]
    possible = [
        guess
        for guess in range(-30, 31)
        if guess and all((one - timedelta(guess)).weekday() < 5 for one in shown)
    ]
    assert shift in possible
    assert 8 <= len(possible) <= 9


def test_a_table_without_its_subject_is_refused() -> None:
    made = Plan.parse(plan(table={"k": 5, "quasi_identifiers": ["sex"]}))
    with pytest.raises(InvalidError, match="没有字段“student_number”"):
        anonymize.run(TABLE.drop("student_number"), made, key=KEY)
