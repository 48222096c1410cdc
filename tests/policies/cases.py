"""A release with nothing wrong, and every way to put exactly one thing wrong."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import policies
from policies.decision import Facts
from policies.model import Policy
from policies.submission import Submission

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
POLICY: Policy = policies.load()

GOOD = Facts(
    purpose="class_rostering",
    ground_kind="government_approval",
    law_id="",
    ground_valid=True,
    ground_problems=(),
    recipient_kind="app_provider",
    basis="consent",
    basis_satisfied=True,
    under_14=True,
    asked={"name": "", "student_number": "pseudonym", "grade": "keep"},
    approved={"name": "mask:name", "student_number": "pseudonym", "grade": "keep"},
    delivery="record_api",
    approved_deliveries=frozenset({"record_api", "claims"}),
    approval_found=True,
    approval_signed=True,
    persons_distinct=True,
    revoked=False,
    switched_off=False,
    now=NOW,
    period_start=NOW - timedelta(days=1),
    period_end=NOW + timedelta(days=30),
    cohort_ok=True,
    jurisdiction_ok=True,
    rows=10,
    rows_left=100,
    pupils_left=50,
    calls_left=5,
    log_writable=True,
    synthetic=False,
    mixed=False,
)

TAX = replace(
    GOOD,
    purpose="tax_deduction_verification",
    ground_kind="law",
    law_id="tax_deduction",
    recipient_kind="tax_authority",
    basis="statutory_duty",
    asked={"name": "mask:name", "status": "keep"},
    approved={"name": "mask:name", "status": "keep"},
)
EVIDENCE = replace(TAX, purpose="legal_evidence", law_id="civil_procedure", recipient_kind="court")
SANDBOX = replace(
    GOOD,
    purpose="",
    ground_kind="",
    ground_valid=False,
    recipient_kind="",
    basis=None,
    basis_satisfied=False,
    approved={},
    approved_deliveries=frozenset(),
    approval_found=False,
    approval_signed=False,
    persons_distinct=False,
    period_start=None,
    period_end=None,
    rows_left=None,
    pupils_left=None,
    calls_left=None,
    synthetic=True,
)

# rule, codes of all failures, facts that break this rule and no other
FAULTS: tuple[tuple[str, str, Facts], ...] = (
    ("population", "mixed_population", replace(GOOD, mixed=True)),
    ("population", "mixed_population", replace(SANDBOX, mixed=True)),
    ("switch", "switched_off", replace(GOOD, switched_off=True)),
    ("switch", "switched_off", replace(SANDBOX, switched_off=True)),
    ("log", "log_unwritable", replace(GOOD, log_writable=False)),
    ("log", "log_unwritable", replace(SANDBOX, log_writable=False)),
    ("standing", "revoked", replace(GOOD, revoked=True)),
    ("approval", "no_approval", replace(GOOD, approval_found=False)),
    ("signature", "not_signed", replace(GOOD, approval_signed=False)),
    ("persons", "persons_not_distinct", replace(GOOD, persons_distinct=False)),
    ("period", "not_yet", replace(GOOD, period_start=NOW + timedelta(seconds=1))),
    ("period", "expired", replace(GOOD, period_end=NOW)),
    ("period", "no_period", replace(GOOD, period_end=None)),
    ("purpose", "purpose_unknown", replace(GOOD, purpose="marketing")),
    ("recipient", "recipient_not_allowed", replace(GOOD, recipient_kind="court")),
    ("ground", "ground_missing", replace(GOOD, ground_kind="handshake")),
    ("ground", "ground_not_allowed", replace(EVIDENCE, ground_kind="government_approval")),
    ("law", "law_unknown", replace(TAX, law_id="friendship")),
    ("law", "law_purpose law_recipient", replace(EVIDENCE, law_id="social_assistance")),
    ("law", "law_recipient", replace(EVIDENCE, recipient_kind="procuratorate")),
    ("valid_ground", "ground_invalid", replace(GOOD, ground_valid=False)),
    ("valid_ground", "ground_invalid", replace(GOOD, ground_problems=("不是人民政府",))),
    ("basis", "basis_missing", replace(GOOD, basis=None)),
    ("basis", "basis_not_allowed", replace(GOOD, basis="statutory_duty")),
    ("basis_met", "no_guardian_consent", replace(GOOD, basis_satisfied=False)),
    ("basis_met", "no_consent", replace(GOOD, basis_satisfied=False, under_14=False)),
    ("basis_met", "no_notice", replace(TAX, basis_satisfied=False)),
    ("delivery", "delivery_not_allowed", replace(
        GOOD, purpose="learning_platform_sign_in", delivery="file",
        approved_deliveries=frozenset({"file"}), asked={"grade": ""},
    )),
    ("delivery", "delivery_unknown", replace(
        GOOD, delivery="post", approved_deliveries=frozenset({"post"}), asked={}
    )),
    ("delivery", "delivery_unknown", replace(SANDBOX, delivery="post", asked={})),
    ("approved_delivery", "delivery_not_approved", replace(GOOD, delivery="file")),
    ("cohort", "outside_cohort", replace(GOOD, cohort_ok=False)),
    ("jurisdiction", "outside_jurisdiction", replace(GOOD, jurisdiction_ok=False)),
    ("quota", "quota_rows", replace(GOOD, rows_left=9)),
    ("quota", "quota_pupils", replace(GOOD, pupils_left=9)),
    ("quota", "quota_pupils", replace(GOOD, new_pupils=51)),
    ("quota", "quota_calls", replace(GOOD, calls_left=0)),
    ("quota", "quota_calls", replace(GOOD, calls_left=None)),
    ("known_fields", "field_unknown", replace(
        GOOD, asked={"shoe_size": ""}, approved={"shoe_size": "keep"}
    )),
    ("known_fields", "field_unknown", replace(SANDBOX, asked={"shoe_size": ""})),
    ("over_asking", "field_not_approved", replace(GOOD, asked={**GOOD.asked, "class_name": ""})),
    ("needed_fields", "field_not_in_purpose", replace(
        GOOD, asked={"phone": ""}, approved={"phone": "mask:phone"}
    )),
    ("law_fields", "law_field", replace(
        TAX, asked={"school_name": ""}, approved={"school_name": "keep"}
    )),
    ("deliverable", "field_not_deliverable", replace(
        GOOD, delivery="claims", asked={"seat_number": ""}, approved={"seat_number": "keep"}
    )),
    ("deliverable", "field_not_deliverable", replace(
        SANDBOX, delivery="claims", asked={"phone": ""}
    )),
    ("forms_asked", "form_not_permitted", replace(GOOD, asked={"grade": "mask:name"})),
    ("forms_asked", "raw_identifier", replace(GOOD, asked={"name": "keep"})),
    ("forms_asked", "raw_identifier", replace(SANDBOX, asked={"name": "keep"})),
    ("forms_approved", "raw_identifier", replace(GOOD, approved={**GOOD.approved, "name": "keep"})),
    ("forms_approved", "form_not_permitted", replace(
        GOOD, approved={**GOOD.approved, "grade": "format_preserving"}
    )),
)  # fmt: skip


def altered(edit: Callable[[dict[str, Any]], object]) -> Policy:
    """Parse a copy of the installed policy's document after an edit."""
    document = copy.deepcopy(dict(POLICY.document))
    edit(document)
    return policies.parse(document)


NARROW_LAW = altered(
    lambda document: document["grounds"]["laws"]["tax_deduction"]["fields"].remove("school_name")
)
"""As installed, but the tax statute does not reach the school's name."""

ASK = Submission(
    purpose="learning_platform_sign_in",
    recipient_kind="app_provider",
    ground_kind="government_approval",
    basis="consent",
    fields={"name": "mask:name", "grade": "keep"},
    division="330106",
    start=NOW,
    end=NOW + timedelta(days=180),
    rows=1000,
    pupils=500,
    calls=1000,
    deliveries=("claims",),
    now=NOW,
    government_org_id="org_1",
    document_number="西政函〔2026〕12号",
    document_date="2026-08-20",
    document_digest="sha256:" + "0" * 64,
    grades=("01", "02"),
)
