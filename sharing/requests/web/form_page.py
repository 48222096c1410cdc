"""How do a data request's values stand on a page: choices, answers, and plain words?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from policies import explain
from policies.model import Law, Policy
from policies.words import GROUNDS
from sharing.requests.domain.asked import CHINA, MULTIPLE, PREFIXES, SINGLE, Asked
from sharing.requests.domain.request_state import TITLES, State
from sharing.requests.domain.scope import Period, Scope
from sharing.requests.store.attachments import Attachment
from sharing.requests.store.requests import DataRequest

TONES = {
    State.DRAFT: "secondary", State.SUBMITTED: "info", State.REVIEWED: "info",
    State.APPROVED: "success", State.RETURNED: "warning", State.REJECTED: "danger",
    State.WITHDRAWN: "secondary", State.REVOKED: "danger",
}  # fmt: skip
GRADE_TITLES = tuple(
    (f"{number:02d}", title)
    for number, title in enumerate(
        (
            "一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "七年级", "八年级",
            "九年级", "高一", "高二", "高三",
        ),
        1,
    )
)  # fmt: skip
EXTENSIONS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list of data requests."""

    request: DataRequest
    purpose: str
    state: str
    tone: str
    href: str


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One askable field with the forms that its purpose permits, the strictest first."""

    name: str
    title: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen for a purpose."""

    purpose: str
    justification: str
    fields: tuple[FieldChoice, ...]
    grounds: tuple[str, ...]
    laws: tuple[Law, ...]
    bases: tuple[tuple[str, str], ...]
    deliveries: tuple[tuple[str, str], ...]
    obligations: tuple[str, ...]
    longest_days: int


@dataclass(frozen=True, slots=True)
class PageStep:
    """One step of the stepper: `state` is done, current or waiting."""

    title: str
    note: str
    state: str


def listed(
    policy: Policy, requests: Sequence[DataRequest], root: str = "/data-requests"
) -> list[Line]:
    """Return the lines; a draft's leads to its questions."""
    return [
        Line(
            one, _purpose(policy, str(one.form.get("purpose", ""))), TITLES[one.state],
            TONES[one.state],
            f"/developer/data-requests/{one.id}/edit"
            if one.state is State.DRAFT
            else f"{root}/{one.id}",
        )
        for one in requests
    ]  # fmt: skip


def choices(policy: Policy, request: DataRequest) -> Choices:
    """Return what can be chosen for the purpose of the draft."""
    purpose = policy.purpose(str(request.form["purpose"]))
    return Choices(
        purpose.title, purpose.justification,
        tuple(_choice(policy, name, weakest) for name, weakest in purpose.fields.items()),
        purpose.grounds,
        tuple(law for law in policy.grounds.values() if purpose.code in law.purposes),
        tuple((basis, explain.basis_title(basis)) for basis in purpose.bases),
        tuple((way, explain.delivery(way)) for way in purpose.deliveries),
        tuple(explain.obligation(policy, code) for code in purpose.obligations),
        purpose.longest_days,
    )  # fmt: skip


def grounds(policy: Policy, request: DataRequest) -> list[tuple[str, str]]:
    """Return the kinds of ground that the purpose admits."""
    admitted = policy.purpose(str(request.form["purpose"])).grounds
    return [(kind, GROUNDS[kind]) for kind in admitted]


