"""What tests of the import share: a database with a county's schools, and an order to import."""

import asyncio
import json
import resource
from pathlib import Path

import pytest
import sqlalchemy as sa

import registry.imports.store.tables
import registry.store.tables  # noqa: F401  the tables of the metadata
from kernel.ids import AccountId, OrgId
from kernel.runtime import Runtime
from kernel.schema import metadata
from registry.domain.org import Level, OrgKind, OrgPlan
from registry.imports.domain.report import ImportReport
from registry.imports.domain.rules import RULES, FileRefusedError
from registry.imports.store import sheet_csv, sheet_xlsx
from registry.imports.usecases.files import ImportOrder, import_files
from registry.imports.usecases.recipe import RuntimeRecipe
from registry.usecases.create_orgs import create_orgs
from tests.registry.county import County

ACCOUNT = AccountId("acc_registrar")
KEK = b"\x05" * 32


def silent(_done: int, _total: int, _phase: str) -> None:
    """Hear of progress, and say nothing."""


def recipe_in(folder: Path) -> RuntimeRecipe:
    url = f"sqlite:///{folder / 'import.db'}"
    engine = sa.create_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    return RuntimeRecipe(url, KEK)


def plans(orgs: Path) -> list[OrgPlan]:
    nodes = json.loads(orgs.read_text(encoding="utf-8"))
    return [
        OrgPlan(**node | {"kind": OrgKind(node["kind"]), "level": Level(node["level"])})
        for node in nodes
    ]


def settle(recipe: RuntimeRecipe, orgs: Path) -> dict[str, OrgId]:
    """Create the organization tree; return ids by key."""

    async def work() -> dict[str, OrgId]:
        runtime = await recipe.open()
        made = await create_orgs(runtime, plans(orgs))
        runtime.database.close()
        return {key: org.id for key, org in made.items()}

    return asyncio.run(work())


def order(org_id: OrgId, *paths: Path, commit: bool = False, partial: bool = False) -> ImportOrder:
    return ImportOrder(
        org_id, ACCOUNT, tuple(paths), synthetic=True, commit=commit, partial=partial, shown=10**6
    )


async def count(runtime: Runtime, table: sa.Table) -> int:
    rows = await runtime.database.read(sa.select(sa.func.count()).select_from(table))
    return int(rows[0][0])


def dry_run(land: County, *paths: Path, org: str = "county") -> ImportReport:
    wanted = order(OrgId(land.orgs[org].id), *paths)
    return asyncio.run(import_files(land.runtime, wanted, silent))


def bring(land: County, *paths: Path, commit: bool = True) -> ImportReport:
    wanted = order(OrgId(land.orgs["county"].id), *paths, commit=commit, partial=True)
    return asyncio.run(import_files(land.runtime, wanted, silent))


def rows_in(runtime: Runtime, *names: sa.Table) -> list[int]:
    return [asyncio.run(count(runtime, table)) for table in names]


def refusal(path: Path) -> FileRefusedError:
    reader = sheet_csv if path.suffix == ".csv" else sheet_xlsx
    with pytest.raises(FileRefusedError) as caught:
        list(reader.open_sheet(path).rows)
    assert RULES[caught.value.rule].remedy
    return caught.value


def memory() -> int:
    """Return the bytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()
