"""Which rules must hold for data to leave? A list of small named checks; each can only deny."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from policies import terms
from policies.articles import (
    DATA_REGULATION_12,
    PIPL_13,
    PIPL_15,
    PIPL_19,
    PIPL_31,
    PIPL_51,
    PIPL_56,
    REGULATION_23,
    REGULATION_24,
)
from policies.decision import Facts, Failure
from policies.model import Policy

Check = Callable[[Policy, Facts], Iterator[Failure]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named check. `real_only`: sandbox releases of synthetic pupils are spared."""

    name: str
    check: Check
    real_only: bool = True


def population(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001  one shape for all checks
    """A sandbox client never meets a real pupil, nor a production client a synthetic one."""
    if facts.mixed:
        yield Failure(
            "mixed_population",
            PIPL_51,
            "沙箱应用只能取得合成学生的数据，正式应用只能取得真实学生的数据",
            "请用与学生相符的应用重试",
        )


def switch(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """Nothing leaves while the kill switch is pulled."""
    if facts.switched_off:
        yield Failure(
            "switched_off",
            "《个人信息保护法》第五十七条",
            "数据提供已被紧急停止",
            "须由两名负责人共同解除",
        )


def log(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """Nothing leaves that cannot be recorded."""
    if not facts.log_writable:
        yield Failure("log_unwritable", PIPL_56, "提供记录暂时无法写入", "请稍后重试")


def standing(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """A revoked approval or consent, or a closed client, gets nothing."""
    if facts.revoked:
        yield Failure("revoked", PIPL_15, "批准或者同意已被撤销", "须重新申请并取得批准")


def approval(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """There is an approval."""
    if not facts.approval_found:
        yield Failure(
            "no_approval",
            REGULATION_24,
            "没有生效的批准",
            "请提交数据申请，由县级以上人民政府批准后再取用",
        )


def signature(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """The approver's signature verifies."""
    if not facts.approval_signed:
        yield Failure(
            "not_signed",
            REGULATION_24,
            "批准没有可验证的批准人签名",
            "请由批准人用本人的签名密钥重新签署",
        )


def persons(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """Applicant, reviewer and approver are different natural persons."""
    if not facts.persons_distinct:
        yield Failure(
            "persons_not_distinct",
            REGULATION_24,
            "申请、审核与批准不是由不同的人办理",
            "请由与申请无关的另一名人员办理",
        )


def period(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """The moment lies in the approved period, its end excluded."""
    if facts.period_start is None or facts.period_end is None:
        yield Failure("no_period", PIPL_19, "批准没有期限", "请申请有起止时间的批准")
    elif facts.now < facts.period_start:
        yield Failure("not_yet", REGULATION_24, "批准尚未生效", "请在批准的起始时间之后取用")
    elif facts.now >= facts.period_end:
        yield Failure("expired", REGULATION_24, "批准已经到期", "如仍需要，请重新申请")


def delivery(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """The delivery exists, fits the purpose, and was approved."""
    purpose = "" if facts.synthetic else facts.purpose
    yield from terms.fitting_delivery(policy, purpose, facts.delivery)


def approved_delivery(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """The delivery was approved."""
    if facts.delivery not in facts.approved_deliveries:
        yield Failure(
            "delivery_not_approved",
            REGULATION_24,
            f"批准不包括“{facts.delivery}”这种提供方式",
            "请在批准的方式内取用，或者重新申请",
        )


def cohort(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """Every pupil lies in the approved cohort."""
    if not facts.cohort_ok:
        yield Failure(
            "outside_cohort",
            REGULATION_24,
            "学生不在批准的范围内",
            "请只取用批准范围内的学生，或者就新范围重新申请",
        )


def jurisdiction(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """The approving government is over every pupil's managing authority."""
    if not facts.jurisdiction_ok:
        yield Failure(
            "outside_jurisdiction",
            REGULATION_23,
            "学生的学籍主管机关不在批准机关的辖区内",
            "请报该学生所在地的人民政府批准",
        )


def quota(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """Rows, distinct pupils and calls stay inside what is left."""
    new_pupils = facts.rows if facts.new_pupils is None else facts.new_pupils
    for code, title, left, needed in (
        ("rows", "行数", facts.rows_left, max(facts.rows, 0)),
        ("pupils", "学生人数", facts.pupils_left, max(new_pupils, 0)),
        ("calls", "次数", facts.calls_left, 1),
    ):
        if left is None or needed > left:
            yield Failure(
                f"quota_{code}",
                DATA_REGULATION_12,
                f"超出批准的{title}上限",
                "请减少本次取用，或者申请增加上限",
            )


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


def valid_ground(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """The ground's document, issuer and office were found in order."""
    if facts.ground_valid and not facts.ground_problems:
        return
    for problem in facts.ground_problems or ("对外提供的依据没有通过核验",):
        yield Failure(
            "ground_invalid",
            REGULATION_24,
            problem,
            "请补正批准文件（机关、文号、日期、扫描件）或者法律依据",
        )


def basis(policy: Policy, facts: Facts) -> Iterator[Failure]:
    """The basis fits the purpose."""
    yield from terms.fitting_basis(policy, facts.purpose, facts.basis)


def basis_met(policy: Policy, facts: Facts) -> Iterator[Failure]:  # noqa: ARG001
    """The notice was given, or the consent (below 14 the guardian's) was obtained."""
    if facts.basis_satisfied:
        return
    if facts.basis == "statutory_duty":
        yield Failure("no_notice", "《个人信息保护法》第三十五条", "尚未告知学生", "请先完成告知")
    elif facts.under_14:
        yield Failure(
            "no_guardian_consent",
            PIPL_31,
            "学生不满十四周岁，没有监护人的单独同意",
            "请由监护人同意，并由学校登记同意书",
        )
    else:
        yield Failure("no_consent", PIPL_13, "没有学生本人的单独同意", "请由学生本人作出同意")


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
                f"“{entry.title}”不得以“{facts.delivery}”方式提供",
                f"可用的方式：{'、'.join(entry.deliveries) or '无，该字段不对外提供'}",
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
    Rule("population", population, real_only=False),
    Rule("switch", switch, real_only=False),
    Rule("log", log, real_only=False),
    Rule("standing", standing, real_only=False),
    Rule("approval", approval),
    Rule("signature", signature),
    Rule("persons", persons),
    Rule("period", period),
    Rule("purpose", purpose),
    Rule("recipient", recipient),
    Rule("ground", ground),
    Rule("law", law),
    Rule("valid_ground", valid_ground),
    Rule("basis", basis),
    Rule("basis_met", basis_met),
    Rule("delivery", delivery, real_only=False),
    Rule("approved_delivery", approved_delivery),
    Rule("cohort", cohort),
    Rule("jurisdiction", jurisdiction),
    Rule("quota", quota),
    Rule("known_fields", known_fields, real_only=False),
    Rule("over_asking", over_asking),
    Rule("needed_fields", needed_fields),
    Rule("law_fields", law_fields),
    Rule("deliverable", deliverable, real_only=False),
    Rule("forms_asked", forms_asked, real_only=False),
    Rule("forms_approved", forms_approved),
)
