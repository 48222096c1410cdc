"""Make the table of an approval. Preview and release both call this, and nothing else makes one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anonymize import Plan
from anonymize.worker import WorkerResult, run_in_child
from kernel.errors import DeniedError, InvalidError
from kernel.ids import DataRequestId, StudentId
from policies import Policy
from registry.source import Record
from sharing.domain.leaving import ANONYMIZED
from sharing.domain.scope import Delivery, Scope
from sharing.usecases.pupils import load_pupils
from sharing.usecases.services import SharingServices
from sharing.usecases.transform import fields_document, pseudonym_key


@dataclass(frozen=True, slots=True)
class Built:
    """Columns in order, rows of text, counts, and what was measured.

    `rows` are the released rows; `pupils` those of the cohort behind them, in the same order.
    `k` (least class) and `risk` (prosecutor, 0 to 1) are None when only counts leave.
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


async def build_table(
    services: SharingServices,
    scope: Scope,
    data_request_id: DataRequestId,
    forms: dict[str, str],
    ids: Sequence[StudentId],
) -> Built:
    """Return the transformed table or counts of these pupils.

    Raises InvalidError if the plan cannot hold k within the suppression limit, or an empty cohort;
    DeniedError if personal data is still found in what would leave.
    """
    emitted = [name for name, form in forms.items() if form != "drop"]
    if not ids or not emitted:
        raise InvalidError(
            "范围内没有可提供的学生或字段", field="cohort", remedy="请核对范围与字段后重新申请"
        )
    document = table_plan(services.policy, scope, forms)
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
    if services.policy.purpose(scope.purpose).label == ANONYMIZED != made.report["label"]:
        raise InvalidError(
            "所选字段与形式达不到匿名化", field="fields", rule="《个人信息保护法》第七十三条",
            remedy="请去掉掩码和假名字段，或者改用泛化",
        )  # fmt: skip
    return _built(document, made, records)


def table_plan(policy: Policy, scope: Scope, forms: dict[str, str]) -> dict[str, Any]:
    """Return the plan of a table or of counts: forms, k over the policy's quasi-identifiers.

    It is in the one spelling that has a digest. Raises InvalidError if it would emit an identifier.
    """
    document = fields_document(policy, forms)
    emitted = [name for name, form in forms.items() if form != "drop"]
    if Delivery.COUNTS in scope.deliveries and Delivery.FILE not in scope.deliveries:
        pairs = [emitted[i : i + 2] for i in range(0, len(emitted), 2)]
        document["statistics"] = [
            {"kind": "count", "by": pair, "threshold": policy.privacy.small_cell} for pair in pairs
        ]
        return Plan.parse(document).document()
    quasi = [name for name in emitted if name in policy.privacy.quasi_identifiers]
    plain = set(emitted) - set(quasi) - set(policy.direct_identifiers)
    document["table"] = {
        "k": policy.k(scope.purpose),
        "quasi_identifiers": sorted(quasi),
        "sensitive": sorted(plain),
        "suppression_limit": policy.privacy.suppression_limit,
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
        k=made.report.get("least_k"),
        risk=made.report.get("prosecutor_risk"),
        report=made.report,
    )
