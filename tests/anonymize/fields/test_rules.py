"""Which forms a plan of version 2 refuses, and what leaves of each form through a record."""

from typing import Any

import polars as pl
import pytest

import anonymize
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import TRACEABLE, Kind
from kernel.errors import InvalidError

KEY = b"thirty-two bytes of a secret key"
CITIES = {"levels": ["city", "all"], "values": {"甲校": ["东市", "*"], "乙校": ["西市", "*"]}}


def refusal(fields: dict[str, str], **more: object) -> str:
    document: dict[str, Any] = {"version": 2, "fields": fields, **more}
    with pytest.raises(InvalidError) as refused:
        Plan.parse(document)
    assert all(problem.rule and problem.remedy for problem in refused.value.problems)
    return "；".join(problem.message for problem in refused.value.problems)


@pytest.mark.parametrize("domain", ["phone", "document_number", "student_number"])
def test_only_direct_identifiers_are_encrypted_in_their_format(domain: str) -> None:
    form = f"format_preserving:{domain}"
    assert "按频次即可还原" in refusal({"postcode": form})
    Plan.parse({"version": 2, "fields": {"postcode": form}, "direct_identifiers": ["postcode"]})


@pytest.mark.parametrize("name", ["name", "guardian1_name", "phone", "domicile"])
@pytest.mark.parametrize("form", ["text:redact", "text:surrogate"])
def test_a_direct_identifier_is_no_free_text(name: str, form: str) -> None:
    assert "不能按自由文本处理" in refusal({name: form})


def test_a_direct_identifier_is_no_date() -> None:
    assert "不是日期" in refusal({"phone": "date:shift:30"}, subject="student_number")


@pytest.mark.parametrize("form", ["format_preserving:phone", "text:surrogate"])
def test_what_differs_in_every_row_makes_no_classes(form: str) -> None:
    table = {"k": 5, "quasi_identifiers": ["x"]}
    assert "几乎使每行不同" in refusal(
        {"x": form}, direct_identifiers=["x"] * ("f" in form[:1]), table=table
    )


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("phone", "format_preserving:phone"), ("remark", "text:redact"),
        ("remark", "text:surrogate"), ("phone", "pseudonym"), ("phone", "mask:phone"),
    ],
)  # fmt: skip
def test_what_keeps_a_trace_of_a_person_is_never_labelled_anonymized(name: str, form: str) -> None:
    counts = [{"by": ["sex"], "threshold": 10}]
    document = {"version": 2, "fields": {name: form, "sex": "keep"}, "statistics": counts}
    assert Plan.parse(document).label == "去标识化"
    assert Plan.parse(document | {"fields": {"sex": "keep"}}).label == "匿名化"


def test_every_kind_is_judged_traceable_or_not() -> None:
    assert set(Kind) - TRACEABLE == {Kind.DROP, Kind.KEEP, Kind.GENERALIZE}


def test_a_record_gives_numbers_their_format_and_omits_free_text() -> None:
    plan = Plan.parse({
        "version": 2,
        "fields": {
            "phone": "format_preserving:phone", "document_number": "format_preserving:document_number",
            "student_number": "format_preserving:student_number", "remark": "text:surrogate",
            "school": "generalize:own:city",
        },
        "hierarchies": {"school": CITIES},
    })  # fmt: skip
    pupil = {
        "phone": "138 1234 5678", "document_number": "11010519491231002x",
        "student_number": "G11010519491231002X", "remark": "张三的电话是13812345678", "school": "乙校",
    }  # fmt: skip
    left = anonymize.record(pupil, plan, key=KEY)
    assert left["student_number"] == "G" + left["document_number"]
    assert left["phone"] != pupil["phone"]
    assert left["school"] == "西市"
    assert "remark" not in left


def test_a_key_too_short_for_a_cipher_is_refused() -> None:
    plan = Plan.parse({"version": 2, "fields": {"phone": "format_preserving:phone"}})
    with pytest.raises(InvalidError, match="密钥太短"):
        anonymize.record({"phone": "13812345678"}, plan, key=b"short")


@pytest.mark.parametrize("form", ["keep", "generalize:own:city"])
def test_a_value_outside_the_own_hierarchy_is_dropped_and_reported(form: str) -> None:
    """A gap: a new school, or a free text that got into the column."""
    schools = ["甲校", "乙校", "丙校", "电话13812345678", None]
    plan = Plan.parse({
        "version": 2, "fields": {"school": form, "sex": "keep"}, "hierarchies": {"school": CITIES},
        "table": {"k": 2, "quasi_identifiers": ["sex"]},
    })  # fmt: skip
    table = pl.DataFrame({"school": schools, "sex": ["1"] * 5})
    result = anonymize.run(table, plan, key=b"")
    assert result.table["school"].null_count() == 3
    assert result.report["fields"]["school"]["malformed"] == 2
    assert result.report["fields"]["school"]["missing"] == 1
    shown = [anonymize.record({"school": one, "sex": "1"}, plan, key=b"") for one in schools]
    assert sum("school" in one for one in shown) == 2


def test_a_free_text_in_a_table_is_dropped_and_reported_where_nobody_scans() -> None:
    plan = Plan.parse({
        "version": 2, "fields": {"remark": "text:redact", "sex": "keep"},
        "table": {"k": 2, "quasi_identifiers": ["sex"]},
    })  # fmt: skip
    left = anonymize.record({"remark": "张三请假", "sex": "1"}, plan, key=b"")
    assert left == {"sex": "1"}
