"""Make the table of an approval. Preview and release both call this, and nothing else makes one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from anonymize import Plan, record
from anonymize.overtime.views import View, of_statistics, of_table
from anonymize.worker import WorkerResult, run_in_child
from kernel.errors import DeniedError, InvalidError
from kernel.ids import DataRequestId, StudentId
from kernel.runtime import Runtime
from policies import Policy
from registry.source import Record
from sharing.domain.leaving import ANONYMIZED
from sharing.domain.scope import Delivery, Scope
from sharing.usecases.pupils import load_pupils, pupil_tag
from sharing.usecases.services import SharingServices
from sharing.usecases.transform import fields_document, pseudonym_key


@dataclass(frozen=True, slots=True)
class Built:
    """Columns in order, rows of text, counts, and what was measured.

    `rows` are the released rows; `pupils` those of the cohort behind them, in the same order.
    `k` is the least class, of counts the least that is told (None if nothing is); `risk` is the
    prosecutor's (0 to 1), None when only counts leave.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    statistics: tuple[dict[str, Any], ...]
    pupils: tuple[StudentId, ...]
    plan: dict[str, Any]
    plan_digest: str
    label: str
    k: int | None
    risk: float | None
    report: dict[str, Any]
    views: tuple[View, ...] = ()
    """In which classes it shows its pupils, by their tags: what later releases are judged by."""
    required_k: int = 0


async def build_table(
    services: SharingServices,
    scope: Scope,
    data_request_id: DataRequestId,
    forms: dict[str, str],
    ids: Sequence[StudentId],
    pinned: Policy | None = None,
) -> Built:
    """Return the transformed table or counts of these pupils.

    By the current policy and the one pinned when the approver signed, whichever is stricter.
    Raises InvalidError if the plan cannot hold k within the suppression limit, or an empty cohort;
    DeniedError if personal data is still found in what would leave.
    """
    emitted = [name for name, form in forms.items() if form != "drop"]
    if not ids or not emitted:
        raise InvalidError(
            "范围内没有可提供的学生或字段", field="cohort", remedy="请核对范围与字段后重新申请"
        )
    held = (services.policy, pinned or services.policy)
    document = table_plan(held, scope, forms)
    records = [record for _, record in await load_pupils(services.runtime, ids, emitted)]
    key = pseudonym_key(services.runtime, data_request_id)
    rows = [{name: record.values.get(name) for name in emitted} for record in records]
    made = await run_in_child(rows, document, key)
    if made.findings:
        raise DeniedError(
            f"处理后的内容中仍发现 {len(made.findings)} 处个人信息，已停止提供",
            rule="《中小学生学籍管理办法》第二十四条",
            remedy="请检查字段的形式，或者改用更严格的形式",
        )
    labels = {policy.purpose(scope.purpose).label for policy in held}
    if ANONYMIZED in labels and made.report["label"] != ANONYMIZED:
        raise InvalidError(
            "所选字段与形式达不到匿名化", field="fields", rule="《个人信息保护法》第七十三条",
            remedy="请去掉掩码和假名字段，或者改用泛化",
        )  # fmt: skip
    built = _built(document, made, records)
    quasi = {name for one in held for name in one.privacy.quasi_identifiers}
    views = await asyncio.to_thread(_views, services.runtime, built, records, quasi)
    return replace(built, views=tuple(views))


def table_plan(policies: Sequence[Policy], scope: Scope, forms: dict[str, str]) -> dict[str, Any]:
    """Return the plan of a table or of counts: forms, the largest k over all quasi-identifiers.

    It is in the one spelling that has a digest. Raises InvalidError if it would emit an identifier.
    """
    document = fields_document(policies[0], forms)
    emitted = [name for name, form in forms.items() if form != "drop"]
    privacy = [policy.privacy for policy in policies]
    k = max(policy.k(scope.purpose) for policy in policies)
    if Delivery.COUNTS in scope.deliveries and Delivery.FILE not in scope.deliveries:
        pairs = [emitted[i : i + 2] for i in range(0, len(emitted), 2)]
        threshold = max(k, *(one.small_cell for one in privacy))
        document["statistics"] = [
            {"kind": "count", "by": pair, "threshold": threshold} for pair in pairs
        ]
        return Plan.parse(document).document()
    telling = {name for one in privacy for name in one.quasi_identifiers}
    quasi = telling.intersection(emitted)
    plain = set(emitted) - quasi - set(policies[0].direct_identifiers)
    document["table"] = {
        "k": k,
        "quasi_identifiers": sorted(quasi),
        "sensitive": sorted(plain),
        "suppression_limit": min(one.suppression_limit for one in privacy),
    }
    return Plan.parse(document).document()


def _built(document: dict[str, Any], made: WorkerResult, records: Sequence[Record]) -> Built:
    columns = tuple(made.rows[0]) if made.rows else ()
    return Built(
        columns=columns,
        rows=tuple(tuple(row[name] or "" for name in columns) for row in made.rows),
        statistics=made.statistics,
        pupils=tuple(records[position].student_id for position in made.kept),
        plan=document,
        plan_digest=str(made.report["plan"]),
        label=str(made.report["label"]),
        k=_least_count(made.statistics) if made.statistics else made.report.get("least_k"),
        risk=made.report.get("prosecutor_risk"),
        report=made.report,
        required_k=_required_k(document),
    )


def _required_k(document: dict[str, Any]) -> int:
    promised = [int(one.get("threshold", 0)) for one in document.get("statistics", ())]
    model = document.get("table") or {}
    return max(promised, default=int(model.get("k", 0)))


def _views(
    runtime: Runtime, built: Built, records: Sequence[Record], quasi: set[str]
) -> list[View]:
    """Return the classes in which the pupils are told, of a table by its rows as they leave."""
    if not built.statistics:
        told = [dict(zip(built.columns, row, strict=True)) for row in built.rows]
        tags = [pupil_tag(runtime, one) for one in built.pupils]
        names = built.plan["table"]["quasi_identifiers"]
        return [of_table(tags, told, names)]
    plan = Plan.parse(built.plan)
    rows = [record(one.values, plan, key=b"") for one in records]
    tags = [pupil_tag(runtime, one.student_id) for one in records]
    return of_statistics(tags, rows, built.statistics, quasi)


def _least_count(statistics: Sequence[dict[str, Any]]) -> int | None:
    told = (cell["count"] for statistic in statistics for cell in statistic["cells"])
    return min((count for count in told if count), default=None)
