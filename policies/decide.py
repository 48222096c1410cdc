"""May this leave, and in what form? Pure and total: denies by default, and an error denies."""

from collections.abc import Iterator

from policies.articles import REGULATION_24
from policies.decision import Decision, Facts, Failure
from policies.forms import is_traceable
from policies.merge import stricter
from policies.model import Policy
from policies.rules import RULES, Rule

__all__ = ["Decision", "Facts", "Failure", "decide", "evaluate"]

DEIDENTIFIED = "去标识化"
ANONYMOUS = "匿名化"


def decide(policy: Policy, facts: Facts) -> Decision:
    """Return allow with the form of every asked field, or deny with every failed rule.

    Never raises. The form is the strictest of asked, approved and the purpose's weakest; a sandbox
    gets at most the catalogue's default.
    """
    return evaluate(policy, facts, RULES)


def evaluate(policy: Policy, facts: Facts, rules: tuple[Rule, ...]) -> Decision:
    """Decide by a given list of rules (tests leave one out to see that it is needed)."""
    failures = [failure for rule in rules for failure in _judge(rule, policy, facts)]
    forms: dict[str, str] = {}
    obligations: tuple[str, ...] = ()
    label = DEIDENTIFIED
    if not failures:
        try:
            forms = {field: _form(policy, facts, field) for field in facts.asked}
            obligations = _obligations(policy, facts)
            label = _label(policy, facts, forms)
        except Exception:  # noqa: BLE001  whatever goes wrong, nothing leaves
            failures = [_broken("形式")]
    return Decision(
        allowed=not failures,
        forms={} if failures else forms,
        obligations=() if failures else obligations,
        failures=tuple(failures),
        policy_digest=policy.digest,
        label=label,
    )


def _judge(rule: Rule, policy: Policy, facts: Facts) -> Iterator[Failure]:
    if rule.real_only and facts.synthetic:
        return
    try:
        yield from tuple(rule.check(policy, facts))
    except Exception:  # noqa: BLE001  a broken rule denies
        yield _broken(rule.name)


def _broken(name: str) -> Failure:
    return Failure(
        "rule_error",
        REGULATION_24,
        f"规则“{name}”无法判定，按不得提供处理",
        "请联系系统管理员检查政策文件",
    )


def _form(policy: Policy, facts: Facts, field: str) -> str:
    if facts.synthetic:
        form = policy.field(field).default_form
    else:
        form = stricter(
            policy, field, facts.approved[field], policy.purpose(facts.purpose).fields[field]
        )
    return stricter(policy, field, form, facts.asked[field]) if facts.asked[field] else form


def _obligations(policy: Policy, facts: Facts) -> tuple[str, ...]:
    purpose = policy.purposes.get(facts.purpose)
    words = [*(purpose.obligations if purpose else ()), *facts.approved_obligations]
    if facts.under_14 and not facts.synthetic:
        words += ["child_special_rules", "guardian_notice"]
    return tuple(dict.fromkeys(words))


def _label(policy: Policy, facts: Facts, forms: dict[str, str]) -> str:
    purpose = policy.purposes.get(facts.purpose)
    anonymous = (
        purpose is not None
        and purpose.label == ANONYMOUS
        and facts.delivery in ("file", "counts")
        and not any(map(is_traceable, forms.values()))
    )
    return ANONYMOUS if anonymous else DEIDENTIFIED
