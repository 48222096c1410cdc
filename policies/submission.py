"""May this data request be submitted at all? Every fault at once, before anybody reviews it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from policies import terms
from policies.articles import DATA_REGULATION_12, PIPL_6, PIPL_19, REGULATION_23, REGULATION_24
from policies.decision import Failure
from policies.forms import DROP
from policies.model import Policy
from policies.words import DELIVERIES, FORMS, listed

DIVISION = re.compile(r"[0-9]{2}([0-9]{2}([0-9]{2})?)?")
GRADES = frozenset(f"{grade:02d}" for grade in range(1, 13))
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a data request asks. Plain values: fields with forms, cohort, period, quota, deliveries.

    The `document_*` and `government_org_id` belong to the ground `government_approval`; dates are
    ISO 8601, the digest is `sha256:` and hex. Quotas are counts over the whole period.
    """

    purpose: str
    recipient_kind: str
    ground_kind: str
    basis: str
    fields: Mapping[str, str]
    division: str
    start: datetime
    end: datetime
    rows: int
    pupils: int
    calls: int
    deliveries: tuple[str, ...]
    now: datetime
    law_id: str = ""
    government_org_id: str = ""
    document_number: str = ""
    document_date: str = ""
    document_digest: str = ""
    school_ids: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()


def check(policy: Policy, asked: Submission) -> tuple[Failure, ...]:
    """Return every fault of the submission; empty when it may go to review. Never raises."""
    return tuple(failure for rule in CHECKS for failure in rule(policy, asked))


def _purpose(policy: Policy, asked: Submission) -> Iterator[Failure]:
    yield from terms.known_purpose(policy, asked.purpose)
    yield from terms.fitting_recipient(policy, asked.purpose, asked.recipient_kind)
    yield from terms.fitting_basis(policy, asked.purpose, asked.basis)
    if asked.recipient_kind not in policy.recipient_kinds:
        yield Failure(
            "recipient_unknown", PIPL_6, "接收方类别不在清单中", "请先登记接收方并选择类别"
        )


def _ground(policy: Policy, asked: Submission) -> Iterator[Failure]:
    yield from terms.known_ground(policy, asked.purpose, asked.ground_kind)
    if asked.ground_kind == "law":
        yield from terms.law_reaches(policy, asked.purpose, asked.law_id, asked.recipient_kind)
        for field in asked.fields:
            yield from terms.law_covers(policy, asked.law_id, field)


def _paper(policy: Policy, asked: Submission) -> Iterator[Failure]:  # noqa: ARG001  one shape for all checks
    if asked.ground_kind != "government_approval":
        return
    for name, title, value in (
        ("government_org_id", "批准的人民政府", asked.government_org_id),
        ("document_number", "批准文号", asked.document_number),
        ("document_date", "批准日期", asked.document_date),
        ("document_digest", "批准文件扫描件", asked.document_digest),
    ):
        if not value.strip():
            yield Failure("document_missing", REGULATION_24, f"缺少{title}", f"请补填{title}", name)
    if asked.document_date and not _is_past(asked.document_date, asked.now):
        yield Failure(
            "document_date",
            REGULATION_24,
            "批准日期不是有效的日期，或者晚于今天",
            "请按批准文件填写，例如 2026-03-01",
            "document_date",
        )
    if asked.document_digest and not DIGEST.fullmatch(asked.document_digest):
        yield Failure(
            "document_digest",
            REGULATION_24,
            "扫描件摘要的格式不正确",
            "请重新上传批准文件扫描件",
            "document_digest",
        )


def _is_past(text: str, now: datetime) -> bool:
    try:
        # A paper signed this morning in Beijing may carry a date that UTC reaches only later.
        return date.fromisoformat(text) <= (now + timedelta(hours=8)).date()
    except ValueError:
        return False


def _fields(policy: Policy, asked: Submission) -> Iterator[Failure]:
    if not any(form != DROP for form in asked.fields.values()):
        yield Failure("no_fields", PIPL_6, "没有申请任何字段", "请至少选择一个字段")
    for field, form in asked.fields.items():
        yield from terms.known_field(policy, field)
        yield from terms.needed_field(policy, asked.purpose, field)
        yield from terms.permitted_form(policy, field, form)
        yield from terms.anonymous_form(policy, asked.purpose, field, form)
        yield from _not_too_weak(policy, asked.purpose, field, form)
        yield from _reachable(policy, asked.deliveries, field)


