"""A data request that may not be submitted is told every fault at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policies.submission import Submission, check
from tests.policies.cases import ASK, NOW, POLICY

STATISTICS = replace(
    ASK,
    purpose="government_statistics",
    recipient_kind="statistics_bureau",
    ground_kind="law",
    law_id="statistics",
    basis="statutory_duty",
    fields={"disability": "keep", "division": "keep"},
    deliveries=("counts",),
    government_org_id="",
    document_number="",
    document_date="",
    document_digest="",
)

FAULTS: tuple[tuple[str, str, Submission], ...] = (
    ("purpose_unknown", "", replace(ASK, purpose="marketing")),
    ("recipient_not_allowed", "", replace(ASK, recipient_kind="court")),
    ("recipient_not_allowed recipient_unknown", "", replace(ASK, recipient_kind="friend")),
    ("basis_missing", "", replace(ASK, basis="")),
    ("basis_not_allowed", "", replace(ASK, basis="statutory_duty")),
    ("ground_missing", "", replace(ASK, ground_kind="bureau_consent")),
    ("ground_not_allowed law_purpose law_recipient", "", replace(
        ASK, ground_kind="law", law_id="statistics"
    )),
    ("law_unknown", "", replace(STATISTICS, law_id="")),
    ("law_recipient recipient_not_allowed", "", replace(STATISTICS, recipient_kind="court")),
    ("document_missing", "government_org_id", replace(ASK, government_org_id=" ")),
    ("document_missing", "document_number", replace(ASK, document_number="")),
    ("document_missing", "document_date", replace(ASK, document_date="")),
    ("document_missing", "document_digest", replace(ASK, document_digest="")),
    ("document_date", "document_date", replace(ASK, document_date="2026-13-01")),
    ("document_date", "document_date", replace(ASK, document_date="2026-09-02")),
    ("document_digest", "document_digest", replace(ASK, document_digest="sha256:ABC")),
    ("no_fields", "", replace(ASK, fields={})),
    ("no_fields", "", replace(ASK, fields={"name": "drop"})),
    ("field_unknown", "shoe_size", replace(ASK, fields={"shoe_size": "keep"})),
    ("field_not_in_purpose", "sex", replace(ASK, fields={"sex": "keep"})),
    ("raw_identifier", "name", replace(ASK, fields={"name": "keep"})),
    ("form_not_permitted", "grade", replace(ASK, fields={"grade": "mask:name"})),
    ("form_not_permitted", "grade", replace(ASK, fields={"grade": ""})),
    ("form_not_permitted", "name", replace(ASK, fields={"name": "format_preserving"})),
    ("field_not_in_purpose free_text", "talents", replace(ASK, fields={"talents": "keep"})),
    ("form_too_weak", "division", replace(ASK, fields={"division": "keep"})),
    ("no_delivery", "", replace(ASK, deliveries=(), fields={"status": "keep"})),
    ("delivery_not_allowed", "", replace(ASK, deliveries=("claims", "file"))),
    ("delivery_unknown", "", replace(ASK, deliveries=("claims", "post"))),
    ("field_not_deliverable", "seat_number", replace(
        ASK, purpose="class_rostering", fields={"seat_number": "keep"}
    )),
    ("cohort_division", "division", replace(ASK, division="3301060")),
    ("cohort_division", "division", replace(ASK, division="")),
    ("cohort_division", "division", replace(ASK, division="33010６")),
    ("cohort_grade", "grades", replace(ASK, grades=("13",))),
    ("cohort_repeats", "grades", replace(ASK, grades=("01", "01"))),
    ("cohort_repeats", "school_ids", replace(ASK, school_ids=("",))),
    ("period_order", "end", replace(ASK, end=NOW)),
    ("period_past", "end", replace(
        ASK, start=NOW - timedelta(days=9), end=NOW - timedelta(days=1)
    )),
    ("period_too_long", "end", replace(ASK, end=NOW + timedelta(days=367))),
    ("quota_missing", "rows", replace(ASK, rows=0)),
    ("quota_missing", "pupils", replace(ASK, pupils=0)),
    ("quota_missing", "calls", replace(ASK, calls=-1)),
    ("quota_rows", "rows", replace(ASK, rows=499)),
)  # fmt: skip


@pytest.mark.parametrize("asked", [ASK, STATISTICS])
def test_a_complete_request_may_be_submitted(asked: Submission) -> None:
    assert check(POLICY, asked) == ()


FAULT_NAMES = [f"{codes}-{at}" for at, (codes, _, _) in enumerate(FAULTS)]


@pytest.mark.parametrize(("expected", "field", "asked"), FAULTS, ids=FAULT_NAMES)
def test_each_fault_is_named_with_place_article_and_cure(
    expected: str, field: str, asked: Submission
) -> None:
    found = check(POLICY, asked)
    ignored = {"no_delivery": {"field_not_deliverable"}}.get(expected, set())
    assert " ".join(sorted({failure.code for failure in found} - ignored)) == expected
    for failure in found:
        assert failure.article.startswith("《")
        assert failure.message
        assert failure.cure
    assert field in {failure.field for failure in found}


def test_every_fault_is_told_at_once() -> None:
    found = {failure.code for failure in check(
        POLICY, replace(ASK, purpose="", rows=0, division="x", deliveries=(), fields={})
    )}  # fmt: skip
    assert found >= {"purpose_unknown", "quota_missing", "cohort_division", "no_delivery"}


def test_a_mask_is_no_anonymous_form() -> None:
    asked = replace(
        ASK,
        purpose="education_research",
        recipient_kind="university",
        deliveries=("file",),
        fields={"student_number": "pseudonym"},
    )
    assert "not_anonymous" in {failure.code for failure in check(POLICY, asked)}


def test_a_paper_dated_today_in_beijing_is_accepted() -> None:
    evening = NOW.replace(hour=17)
    asked = replace(ASK, now=evening, start=evening, document_date="2026-09-02")
    assert check(POLICY, asked) == ()
