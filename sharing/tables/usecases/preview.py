"""Show what would leave, before anybody decides: made by the very function that releases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from anonymize import Plan, record
from anonymize.report.digest import digest as report_digest
from kernel.canonical import digest
from kernel.errors import InvalidError
from kernel.ids import DataRequestId, StudentId
from policies.merge import stricter
from policies.model import Policy
from sharing.door.domain.leaving import ANONYMIZED, DEIDENTIFIED
from sharing.door.usecases.agreed import everyone
from sharing.door.usecases.pupils import load_pupils
from sharing.door.usecases.transform import pseudonym_key, record_plan
from sharing.requests.domain.preview import Column, Preview
from sharing.requests.domain.scope import Delivery, Scope
from sharing.requests.usecases.services import SharingServices
from sharing.tables.domain.budget import Cost, population_of, told_before
from sharing.tables.domain.table_file import MEASURES, count_rows
from sharing.tables.usecases.build_table import Built, build_table
from sharing.tables.usecases.draw_noise import noise_of
from sharing.tables.usecases.fit_release import Wanted, foresee
from sharing.tables.usecases.spend_budget import remaining_budget

SAMPLE_ROWS = 20
TABLES = frozenset({Delivery.FILE, Delivery.COUNTS})


async def preview(
    services: SharingServices, scope: Scope, data_request_id: DataRequestId
) -> Preview:
    """Return columns and forms, twenty transformed rows, row count, measured k and risk.

    Raises InvalidError when no lawful plan can be made, or the cohort is empty.
    """
    forms = policy_forms(services.policy, scope)
    ids = await everyone(services, scope)
    if TABLES & set(scope.deliveries):
        wanted = Wanted(scope, forms, ids, 0, (services.policy,))
        built, note = await foresee(
            services, wanted,
            lambda chosen, some: build_table(services, scope, data_request_id, chosen, some),
        )  # fmt: skip
        return _table_preview(services, scope, built, await _budget(services, scope, built) + note)
    return await _record_preview(services, scope, data_request_id, forms, ids)


async def _budget(services: SharingServices, scope: Scope, built: Built) -> tuple[str, ...]:
    """Return the note of how much of the privacy budget is left; none where it is not used."""
    noise = noise_of((services.policy,), scope.purpose)
    if noise is None or not built.noisy:
        return ()
    population = population_of(scope.cohort)
    left = await remaining_budget(services.runtime, scope.recipient_id, population, noise.budget)
    return (told_before(Cost(Plan.parse(built.plan).epsilon, noise.budget), left),)


def policy_forms(policy: Policy, scope: Scope) -> dict[str, str]:
    """Return the form of each asked field: the stricter of asked and the purpose's weakest.

    Raises InvalidError for a field that the purpose does not need.
    """
    weakest = policy.purpose(scope.purpose).fields
    for name in scope.fields:
        if name not in weakest:
            raise InvalidError(
                f"用途不需要“{policy.field(name).title}”", field=name, rule="最小必要",
                remedy="请去掉该字段，或者改选用途",
            )  # fmt: skip
    return {
        name: stricter(policy, name, form, weakest[name]) for name, form in scope.fields.items()
    }


def _table_preview(
    services: SharingServices, scope: Scope, built: Built, note: tuple[str, ...]
) -> Preview:
    forms = built.plan["fields"]
    if built.statistics:
        names, rows = count_rows(built.statistics[0])
        shown = tuple(tuple(row) for row in rows[:SAMPLE_ROWS])
        total = sum(len(count_rows(one)[1]) for one in built.statistics)
        columns = _columns(services.policy, {name: forms.get(name, "count") for name in names})
    else:
        shown, total = built.rows[:SAMPLE_ROWS], len(built.rows)
        columns = _columns(services.policy, {name: forms[name] for name in built.columns})
    suppressed = built.report["suppressed"]
    notes = [f"为达到 k，隐去 {suppressed} 行"] if suppressed else []
    notes += [str(one["text"]) for one in built.statistics if "epsilon" in one]
    notes += note
    nobody = built.statistics or built.label == ANONYMIZED
    pupils = () if nobody else built.pupils[:SAMPLE_ROWS]
    measured = _Measured(
        total, built.k, built.risk, built.label, tuple(notes), pupils, built.report
    )
    return _preview(services.policy, scope, built.plan, columns, shown, measured)


async def _record_preview(
    services: SharingServices,
    scope: Scope,
    data_request_id: DataRequestId,
    forms: dict[str, str],
    ids: list[StudentId],
) -> Preview:
    """Single records leave one by one: no k is claimed; the sample is of the first pupils."""
    plan = record_plan(services.policy, forms)
    key = pseudonym_key(services.runtime, data_request_id)
    names = [name for name, form in forms.items() if form != "drop"]
    found = await load_pupils(services.runtime, ids[:SAMPLE_ROWS], names)
    rows = [record(one.values, plan, key=key) for _, one in found]
    shown = tuple(tuple(row.get(name, "") for name in names) for row in rows)
    measured = _Measured(len(ids), None, None, DEIDENTIFIED, (), tuple(ids[:SAMPLE_ROWS]))
    columns = _columns(services.policy, {name: forms[name] for name in names})
    return _preview(services.policy, scope, plan.document(), columns, shown, measured)


@dataclass(frozen=True, slots=True)
class _Measured:
    rows: int
    k: int | None
    risk: float | None
    label: str
    notes: tuple[str, ...]
    pupils: tuple[StudentId, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict)


def _columns(policy: Policy, forms: dict[str, str]) -> tuple[Column, ...]:
    return tuple(
        Column(name, policy.field(name).title if name in policy.catalogue else MEASURES[name], form)
        for name, form in forms.items()
    )


def _preview(
    policy: Policy,
    scope: Scope,
    plan: dict[str, Any],
    columns: tuple[Column, ...],
    sample: tuple[tuple[str, ...], ...],
    measured: _Measured,
) -> Preview:
    document = {
        "type": "xueyin-preview@v1",
        "client": scope.client_id,
        "columns": [[column.field, column.form] for column in columns],
        "sample": [list(row) for row in sample],
        "rows": measured.rows,
        "k": measured.k,
        "risk": measured.risk,
        "label": measured.label,
        "plan": digest(plan),
        "policy": policy.digest,
        "notes": list(measured.notes),
    }
    if measured.report:
        document["report"] = report_digest(measured.report)
    return Preview(
        columns=columns, sample=sample, rows=measured.rows, k=measured.k, risk=measured.risk,
        label=measured.label, policy_digest=policy.digest, plan=plan, document=document,
        notes=measured.notes, pupils=measured.pupils, report=measured.report,
    )  # fmt: skip
