"""When two forms or two decisions meet, which one wins? Always the stricter."""

from kernel.errors import InvalidError
from policies.decision import Decision
from policies.forms import DROP
from policies.model import Policy
from policies.words import FORMS, listed


def stricter(policy: Policy, field: str, form_a: str, form_b: str) -> str:
    """Return the stricter of two forms of a field.

    Raises InvalidError for an unknown field or a form that the field does not permit.
    """
    entry = policy.field(field)
    for form in (form_a, form_b):
        if form not in entry.forms:
            raise InvalidError(
                f"字段“{entry.title}”不允许以“{FORMS.get(form, form)}”的形式提供",
                field=field,
                rule="字段目录",
                remedy=f"可选形式：{listed(FORMS, entry.forms)}",
            )
    return min(form_a, form_b, key=entry.strictness)


def both(policy: Policy, pinned: Decision, current: Decision) -> Decision:
    """Return what the pinned and the current policy both allow: stricter forms, all obligations.

    `policy` is the current one. A field that only one of them sends is dropped.
    """
    failures = tuple(dict.fromkeys((*pinned.failures, *current.failures)))
    allowed = pinned.allowed and current.allowed
    forms = {
        name: stricter(policy, name, pinned.forms.get(name, DROP), form)
        for name, form in current.forms.items()
    }
    return Decision(
        allowed=allowed,
        forms=forms if allowed else {},
        obligations=tuple(dict.fromkeys((*pinned.obligations, *current.obligations))),
        failures=failures,
        policy_digest=current.policy_digest,
        label="去标识化" if "去标识化" in (pinned.label, current.label) else current.label,
    )
