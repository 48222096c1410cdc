"""Do the facts of this moment let data leave: switch, approval, persons, period, quota, basis?

Each check yields its failures and needs nothing of the policy's data.
"""

from collections.abc import Iterator

from policies.articles import (
    DATA_REGULATION_12,
    PIPL_13,
    PIPL_15,
    PIPL_19,
    PIPL_31,
    PIPL_35,
    PIPL_51,
    PIPL_56,
    PIPL_57,
    REGULATION_23,
    REGULATION_24,
)
from policies.decision import Facts, Failure
from policies.words import DELIVERIES


def population(facts: Facts) -> Iterator[Failure]:
    """A sandbox client never meets a real pupil, nor a production client a synthetic one."""
    if facts.mixed:
        yield Failure(
            "mixed_population",
            PIPL_51,
            "沙箱应用只能取得合成学生的数据，正式应用只能取得真实学生的数据",
            "请用与学生相符的应用重试",
        )


def switch(facts: Facts) -> Iterator[Failure]:
    """Nothing leaves while the kill switch is pulled."""
    if facts.switched_off:
        yield Failure(
            "switched_off",
            PIPL_57,
            "数据提供已被紧急停止",
            "须由两名负责人共同解除",
        )


def log(facts: Facts) -> Iterator[Failure]:
    """Nothing leaves that cannot be recorded."""
    if not facts.log_writable:
        yield Failure("log_unwritable", PIPL_56, "提供记录暂时无法写入", "请稍后重试")


def standing(facts: Facts) -> Iterator[Failure]:
    """A revoked approval or consent, or a closed client, gets nothing."""
    if facts.revoked:
        yield Failure("revoked", PIPL_15, "批准或者同意已被撤销", "须重新申请并取得批准")


def approval(facts: Facts) -> Iterator[Failure]:
    """There is an approval."""
    if not facts.approval_found:
        yield Failure(
            "no_approval",
            REGULATION_24,
            "没有生效的批准",
            "请提交数据申请，由县级以上人民政府批准后再取用",
        )


def signature(facts: Facts) -> Iterator[Failure]:
    """The approver's signature verifies."""
    if not facts.approval_signed:
        yield Failure(
            "not_signed",
            REGULATION_24,
            "批准没有可验证的批准人签名",
            "请由批准人用本人的签名密钥重新签署",
        )


def persons(facts: Facts) -> Iterator[Failure]:
    """Applicant, reviewer and approver are different natural persons."""
    if not facts.persons_distinct:
        yield Failure(
            "persons_not_distinct",
            REGULATION_24,
            "申请、审核与批准不是由不同的人办理",
            "请由与申请无关的另一名人员办理",
        )


def period(facts: Facts) -> Iterator[Failure]:
    """The moment lies in the approved period, its end excluded."""
    if facts.period_start is None or facts.period_end is None:
        yield Failure("no_period", PIPL_19, "批准没有期限", "请申请有起止时间的批准")
    elif facts.now < facts.period_start:
        yield Failure("not_yet", REGULATION_24, "批准尚未生效", "请在批准的起始时间之后取用")
    elif facts.now >= facts.period_end:
        yield Failure("expired", REGULATION_24, "批准已经到期", "如仍需要，请重新申请")


def approved_delivery(facts: Facts) -> Iterator[Failure]:
    """The delivery was approved."""
    if facts.delivery not in facts.approved_deliveries:
        yield Failure(
            "delivery_not_approved",
            REGULATION_24,
            f"批准不包括“{DELIVERIES.get(facts.delivery, facts.delivery)}”这种提供方式",
            "请在批准的方式内取用，或者重新申请",
        )


def cohort(facts: Facts) -> Iterator[Failure]:
    """Every pupil lies in the approved cohort."""
    if not facts.cohort_ok:
        yield Failure(
            "outside_cohort",
            REGULATION_24,
            "学生不在批准的范围内",
            "请只取用批准范围内的学生，或者就新范围重新申请",
        )


def jurisdiction(facts: Facts) -> Iterator[Failure]:
    """The approving government is over every pupil's managing authority."""
    if not facts.jurisdiction_ok:
        yield Failure(
            "outside_jurisdiction",
            REGULATION_23,
            "学生的学籍主管机关不在批准机关的辖区内",
            "请报该学生所在地的人民政府批准",
        )


def quota(facts: Facts) -> Iterator[Failure]:
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


def valid_ground(facts: Facts) -> Iterator[Failure]:
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


def basis_met(facts: Facts) -> Iterator[Failure]:
    """The notice was given, or the consent (below 14 the guardian's) was obtained."""
    if facts.basis_satisfied:
        return
    if facts.basis == "statutory_duty":
        yield Failure("no_notice", PIPL_35, "尚未告知学生", "请先完成告知")
    elif facts.under_14:
        yield Failure(
            "no_guardian_consent",
            PIPL_31,
            "学生不满十四周岁，没有监护人的单独同意",
            "请由监护人同意，并由学校登记同意书",
        )
    else:
        yield Failure("no_consent", PIPL_13, "没有学生本人的单独同意", "请由学生本人作出同意")
