"""Import files from the command line: dry run, report, and commit if asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kernel.ids import AccountId, OrgId
from kernel.runtime import Runtime
from registry.imports.domain.report import ImportReport
from registry.imports.usecases.begin import begin_import, import_scope
from registry.imports.usecases.clean import clean_imports
from registry.imports.usecases.commit import commit_import
from registry.imports.usecases.parsers import SourceFile
from registry.imports.usecases.recipe import RuntimeRecipe
from registry.imports.usecases.report import import_report
from registry.imports.usecases.stage import Progress, stage


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What to import for whom. `commit` asks for the commit of a faultless dry run.

    `partial` allows a commit that leaves faulty rows (and refused files) out. `shown` is how many
    findings the report lists; all are counted.
    """

    org_id: OrgId
    account_id: AccountId
    paths: tuple[Path, ...]
    synthetic: bool = False
    commit: bool = False
    partial: bool = False
    shown: int = 100


def run(recipe: RuntimeRecipe, order: ImportOrder, progress: Progress) -> ImportReport:
    """Open the database, import, close it again, and return the report.

    Raises what `import_files` raises, and KeyUnavailableError.
    """

    async def work() -> ImportReport:
        runtime = await recipe.open()
        try:
            await clean_imports(runtime)
            return await import_files(runtime, order, progress)
        finally:
            runtime.database.close()

    return asyncio.run(work())


async def import_files(runtime: Runtime, order: ImportOrder, progress: Progress) -> ImportReport:
    """Return the report of the dry run, or of the commit if one was asked for and allowed.

    Blocks the event loop while files are parsed: not for the serving process. Raises TooManyError,
    InvalidError, FileNotFoundError, or ConflictError when the registry changed under the import.
    """
    files = [SourceFile(path, path.name) for path in order.paths]
    size = sum(path.stat().st_size for path in order.paths)
    import_id = await begin_import(
        runtime, order.org_id, order.account_id, size=size, synthetic=order.synthetic
    )
    await read_files(runtime, import_id, files, progress)
    report = await import_report(runtime, import_id, most=order.shown)
    if order.commit and report.tally.clean and (order.partial or not report.tally.errors):
        progress(0, report.tally.clean, "写入学籍库")
        await commit_import(runtime, import_id, order.account_id)
        progress(report.tally.clean, report.tally.clean, "完成")
        report = await import_report(runtime, import_id, most=order.shown)
    return report


async def read_files(
    runtime: Runtime, import_id: str, files: Sequence[SourceFile], progress: Progress
) -> None:
    """Run the dry run of an import that was begun."""
    row = await import_report(runtime, import_id, most=0)
    scope = await import_scope(runtime, import_id, OrgId(row.org_id), synthetic=row.synthetic)
    await stage(runtime, scope, files, progress)
