"""What must hold for every release whatever the facts are."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.catalogue import DELIVERIES
from policies.decide import Facts, decide
from policies.forms import FORMS, is_traceable
from policies.merge import stricter
from tests.policies.cases import GOOD, NOW, POLICY

FIELDS = st.sampled_from([*POLICY.catalogue, "shoe_size"])
ANY_FORM = st.sampled_from([*sorted(FORMS), "", "format_preserving", "KEEP"])
KINDS = st.sampled_from([*POLICY.recipient_kinds, ""])


def mostly(wanted: bool) -> st.SearchStrategy[bool]:  # noqa: FBT001  reads as a sentence
    """Lean towards what lets data leave, or nearly every example would be a denial."""
    return st.sampled_from([wanted] * 9 + [not wanted])


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    purpose = draw(st.sampled_from([*POLICY.purposes, "marketing"]))
    known = POLICY.purposes.get(purpose)
    fitting: dict[str, Any] = {"ground_kind": "law", "basis": None, "recipient_kind": ""}
    field = FIELDS
    if known:
        field = st.one_of(st.sampled_from(sorted(known.fields)), FIELDS)
        laws = [law.id for law in POLICY.grounds.values() if purpose in law.purposes]
        fitting = {
            "ground_kind": draw(st.sampled_from([*known.grounds, "law"])),
            "law_id": draw(st.sampled_from([*laws, ""])),
            "basis": draw(st.sampled_from([*known.bases, None])),
            "recipient_kind": draw(st.one_of(st.sampled_from(known.recipient_kinds), KINDS)),
        }
    approved = draw(st.dictionaries(field, ANY_FORM, max_size=4))
    asked = dict.fromkeys(approved, "") | draw(st.dictionaries(field, ANY_FORM, max_size=2))
    return replace(
        GOOD,
        purpose=purpose,
        asked=asked,
        approved=approved,
        delivery=draw(st.sampled_from([*DELIVERIES, "post"])),
        approved_deliveries=draw(
            mostly(wanted=True).map(lambda all_: frozenset(DELIVERIES * all_))
        ),
        ground_valid=draw(mostly(wanted=True)),
        basis_satisfied=draw(mostly(wanted=True)),
        approval_found=draw(mostly(wanted=True)),
        approval_signed=draw(mostly(wanted=True)),
        persons_distinct=draw(mostly(wanted=True)),
        revoked=draw(mostly(wanted=False)),
        switched_off=draw(mostly(wanted=False)),
        cohort_ok=draw(mostly(wanted=True)),
        jurisdiction_ok=draw(mostly(wanted=True)),
        log_writable=draw(mostly(wanted=True)),
        synthetic=draw(mostly(wanted=False)),
        mixed=draw(mostly(wanted=False)),
        under_14=draw(st.booleans()),
        rows=draw(st.integers(0, 3)),
        rows_left=draw(st.sampled_from([None, 0, 3, 100])),
        period_end=draw(st.sampled_from([NOW, NOW + timedelta(days=9), None])),
        **fitting,
    )


def as_known_good(facts: Facts) -> Facts:
    """The same ask with a form that may leave: so that allowed releases are common too."""
    purpose = POLICY.purposes.get(facts.purpose)
    fields = {
        name: form
        for name, form in (purpose.fields.items() if purpose else ())
        if facts.delivery in POLICY.catalogue[name].deliveries
    }
    return replace(
        GOOD,
        purpose=facts.purpose,
        recipient_kind=facts.recipient_kind,
        ground_kind=facts.ground_kind,
        law_id=facts.law_id,
        basis=facts.basis,
        delivery=facts.delivery,
        approved_deliveries=frozenset(DELIVERIES),
        asked=dict.fromkeys(fields, ""),
        approved=fields,
    )


both_kinds = st.one_of(any_facts(), any_facts().map(as_known_good))


@given(any_facts())
def test_no_real_data_leaves_without_a_signed_approval(facts: Facts) -> None:
    for bare in (replace(facts, approval_found=False), replace(facts, approval_signed=False)):
        assert facts.synthetic or not decide(POLICY, bare).allowed


@given(both_kinds)
def test_a_revoked_expired_or_stopped_release_is_denied(facts: Facts) -> None:
    real = replace(facts, synthetic=False)
    assert not decide(POLICY, replace(facts, revoked=True)).allowed
    assert not decide(POLICY, replace(facts, switched_off=True)).allowed
    assert not decide(POLICY, replace(real, period_end=real.now)).allowed


@given(both_kinds)
def test_sandbox_and_real_never_mix(facts: Facts) -> None:
    assert not decide(POLICY, replace(facts, mixed=True)).allowed


@given(both_kinds)
def test_every_form_that_leaves_is_permitted_and_no_identifier_is_raw(facts: Facts) -> None:
    decision = decide(POLICY, facts)
    assert set(decision.forms) == (set(facts.asked) if decision.allowed else set())
    for name, form in decision.forms.items():
        field = POLICY.field(name)
        assert form in field.forms
        assert facts.delivery in field.deliveries
        assert not (field.kind == "direct" and form == "keep")
        assert not (field.free_text and form != "drop")
        assert not (field.kind == "sensitive" and facts.delivery in ("claims", "record_api"))


@given(both_kinds)
def test_nothing_leaves_in_a_weaker_form_than_approved_or_than_the_purpose_needs(
    facts: Facts,
) -> None:
    real = replace(facts, synthetic=False)
    for name, form in decide(POLICY, real).forms.items():
        place = POLICY.field(name).strictness
        assert place(form) <= place(real.approved[name])
        assert place(form) <= place(POLICY.purpose(real.purpose).fields[name])


@given(both_kinds, FIELDS, ANY_FORM)
def test_asking_for_more_never_turns_a_denial_into_a_permission(
    facts: Facts, name: str, form: str
) -> None:
    more = replace(
        facts, asked={**facts.asked, name: form} if name not in facts.asked else facts.asked
    )
    assert decide(POLICY, facts).allowed or not decide(POLICY, more).allowed


@given(both_kinds)
def test_every_denial_says_why_by_which_article_and_what_would_cure_it(facts: Facts) -> None:
    decision = decide(POLICY, facts)
    assert decision.allowed == (not decision.failures)
    for failure in decision.failures:
        assert failure.code
        assert failure.article.startswith("《")
        assert failure.message
        assert failure.cure
        assert failure.code != "rule_error"


@given(both_kinds)
def test_what_is_called_anonymous_holds_no_trace_of_a_person(facts: Facts) -> None:
    decision = decide(POLICY, facts)
    if decision.label == "匿名化":
        assert facts.delivery in ("file", "counts")
        assert not any(map(is_traceable, decision.forms.values()))
        assert not {POLICY.field(name).kind for name in decision.forms} & {"direct"}


@given(both_kinds)
def test_the_same_facts_give_the_same_answer(facts: Facts) -> None:
    assert decide(POLICY, facts) == decide(POLICY, facts)


@given(st.data())
@settings(max_examples=50)
def test_the_stricter_form_does_not_depend_on_the_order_of_asking(data: st.DataObject) -> None:
    field = POLICY.field(data.draw(st.sampled_from(sorted(POLICY.catalogue))))
    form_a, form_b = (data.draw(st.sampled_from(field.forms)) for _ in range(2))
    winner = stricter(POLICY, field.name, form_a, form_b)
    assert winner == stricter(POLICY, field.name, form_b, form_a)
    assert winner in (form_a, form_b)
    assert stricter(POLICY, field.name, "drop", form_a) == "drop"


def test_the_examples_hold_permissions_for_every_purpose() -> None:
    for purpose in POLICY.purposes.values():
        law = next((one.id for one in POLICY.grounds.values() if purpose.code in one.purposes), "")
        kind = POLICY.grounds[law].recipient_kinds[0] if law else purpose.recipient_kinds[0]
        for ground in purpose.grounds:
            for delivery in purpose.deliveries:
                facts = as_known_good(
                    replace(
                        GOOD,
                        purpose=purpose.code,
                        recipient_kind=kind,
                        ground_kind=ground,
                        law_id=law,
                        basis=purpose.bases[0],
                        delivery=delivery,
                    )
                )
                decision = decide(POLICY, facts)
                assert decision.failures == (), purpose.code
                assert decision.forms
                assert decision.label == purpose.label
