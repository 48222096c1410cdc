"""What does a filled-in data request say? Typed texts in, values and every fault of form out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from kernel.errors import Problem
from kernel.ids import OrgId
from sharing.requests.domain.scope import Ground

CHINA = timezone(timedelta(hours=8))
SINGLE = frozenset({
    "ground_kind", "law_id", "government_org_id", "document_number", "document_date",
    "decided_by", "basis", "division", "school_codes", "start", "end", "rows", "pupils", "calls",
    "agreement", "assessment",
})  # fmt: skip
MULTIPLE = frozenset({"grades", "deliveries"})
PREFIXES = ("form.", "why.")
LEAST_REASON = 5
"""A justification of fewer letters says nothing."""
LONGEST_TEXT = 20_000
_WHOLE = re.compile(r"[0-9]{1,9}")

Form = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The values as typed; only their spelling is checked. `start` ≤ moment < `end` (aware)."""

    ground: Ground
    basis: str
    fields: dict[str, str]
    justifications: dict[str, str]
    division: str
    school_codes: tuple[str, ...]
    grades: tuple[str, ...]
    start: datetime
    end: datetime
    rows: int
    pupils: int
    calls: int
    deliveries: tuple[str, ...]
    agreement: str
    assessment: str


def read(form: Form, *, document_digest: str) -> tuple[Asked, tuple[Problem, ...]]:
    """Return the values and the faults of spelling; a faulty value stands as empty or 0."""
    faults: list[Problem] = []
    government = _text(form, "ground_kind") == "government_approval"
    fields = {
        key.removeprefix("form."): str(form[key])
        for key in sorted(form)
        if key.startswith("form.") and form[key] not in ("", "drop")
    }
    asked = Asked(
        ground=Ground(
            kind=_text(form, "ground_kind"),
            law_id="" if government else _text(form, "law_id"),
            government_org_id=OrgId(_text(form, "government_org_id")) if government else None,
            document_number=_text(form, "document_number") if government else "",
            document_date=_text(form, "document_date") if government else "",
            document_digest=document_digest if government else "",
            decided_by=_text(form, "decided_by") if government else "",
        ),
        basis=_text(form, "basis"),
        fields=fields,
        justifications={field: _text(form, f"why.{field}") for field in fields},
        division=_text(form, "division"),
        school_codes=tuple(dict.fromkeys(_text(form, "school_codes").split())),
        grades=_list(form, "grades"),
        start=_day(form, "start", "开始日期", faults),
        end=_day(form, "end", "截止日期", faults, days=1),
        rows=_count(form, "rows", "行数上限", faults),
        pupils=_count(form, "pupils", "学生人数上限", faults),
        calls=_count(form, "calls", "次数上限", faults),
        deliveries=_list(form, "deliveries"),
        agreement=_text(form, "agreement"),
        assessment=_text(form, "assessment"),
    )
    return asked, (*faults, *_missing(asked))


def _missing(asked: Asked) -> list[Problem]:
    article = "《个人信息保护法》第五十五条、《网络数据安全管理条例》第十二条"
    found = [
        Problem(
            "请逐项说明为什么需要该字段", f"why.{field}", "《个人信息保护法》第六条（最小必要）",
            f"至少 {LEAST_REASON} 个字，说明用在哪里",
        )
        for field, reason in asked.justifications.items()
        if len(reason) < LEAST_REASON
    ]  # fmt: skip
    if not asked.agreement:
        found.append(Problem("缺少与接收方的协议文本", "agreement", article, "请填写或粘贴全文"))
    if not asked.assessment:
        found.append(Problem("缺少个人信息保护影响评估", "assessment", article, "请填写评估结论"))
    found += [
        Problem("文本过长", name, "", f"请控制在 {LONGEST_TEXT} 字以内")
        for name in ("agreement", "assessment")
        if len(getattr(asked, name)) > LONGEST_TEXT
    ]
    if asked.ground.kind == "government_approval" and not asked.ground.decided_by:
        found.append(
            Problem(
                "请填写在批准文件上作出决定的负责人",
                "decided_by",
                "第二十四条：谁批准、谁负责",
                "按批准文件填写姓名和职务",
            )
        )
    return found


def _text(form: Form, name: str) -> str:
    value = form.get(name, "")
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _list(form: Form, name: str) -> tuple[str, ...]:
    value = form.get(name, [])
    return tuple(dict.fromkeys([value] if isinstance(value, str) else value))


def _count(form: Form, name: str, title: str, faults: list[Problem]) -> int:
    text = _text(form, name)
    if _WHOLE.fullmatch(text) and text.isascii():
        return int(text)
    if text:
        faults.append(Problem(f"{title}应为数字", name, "", "只写数字，例如 500"))
    return 0


def _day(form: Form, name: str, title: str, faults: list[Problem], days: int = 0) -> datetime:
    """Return midnight in Beijing of the day typed, `days` later."""
    try:
        day = datetime.strptime(_text(form, name), "%Y-%m-%d").replace(tzinfo=CHINA)
    except ValueError:
        faults.append(
            Problem(f"{title}不是有效的日期", name, "", "按年-月-日填写，例如 2026-09-01")
        )
        day = datetime(1970, 1, 1, tzinfo=UTC)
    return (day + timedelta(days=days)).astimezone(UTC)
