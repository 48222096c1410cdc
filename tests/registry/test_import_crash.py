"""What is left of an import whose process was killed, which failed, or which nobody confirmed."""

import asyncio
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.errors import ConflictError, TooManyError
from kernel.ids import OrgId
from registry.imports.domain.report import ImportState
from registry.imports.store import staging
from registry.imports.store import tables as import_tables
from registry.imports.usecases.begin import begin_import, import_scope
from registry.imports.usecases.clean import clean_imports
from registry.imports.usecases.commit import commit_import
from registry.imports.usecases.parsers import SourceFile
from registry.imports.usecases.recipe import RuntimeRecipe
from registry.imports.usecases.report import import_report
from registry.imports.usecases.stage import stage
from registry.store import tables
from registry.synthetic.county import County as Synthetic
from registry.synthetic.files import write_county
from tests.conftest import HandClock
from tests.registry.county import County
from tests.registry.importing import ACCOUNT, bring, count, recipe_in, rows_in, settle, silent
from tests.registry.sheets import csv_file, pupil, workbook

ROOT = Path(__file__).parent.parent.parent
_KILLED = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from registry.imports.usecases.files import import_files
from registry.imports.usecases.recipe import RuntimeRecipe
from tests.registry.importing import KEK, order

async def work():
    runtime = await RuntimeRecipe(sys.argv[2], KEK).open()
    def tell(done, total, phase):
        print(phase, flush=True)
    wanted = order(sys.argv[3], Path(sys.argv[4]), commit=True)
    await import_files(runtime, wanted, tell)

asyncio.run(work())
"""


@pytest.mark.parametrize("at_phase", ["读取与校验", "写入学籍库"])
def test_a_killed_import_leaves_nothing_half_done(tmp_path: Path, at_phase: str) -> None:
    (path,) = write_county(Synthetic(pupils=4_000), tmp_path, silent, form="csv")
    recipe = recipe_in(tmp_path)
    ids = settle(recipe, tmp_path / "orgs.json")
    command = [
        sys.executable, "-c", _KILLED, str(ROOT), recipe.database_url,
        ids["education_authority-county"], str(path),
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != at_phase:
            assert process.poll() is None
        time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    asyncio.run(_look_after_the_kill(recipe))


async def _look_after_the_kill(recipe: RuntimeRecipe) -> None:
    runtime = await recipe.open()
    pupils = await count(runtime, tables.student)
    assert pupils in {0, 4_000}
    assert await count(runtime, tables.number) == await count(runtime, tables.event) == pupils
    await clean_imports(runtime, silence=timedelta(0))
    (row,) = await runtime.database.read(sa.select(import_tables.job))
    if row.state in {ImportState.FAILED.value, ImportState.COMMITTED.value}:
        assert await count(runtime, import_tables.staged) == 0
    else:
        # Killed between dry run and commit: the dry run stands, whole.
        assert row.state == ImportState.READY.value
        assert await count(runtime, import_tables.staged) == 4_000
    runtime.database.close()


def test_a_failing_commit_leaves_nothing(
    land: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = bring(land, csv_file(tmp_path, [pupil(1), pupil(2)]), commit=False)
    admit = staging.admit

    def fail(connection: Connection, *rest: object) -> int:
        admit(connection, *rest)  # type: ignore[arg-type]  # passed on as they came
        raise OSError("disk full")

    monkeypatch.setattr(staging, "admit", fail)
    with pytest.raises(OSError, match="disk full"):
        asyncio.run(commit_import(land.runtime, report.id, ACCOUNT))
    monkeypatch.undo()
    assert rows_in(land.runtime, tables.student, tables.number, tables.event) == [0, 0, 0]
    assert asyncio.run(commit_import(land.runtime, report.id, ACCOUNT)) == 2


def test_a_silent_import_is_given_up_and_a_lively_one_is_not(
    land: County, clock: HandClock
) -> None:
    async def begin() -> str:
        org = OrgId(land.orgs["school"].id)
        return await begin_import(land.runtime, org, ACCOUNT, size=1)

    silent_one = asyncio.run(begin())
    clock.forward(minutes=4)
    lively = asyncio.run(begin())
    with pytest.raises(TooManyError):
        asyncio.run(begin())
    clock.forward(minutes=2)
    assert asyncio.run(clean_imports(land.runtime)) == [silent_one]
    assert asyncio.run(import_report(land.runtime, lively)).state is ImportState.READING


def test_an_import_given_up_meanwhile_stops_and_stages_nothing(
    land: County, tmp_path: Path, clock: HandClock
) -> None:
    path = workbook(tmp_path, [pupil(1)])

    async def work() -> None:
        org = OrgId(land.orgs["school"].id)
        import_id = await begin_import(land.runtime, org, ACCOUNT, size=1)
        scope = await import_scope(land.runtime, import_id, org, synthetic=False)
        clock.forward(hours=1)
        await clean_imports(land.runtime)
        await stage(land.runtime, scope, [SourceFile(path, path.name)], silent)

    with pytest.raises(ConflictError):
        asyncio.run(work())
    assert rows_in(land.runtime, import_tables.staged) == [0]


def test_a_dry_run_that_nobody_confirms_expires(
    land: County, tmp_path: Path, clock: HandClock
) -> None:
    report = bring(land, csv_file(tmp_path, [pupil(1), pupil(2, 民族="火星族")]), commit=False)
    clock.forward(days=8)
    assert asyncio.run(clean_imports(land.runtime)) == [report.id]
    assert rows_in(
        land.runtime, import_tables.staged, import_tables.problem, import_tables.faulty
    ) == [0, 0, 0]


def test_the_list_of_findings_outlives_the_commit_for_a_week(
    land: County, tmp_path: Path, clock: HandClock
) -> None:
    bring(land, csv_file(tmp_path, [pupil(1), pupil(2, 民族="火星族")]))
    asyncio.run(clean_imports(land.runtime))
    assert rows_in(land.runtime, import_tables.problem, import_tables.faulty) == [1, 1]
    clock.forward(days=8)
    asyncio.run(clean_imports(land.runtime))
    assert rows_in(land.runtime, import_tables.problem, import_tables.faulty) == [0, 0]
