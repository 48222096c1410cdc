"""Decisions by table: one fault, its reason; nothing wrong, the forms; and no rule is idle."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from policies import merge
from policies.decide import Decision, Facts, Failure, decide, evaluate
from policies.model import Policy
from policies.rules import RULES, Rule
from tests.policies.cases import EVIDENCE, FAULTS, GOOD, NARROW_LAW, POLICY, SANDBOX, TAX

NAMES = [f"{rule}-{codes}-{place}" for place, (rule, codes, _) in enumerate(FAULTS)]


def codes(decision: Decision) -> str:
    return " ".join(sorted({failure.code for failure in decision.failures}))


@pytest.mark.parametrize("facts", [GOOD, TAX, EVIDENCE, SANDBOX])
def test_a_release_with_nothing_wrong_is_allowed(facts: Facts) -> None:
    decision = decide(POLICY, facts)
    assert decision.failures == ()
    assert decision.allowed
    assert decision.policy_digest == POLICY.digest


@pytest.mark.parametrize(
    ("expected", "facts"), [(expected, facts) for _, expected, facts in FAULTS], ids=NAMES
)
def test_one_fault_denies_for_that_reason_alone(expected: str, facts: Facts) -> None:
    decision = decide(NARROW_LAW, facts)
    assert not decision.allowed
    assert codes(decision) == expected
    assert decision.forms == {}
    assert decision.obligations == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_without_any_one_rule_some_fault_goes_unnamed(rule: Rule) -> None:
    others = tuple(other for other in RULES if other is not rule)
    missed = [
        name
        for name, expected, facts in FAULTS
        if codes(evaluate(NARROW_LAW, facts, others)) != expected
    ]
    assert missed
    assert set(missed) == {rule.name}


def test_all_faults_are_told_at_once() -> None:
    facts = replace(GOOD, approval_found=False, revoked=True, cohort_ok=False, rows_left=None)
    assert codes(decide(POLICY, facts)) == "no_approval outside_cohort quota_rows revoked"


def test_over_asking_names_each_field_not_approved() -> None:
    decision = decide(POLICY, replace(GOOD, asked={"name": "", "sex": "", "class_name": ""}))
    assert [(f.code, f.field) for f in decision.failures] == [
        ("field_not_approved", "sex"),
        ("field_not_approved", "class_name"),
    ]


def test_the_strictest_of_asked_approved_and_purpose_wins() -> None:
    facts = replace(
        GOOD,
        asked={"grade": "generalize:grade:stage", "division": "keep", "enrolment_month": ""},
        approved={
            "grade": "keep",
            "division": "generalize:division:province",
            "enrolment_month": "keep",
        },
    )
    assert decide(POLICY, facts).forms == {
        "grade": "generalize:grade:stage",
        "division": "generalize:division:province",
        "enrolment_month": "generalize:enrolment_month:year",
    }


def test_a_sandbox_needs_no_approval_and_gets_no_weaker_form_than_the_default() -> None:
    facts = replace(
        SANDBOX,
        asked={"name": "", "division": "keep", "grade": "generalize:grade:stage", "sex": "keep"},
    )
    assert decide(POLICY, facts).forms == {
        "name": "mask:name",
        "division": "generalize:division:city",
        "grade": "generalize:grade:stage",
        "sex": "drop",
    }


def test_a_child_below_fourteen_brings_its_obligations() -> None:
    older = decide(POLICY, replace(GOOD, under_14=False)).obligations
    child = decide(POLICY, GOOD).obligations
    assert set(child) - set(older) == {"child_special_rules", "guardian_notice"}


def test_obligations_of_the_approval_are_added_once() -> None:
    facts = replace(GOOD, approved_obligations=("每月报告一次", "no_profiling"))
    duties = decide(POLICY, facts).obligations
    assert duties.count("no_profiling") == 1
    assert "每月报告一次" in duties


def test_a_table_for_research_is_labelled_anonymous_and_a_sign_in_is_not() -> None:
    research = replace(
        GOOD,
        purpose="education_research",
        recipient_kind="university",
        delivery="file",
        approved_deliveries=frozenset({"file"}),
        asked={"sex": "", "birth_date": ""},
        approved={"sex": "keep", "birth_date": "generalize:birth_date:month"},
    )
    decision = decide(POLICY, research)
    assert decision.label == "匿名化"
    assert decision.forms["birth_date"] == "generalize:birth_date:year"
    assert decide(POLICY, GOOD).label == "去标识化"


def test_pupils_already_counted_do_not_spend_the_quota_again() -> None:
    assert decide(POLICY, replace(GOOD, pupils_left=0, new_pupils=0)).allowed
    assert not decide(POLICY, replace(GOOD, pupils_left=0)).allowed


def test_the_first_moment_of_the_period_is_inside() -> None:
    assert decide(POLICY, replace(GOOD, period_start=GOOD.now)).allowed


def test_a_rule_that_breaks_denies() -> None:
    def broken(policy: Policy, facts: Facts) -> Iterator[Failure]:
        raise ZeroDivisionError(facts.purpose, policy.version)

    decision = evaluate(POLICY, GOOD, (*RULES, Rule("broken", broken)))
    assert codes(decision) == "rule_error"
    assert not decision.allowed


def test_forms_that_cannot_be_settled_deny_even_without_rules() -> None:
    decision = evaluate(POLICY, replace(GOOD, asked={"shoe_size": ""}), ())
    assert codes(decision) == "rule_error"
    assert decision.forms == {}


def test_two_policies_allow_only_what_both_allow() -> None:
    weak = decide(POLICY, GOOD)
    strict = replace(weak, forms={"name": "drop", "student_number": "pseudonym"})
    both = merge.both(POLICY, strict, weak)
    assert both.forms == {"name": "drop", "student_number": "pseudonym", "grade": "drop"}
    denied = merge.both(POLICY, decide(POLICY, replace(GOOD, revoked=True)), weak)
    assert not denied.allowed
    assert denied.forms == {}
    assert [failure.code for failure in denied.failures] == ["revoked"]
