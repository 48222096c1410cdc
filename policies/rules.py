"""Which rules must hold for data to leave? A list of small named checks; each can only deny."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from policies import conditions, terms
from policies.articles import REGULATION_24
from policies.decision import Facts, Failure
from policies.model import Policy
from policies.words import DELIVERIES, listed

Check = Callable[[Policy, Facts], Iterator[Failure]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named check. `real_only`: sandbox releases of synthetic pupils are spared."""

    name: str
    check: Check
    real_only: bool = True


def _now(check: Callable[[Facts], Iterator[Failure]]) -> Check:
    """Return a check of the moment's facts in the shape of a rule."""
    return lambda _, facts: check(facts)


def delivery(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """The delivery exists and fits the purpose."""
    purpose = "" if facts.synthetic else facts.purpose
    yield from terms.fitting_delivery(policy, purpose, facts.delivery)


def purpose(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """The purpose is known."""
    yield from terms.known_purpose(policy, facts.purpose)


def recipient(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """The purpose is open to the recipient."""
    yield from terms.fitting_recipient(policy, facts.purpose, facts.recipient_kind)


def ground(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """The ground exists and the purpose admits it."""
    yield from terms.known_ground(policy, facts.purpose, facts.ground_kind)


def law(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """A cited law reaches purpose and recipient."""
    if facts.ground_kind == "law":
        yield from terms.law_reaches(policy, facts.purpose, facts.law_id, facts.recipient_kind)


def law_fields(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """A cited law reaches every field."""
    if facts.ground_kind == "law":
        for field in facts.asked:
            yield from terms.law_covers(policy, facts.law_id, field)


def basis(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """The basis fits the purpose."""
    yield from terms.fitting_basis(policy, facts.purpose, facts.basis)


def known_fields(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """Every asked field is in the catalogue."""
    for field in facts.asked:
        yield from terms.known_field(policy, field)


def over_asking(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """Every asked field was approved."""
    for field in facts.asked:
        if field not in facts.approved:
            entry = policy.catalogue.get(field)
            yield Failure(
                "field_not_approved",
                REGULATION_24,
                f"字段“{entry.title if entry else field}”不在批准范围内",
                "请只取用已批准的字段，或者就该字段另行申请",
                field,
            )


def needed_fields(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """The purpose (as it stands now) needs every asked field."""
    for field in facts.asked:
        yield from terms.needed_field(policy, facts.purpose, field)


def deliverable(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """Every asked field may leave by this delivery."""
    for field in facts.asked:
        entry = policy.catalogue.get(field)
        if entry and facts.delivery not in entry.deliveries:
            yield Failure(
                "field_not_deliverable",
                REGULATION_24,
                f"“{entry.title}”不得以{DELIVERIES.get(facts.delivery, '该')}方式提供",
                f"可用的方式：{listed(DELIVERIES, entry.deliveries) or '无，该字段不对外提供'}",
                field,
            )


def forms_asked(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """Every form asked now is permitted."""
    for field, form in facts.asked.items():
        if form:
            yield from terms.permitted_form(policy, field, form)


def forms_approved(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """Every approved form that would be used is (still) permitted."""
    for field in facts.asked:
        if field in facts.approved:
            yield from terms.permitted_form(policy, field, facts.approved[field])


RULES: tuple[Rule, ...] = (
    Rule("population", _now(conditions.population), real_only=False),
    Rule("switch", _now(conditions.switch), real_only=False),
    Rule("log", _now(conditions.log), real_only=False),
    Rule("standing", _now(conditions.standing), real_only=False),
    Rule("approval", _now(conditions.approval)),
    Rule("signature", _now(conditions.signature)),
    Rule("persons", _now(conditions.persons)),
    Rule("period", _now(conditions.period)),
    Rule("purpose", purpose),
    Rule("recipient", recipient),
    Rule("ground", ground),
    Rule("law", law),
    Rule("valid_ground", _now(conditions.valid_ground)),
    Rule("basis", basis),
    Rule("basis_met", _now(conditions.basis_met)),
    Rule("delivery", delivery, real_only=False),
    Rule("approved_delivery", _now(conditions.approved_delivery)),
    Rule("cohort", _now(conditions.cohort)),
    Rule("jurisdiction", _now(conditions.jurisdiction)),
    Rule("quota", _now(conditions.quota)),
    Rule("known_fields", known_fields, real_only=False),
    Rule("over_asking", over_asking),
    Rule("needed_fields", needed_fields),
    Rule("law_fields", law_fields),
    Rule("deliverable", deliverable, real_only=False),
    Rule("forms_asked", forms_asked, real_only=False),
    Rule("forms_approved", forms_approved),
)
