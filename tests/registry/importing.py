"""What tests of the import share: a database with a county's schools, and an order to import."""

import asyncio
import json
from pathlib import Path

import sqlalchemy as sa

import registry.store.import_tables
import registry.store.tables  # noqa: F401  the tables of the metadata
from kernel.ids import AccountId, OrgId
from kernel.runtime import Runtime
from kernel.schema import metadata
from registry.domain.org import Level, OrgKind, OrgPlan
from registry.usecases.create_orgs import create_orgs
from registry.usecases.import_files import ImportOrder
from registry.usecases.import_recipe import RuntimeRecipe

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
