"""Import from the pages: take the files, read them in another process, ask how it goes, commit."""

import asyncio
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import orjson
from sqlalchemy.engine import Connection

import registry
from kernel.errors import InvalidError, UnavailableError
from kernel.ids import OrgId
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from registry.imports.domain.report import ImportReport, ImportState
from registry.imports.store import jobs as import_jobs
from registry.imports.usecases.begin import begin_import
from registry.imports.usecases.clean import clean_imports
from registry.imports.usecases.commit import clear_staging, commit_import
from registry.imports.usecases.recipe import RuntimeRecipe
from registry.imports.usecases.report import own_report

MOST_FILES = 60
_PIECE = 2**20
_ROOT = Path(registry.__file__).parent.parent


class Upload(Protocol):
    """A file as the web framework hands it over."""

    filename: str | None

    async def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes; empty at the end."""


@dataclass(frozen=True, slots=True)
class ImportServices:
    """Set as `app.state.registry_imports`. `folder` is private to the server (mode 0700)."""

    runtime: Runtime
    recipe: RuntimeRecipe
    folder: Path
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


async def start(services: ImportServices, principal: Principal, files: Sequence[Upload]) -> str:
    """Keep the files, begin the dry run in another process, and return the import's id.

    Raises DeniedError, InvalidError (no file, too many, no school) or TooManyError.
    """
    principal.require(Role.REGISTRAR)
    if not 0 < len(files) <= MOST_FILES or principal.org_id is None:
        raise InvalidError(
            f"请选择 1 至 {MOST_FILES} 个文件", field="files", remedy="请选择要导入的文件"
        )
    await clean_imports(services.runtime)
    import_id = await begin_import(
        services.runtime, OrgId(principal.org_id), principal.account_id, size=1
    )
    folder = services.folder / import_id
    try:
        kept = await _keep(folder, files)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        await _give_up(services.runtime, import_id)
        raise
    order = {"verb": "read", "import_id": import_id, "files": kept}
    task = asyncio.create_task(_read(services, import_id, order))
    services.tasks.add(task)
    task.add_done_callback(services.tasks.discard)
    return import_id


async def status(
    services: ImportServices, principal: Principal, import_id: str, *, first: int = 0
) -> ImportReport:
    """Return how the import stands, with findings from number `first` on; raises MissingError."""
    return await own_report(services.runtime, principal, import_id, first=first)


async def commit(services: ImportServices, principal: Principal, import_id: str) -> int:
    """Bring the faultless rows in; return how many. Raises MissingError or ConflictError."""
    await own_report(services.runtime, principal, import_id)
    return await commit_import(services.runtime, import_id, principal.account_id)


async def faulty_workbook(services: ImportServices, principal: Principal, import_id: str) -> bytes:
    """Return the workbook of faulty rows; raises MissingError or UnavailableError."""
    await own_report(services.runtime, principal, import_id)
    return await _made(services, {"verb": "faulty", "import_id": import_id}, f"{import_id}-faulty")


async def template_workbook(services: ImportServices) -> bytes:
    """Return the template as a workbook; made once a server start. Raises UnavailableError."""
    ready = services.folder / "template.xlsx"
    if not ready.exists():
        content = await _made(services, {"verb": "template"}, "template-new")
        await asyncio.to_thread(ready.write_bytes, content)
    return await asyncio.to_thread(ready.read_bytes)


async def _keep(folder: Path, files: Sequence[Upload]) -> list[tuple[str, str]]:
    """Write the files under names of our own; return path and the name that the person gave."""
    await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True)
    kept = []
    for number, file in enumerate(files):
        name = Path((file.filename or "").replace("\\", "/")).name[-100:] or f"文件{number + 1}"
        path = folder / f"{number}.upload"
        while piece := await file.read(_PIECE):
            await asyncio.to_thread(_append, path, piece)
        kept.append((str(path), name))
    return kept


def _append(path: Path, piece: bytes) -> None:
    with path.open("ab") as target:
        target.write(piece)


async def _read(services: ImportServices, import_id: str, order: dict[str, Any]) -> None:
    """Run the dry run; whatever becomes of it, the uploaded files go."""
    try:
        if await _work(services, order) != 0:
            await _give_up(services.runtime, import_id)
    finally:
        await asyncio.to_thread(shutil.rmtree, services.folder / import_id, ignore_errors=True)


async def _made(services: ImportServices, order: dict[str, Any], name: str) -> bytes:
    """Have the worker write a workbook, and return its bytes; nothing stays on disk."""
    services.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = services.folder / f"{name}-{services.runtime.entropy(8).hex()}.xlsx"
    try:
        if await _work(services, order | {"path": str(path)}) != 0:
            raise UnavailableError("文件没有生成", remedy="请稍后重试")
        return await asyncio.to_thread(path.read_bytes)
    finally:
        path.unlink(missing_ok=True)


async def _work(services: ImportServices, order: Mapping[str, Any]) -> int:
    """Give an order to a worker process and return its exit code; cancelling kills the worker."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "registry.imports.usecases.worker",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
        cwd=_ROOT, env={"PYTHONUTF8": "1"},
    )  # fmt: skip
    try:
        await process.communicate(orjson.dumps({**order, "recipe": services.recipe.document()}))
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    return process.returncode if process.returncode is not None else 1


async def _give_up(runtime: Runtime, import_id: str) -> None:
    def job(connection: Connection) -> bool:
        return import_jobs.move(
            connection, import_id, ImportState.READING, ImportState.FAILED,
            phase="读取失败", updated_at=runtime.clock(),
        )  # fmt: skip

    if await runtime.database.write(job):
        await clear_staging(runtime, import_id, findings=True)