def _not_too_weak(policy: Policy, purpose: str, field: str, form: str) -> Iterator[Failure]:
    entry = policy.catalogue.get(field)
    known = policy.purposes.get(purpose)
    if entry is None or known is None or field not in known.fields or form not in entry.forms:
        return
    weakest = known.fields[field]
    if entry.strictness(form) > entry.strictness(weakest):
        yield Failure(
            "form_too_weak",
            PIPL_6,
            f"用途“{known.title}”下“{entry.title}”最多以“{FORMS[weakest]}”的形式提供",
            f"请改用“{FORMS[weakest]}”或者更严的形式",
            field,
        )


def _reachable(policy: Policy, deliveries: tuple[str, ...], field: str) -> Iterator[Failure]:
    entry = policy.catalogue.get(field)
    if entry and entry.deliveries and not set(entry.deliveries) & set(deliveries):
        yield Failure(
            "field_not_deliverable",
            REGULATION_24,
            f"“{entry.title}”不能以所选的任何方式提供",
            f"可用的方式：{listed(DELIVERIES, entry.deliveries)}",
            field,
        )


def _deliveries(policy: Policy, asked: Submission) -> Iterator[Failure]:
    if not asked.deliveries:
        yield Failure("no_delivery", REGULATION_24, "没有选择提供方式", "请至少选择一种提供方式")
    for delivery in asked.deliveries:
        yield from terms.fitting_delivery(policy, asked.purpose, delivery)


def _cohort(policy: Policy, asked: Submission) -> Iterator[Failure]:  # noqa: ARG001
    if not DIVISION.fullmatch(asked.division):
        yield Failure(
            "cohort_division",
            REGULATION_23,
            "学生范围的行政区划代码应为 2、4 或 6 位数字",
            "请选择省、市或者县",
            "division",
        )
    for grade in asked.grades:
        if grade not in GRADES:
            yield Failure(
                "cohort_grade", REGULATION_24, f"没有年级“{grade}”", "年级为 01 至 12", "grades"
            )
    for ids, name in ((asked.school_ids, "school_ids"), (asked.grades, "grades")):
        if len(set(ids)) != len(ids) or "" in ids:
            yield Failure("cohort_repeats", REGULATION_24, "学生范围有重复或者空项", "请去掉", name)


def _period(policy: Policy, asked: Submission) -> Iterator[Failure]:
    if asked.start >= asked.end:
        yield Failure("period_order", PIPL_19, "起始时间不早于截止时间", "请更正起止时间", "end")
    elif asked.end <= asked.now:
        yield Failure("period_past", PIPL_19, "期限已经过去", "请更正起止时间", "end")
    purpose = policy.purposes.get(asked.purpose)
    if purpose and asked.end - asked.start > timedelta(days=purpose.longest_days):
        yield Failure(
            "period_too_long",
            PIPL_19,
            f"用途“{purpose.title}”的期限最长 {purpose.longest_days} 天",
            "请缩短期限，到期后可以续申请",
            "end",
        )


def _quota(policy: Policy, asked: Submission) -> Iterator[Failure]:  # noqa: ARG001
    for name, title, count in (
        ("rows", "行数", asked.rows),
        ("pupils", "学生人数", asked.pupils),
        ("calls", "次数", asked.calls),
    ):
        if count < 1:
            yield Failure(
                "quota_missing", DATA_REGULATION_12, f"没有{title}上限", f"请填写{title}上限", name
            )
    if 0 < asked.rows < asked.pupils:
        yield Failure(
            "quota_rows", DATA_REGULATION_12, "行数上限小于学生人数上限", "请更正上限", "rows"
        )


CHECKS: tuple[Callable[[Policy, Submission], Iterator[Failure]], ...] = (
    _purpose,
    _ground,
    _paper,
    _fields,
    _deliveries,
    _cohort,
    _period,
    _quota,
)
