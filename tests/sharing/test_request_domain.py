"""The small rules of a data request: typed answers, codes, offices, bounds, areas."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidError
from kernel.ids import ClientId, OrgId, PersonId, RecipientId
from sharing.approvals.domain import bounds as bound_rules
from sharing.requests.domain.asked import read
from sharing.requests.domain.office import Office, Station, government_problems, office_problems
from sharing.requests.domain.people import Delegation
from sharing.requests.domain.scope import (
    Basis,
    Bounds,
    Cohort,
    Delivery,
    Ground,
    Period,
    Quota,
    Scope,
)
from sharing.requests.domain.scope_document import parse_bounds, parse_scope, scope_document
from sharing.requests.domain.uscc import LETTERS, is_uscc

DECIDE = Station("decide", "批准", "approver", frozenset({"government"}), "county", "第二十四条")
COUNTY = Office(OrgId("org_1"), "government", "county", "历下区人民政府", "370102")
SCOPE = Scope(
    ClientId("client_1"), RecipientId("recipient_1"), "learning_platform_sign_in",
    Ground("law", "tax_deduction"), Basis.CONSENT, {"name": "mask:name"}, Cohort("370102"),
    Period(datetime(2026, 9, 1, tzinfo=UTC), datetime(2027, 9, 1, tzinfo=UTC)),
    Quota(100, 50, 10), (Delivery.CLAIMS,), ("no_onward_sharing",),
)  # fmt: skip


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600037341L"])
def test_a_true_credit_code_is_known_and_any_other_check_letter_refused(code: str) -> None:
    assert is_uscc(code)
    assert [letter for letter in LETTERS if is_uscc(code[:-1] + letter)] == [code[-1]]


@pytest.mark.parametrize("code", ["", "9" * 17, "9" * 19, "91350100I000100Y43", "９" * 18])
def test_a_malformed_credit_code_is_refused(code: str) -> None:
    assert not is_uscc(code)


@pytest.mark.parametrize(
    ("office", "fits"),
    [
        (COUNTY, True),
        (replace(COUNTY, level="city", division="370100"), True),
        (replace(COUNTY, level="province", division="370000"), True),
        (replace(COUNTY, level="central", division="100000"), True),
        (replace(COUNTY, division="370103"), False),
        (replace(COUNTY, level="province", division="130000"), False),
        (replace(COUNTY, kind="education_authority"), False),
        (replace(COUNTY, kind="ministry", level="central"), False),
        (replace(COUNTY, kind="school", level="school"), False),
        (replace(COUNTY, level="school"), False),
        (replace(COUNTY, level="township"), False),
        (None, False),
    ],
)
def test_a_decision_needs_a_government_of_the_area_at_county_level_or_above(
    office: Office | None, *, fits: bool
) -> None:
    found = office_problems(office, DECIDE, "370102")
    assert (found == ()) == fits
    assert all(problem.rule and problem.remedy for problem in found)


@pytest.mark.parametrize("division", ["3701", "37", "", "37010", "abc"])
def test_a_county_decides_nothing_for_a_wider_or_malformed_area(division: str) -> None:
    assert office_problems(COUNTY, DECIDE, division)


def test_a_bureau_a_township_and_a_foreign_government_are_no_ground() -> None:
    assert government_problems(COUNTY, "370102", within_approver=True) == ()
    for wrong in (
        None, replace(COUNTY, kind="education_authority"), replace(COUNTY, level="township"),
        replace(COUNTY, division="370103"),
    ):  # fmt: skip
        assert government_problems(wrong, "370102", within_approver=True)
    assert government_problems(COUNTY, "370102", within_approver=False)


def test_a_stand_in_covers_its_station_office_area_and_time_only() -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    one = Delegation(
        "d", "decide", PersonId("a"), OrgId("org_1"), PersonId("b"), "370102", now,
        now + timedelta(days=1),
    )  # fmt: skip

    def covers(
        station: str = "decide", org_id: str | None = "org_1", division: str = "370102",
        moved: timedelta = timedelta(0),
    ) -> bool:  # fmt: skip
        org = None if org_id is None else OrgId(org_id)
        return one.covers(station=station, org_id=org, division=division, now=now + moved)

    assert covers()
    assert not covers(station="review")
    assert not covers(org_id="org_2")
    assert not covers(org_id=None)
    assert not covers(division="3701")
    assert not covers(moved=timedelta(days=1))
    assert not covers(moved=timedelta(seconds=-1))


def test_the_scope_reads_back_as_it_was_written() -> None:
    assert parse_scope(scope_document(SCOPE)) == SCOPE
    assert parse_scope(json.loads(json.dumps(scope_document(SCOPE)))) == SCOPE


NAMES = {"client", "recipient", "purpose"}
"""Any text may stand here; whose it is, is asked elsewhere."""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (key, value)
        for key in scope_document(SCOPE)
        for value in (None, 7, True, [1], {"x": 1}, "strange")
        if not (key in NAMES and value == "strange")
    ],
)
def test_a_scope_with_a_value_of_another_kind_is_refused(key: str, value: object) -> None:
    document = scope_document(SCOPE)
    with pytest.raises(InvalidError):
        parse_scope({**document, key: value})


@pytest.mark.parametrize("value", [{}, {"most_rows": 1}, {"most_rows": "1"}, []])
def test_bounds_of_another_kind_are_refused(value: dict[str, object]) -> None:
    with pytest.raises(InvalidError):
        parse_bounds(value)


def test_a_table_is_bound_by_the_k_of_the_policy_a_single_record_by_its_rows() -> None:
    table = replace(SCOPE, deliveries=(Delivery.FILE,))
    assert bound_rules.proposed(table, policy_k=10) == Bounds(100, 10, 0.1)
    assert bound_rules.proposed(SCOPE, policy_k=10) == Bounds(100, 1, 1.0)
    looser = Bounds(100, 9, 0.1)
    assert bound_rules.problems(looser, table, policy_k=10, k=12, risk=0.05)
    assert not bound_rules.problems(Bounds(100, 10, 0.1), table, policy_k=10, k=12, risk=0.05)


def test_days_are_days_in_beijing_and_the_last_one_counts_whole() -> None:
    asked, faults = read({"start": "2026-09-01", "end": "2026-09-01"}, document_digest="")
    assert not {fault.field for fault in faults} & {"start", "end"}
    assert asked.start == datetime(2026, 8, 31, 16, tzinfo=UTC)
    assert asked.end == datetime(2026, 9, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["2026-02-30", "01/09/2026", "明天", "", "2026-9-1-1"])
def test_a_day_that_is_none_is_a_fault_with_a_remedy(typed: str) -> None:
    _, faults = read({"start": typed, "end": "2026-09-01"}, document_digest="")
    (fault,) = [fault for fault in faults if fault.field == "start"]
    assert fault.remedy


@pytest.mark.parametrize("typed", ["-1", "1.5", "１２", "1e3", "9" * 10, "0x10", "一百"])
def test_a_count_that_is_none_is_a_fault(typed: str) -> None:
    asked, faults = read({"rows": typed}, document_digest="")
    assert asked.rows == 0
    assert "rows" in {fault.field for fault in faults}


def test_dropped_fields_are_not_asked_and_a_law_carries_no_paper() -> None:
    asked, _ = read(
        {
            "form.name": "drop", "form.sex": "", "form.grade": "keep", "ground_kind": "law",
            "law_id": "tax_deduction", "document_number": "x", "government_org_id": "org_1",
        },
        document_digest="sha256:" + "0" * 64,
    )  # fmt: skip
    assert asked.fields == {"grade": "keep"}
    assert asked.ground == Ground("law", "tax_deduction")


@given(
    st.dictionaries(
        st.sampled_from(["start", "end", "rows", "grades", "form.name", "agreement", "basis"]),
        st.one_of(st.text(), st.lists(st.text())),
    )
)
def test_whatever_is_typed_is_read_without_an_error(form: dict[str, str | list[str]]) -> None:
    read(form, document_digest="")
