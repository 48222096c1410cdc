"""Show how an import stands and what is wrong with its files."""

from typing import Any

from sqlalchemy.engine import Row

from kernel.errors import MissingError
from kernel.ids import OrgId
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from registry.imports.domain.report import Finding, ImportReport, ImportState, Tally
from registry.imports.domain.rules import RULES
from registry.imports.store import jobs as import_jobs

SHOWN = 100


async def import_report(
    runtime: Runtime, import_id: str, *, first: int = 0, most: int = SHOWN
) -> ImportReport:
    """Return the report with findings from number `first` (0) on; raises MissingError."""
    found = await runtime.database.read(import_jobs.one(import_id))
    if not found:
        raise MissingError("没有这次导入", remedy="请回到导入页")
    row = found[0]
    tally = Tally.parse(row.tally)
    names = [file.name for file in tally.files]
    rows = (
        await runtime.database.read(import_jobs.problems(import_id, first, most)) if names else []
    )
    return _report(row, tally, tuple(_finding(one, names) for one in rows))


async def own_report(
    runtime: Runtime, principal: Principal, import_id: str, *, first: int = 0
) -> ImportReport:
    """Return the report to a registrar of the organization that imports; raises MissingError."""
    principal.require(Role.REGISTRAR)
    report = await import_report(runtime, import_id, first=first)
    if report.org_id != principal.org_id:
        raise MissingError("没有这次导入", remedy="请回到导入页")
    return report


async def recent_imports(runtime: Runtime, principal: Principal) -> list[ImportReport]:
    """Return the newest imports of the registrar's organization, without findings."""
    principal.require(Role.REGISTRAR)
    org_id = principal.org_id or OrgId("")
    rows = await runtime.database.read(import_jobs.recent(org_id, 20))
    return [_report(row, Tally.parse(row.tally), ()) for row in rows]


def _report(row: Row[Any], tally: Tally, findings: tuple[Finding, ...]) -> ImportReport:
    return ImportReport(
        row.id,
        row.org_id,
        ImportState(row.state),
        row.phase,
        row.done,
        row.total,
        tally,
        findings,
        row.synthetic,
        row.created_at,
        row.committed_at,
        row.committed,
    )


def _finding(row: Row[Any], names: list[str]) -> Finding:
    return Finding(names[row.file], row.row, row.column, row.value, RULES[row.rule], row.detail)