def answers(policy: Policy, request: DataRequest, form: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer for every question, as typed or empty."""
    fields = policy.purpose(str(request.form["purpose"])).fields
    single = SINGLE | {prefix + name for prefix in PREFIXES for name in fields}
    return {name: form.get(name, "") for name in single} | {
        name: form.get(name, []) for name in MULTIPLE
    }


def words(policy: Policy, request: DataRequest) -> list[tuple[str, str]]:
    """Return the scope in words, empty before the first submission."""
    scope = request.scope
    return [] if scope is None else scope_words(policy, scope)


def scope_words(policy: Policy, scope: Scope) -> list[tuple[str, str]]:
    """Return label and value of each part of a scope."""
    return [
        ("用途", _purpose(policy, scope.purpose)),
        ("合法性基础", explain.basis_title(scope.basis.value)),
        ("期限", _days(scope.period)),
        ("行政区划", scope.cohort.division),
        ("年级", _grades(scope.cohort.grades)),
        ("提供方式", "、".join(explain.delivery(way.value) for way in scope.deliveries)),
        ("行数上限", f"{scope.quota.rows:,}"),
        ("学生人数上限", f"{scope.quota.pupils:,}"),
        ("次数上限", f"{scope.quota.calls:,}"),
    ]


def asked_words(policy: Policy, request: DataRequest, asked: Asked) -> list[tuple[str, str]]:
    """Return the answers in words, whether or not they make a scope."""
    return [
        ("用途", _purpose(policy, str(request.form.get("purpose", "")))),
        ("依据", explain.ground(policy, asked.ground.kind, law_id=asked.ground.law_id,
                                document_number=asked.ground.document_number)),
        ("作出决定的负责人", asked.ground.decided_by),
        ("批准日期", asked.ground.document_date),
        ("批准文件扫描件", "已上传" if request.document_digest else "未上传"),
        ("合法性基础", explain.basis_title(asked.basis)),
        ("行政区划", asked.division),
        ("学校", "、".join(asked.school_codes) or "区域内全部"),
        ("年级", _grades(asked.grades)),
        ("期限", _days(Period(asked.start, asked.end))),
        ("提供方式", "、".join(explain.delivery(way) for way in asked.deliveries)),
        ("行数、人数、次数上限", f"{asked.rows:,}、{asked.pupils:,}、{asked.calls:,}"),
    ]  # fmt: skip


def asked_fields(policy: Policy, asked: Asked) -> list[tuple[str, str, str]]:
    """Return title, form in words and justification of each asked field."""
    return [
        (
            policy.catalogue[name].title if name in policy.catalogue else name,
            explain.form(policy, name, form) if name in policy.catalogue else form,
            asked.justifications.get(name, ""),
        )
        for name, form in asked.fields.items()
    ]


def steps(request: DataRequest, names: Mapping[str, str] | None = None) -> list[PageStep]:
    """Return the stepper: who did what, and what comes next."""
    done = {
        State.DRAFT: 0, State.RETURNED: 0, State.SUBMITTED: 1, State.REVIEWED: 2,
        State.APPROVED: 3, State.REVOKED: 3,
    }.get(request.state, 3)  # fmt: skip
    titles = (("提交", "apply"), ("审核", "review"), ("批准", "decide"))
    known = {"apply": request.applicant_name, **(names or {})}
    if request.state in (State.REJECTED, State.WITHDRAWN):
        return [PageStep(TITLES[request.state], "", "current")]
    return [
        PageStep(
            title, known.get(key, "") if number < done else "",
            "done" if number < done else "current" if number == done else "waiting",
        )
        for number, (title, key) in enumerate(titles)
    ]  # fmt: skip


def download(attachment: Attachment) -> Response:
    """Return an attachment under a name made here, never as a page of ours."""
    extension = EXTENSIONS.get(attachment.media_type, "txt")
    name = f"{attachment.kind}-{attachment.digest[7:19]}.{extension}"
    return Response(
        attachment.content, media_type=attachment.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store",
        },
    )  # fmt: skip


def _choice(policy: Policy, name: str, weakest: str) -> FieldChoice:
    field = policy.field(name)
    permitted = field.forms[: field.strictness(weakest) + 1]
    return FieldChoice(
        name, field.title, tuple((form, explain.form(policy, name, form)) for form in permitted)
    )


def _purpose(policy: Policy, code: str) -> str:
    known = policy.purposes.get(code)
    return known.title if known else code


def _days(period: Period) -> str:
    first = period.start.astimezone(CHINA)
    last = (period.end - timedelta(seconds=1)).astimezone(CHINA)
    return " 至 ".join(f"{one.year}年{one.month}月{one.day}日" for one in (first, last))


def _grades(codes: Sequence[str]) -> str:
    """Return grades as people call them."""
    titles = dict(GRADE_TITLES)
    return "、".join(titles.get(code, code) for code in codes) or "全部"
