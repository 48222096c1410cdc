"""Nothing of a pupil lies where it should not: database file, log, commands, evidence."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner

from ledger.store.tables import entry
from registry.domain.fields import BY_NAME
from server.cli import app as command_line
from server.tables import metadata
from tests.flows.fixtures import Seeded, sqlite_world
from tests.sweep.setting import Setting, furnish
from tests.sweep.sweeping import rows_of

HOUSE = Path(__file__).parents[2]
CLEAR = frozenset(name for name, field in BY_NAME.items() if not field.encrypted)
"""What stands in clear columns, because lists and cohorts need it: in the registry alone."""
REGISTRY = ("registry_student", "registry_import_row", "registry_import_problem")
SECRET = ("number", "phone", "address", "domicile", "email", "workplace", "homepage")
"""Endings of the fields that not even the list of an upload's faults cites."""


@pytest.fixture(scope="module")
def setting(seeded_sqlite: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    with sqlite_world(seeded_sqlite, tmp_path_factory.mktemp("files")) as world:
        yield furnish(world)


def test_sealed_fields_are_nowhere_in_the_database_file(setting: Setting) -> None:
    path = Path(str(sa.make_url(setting.world.settings.database).database))
    files = [one for one in path.parent.glob(f"{path.name}*") if one.is_file()]
    found = set().union(*(setting.nose.smell(one.read_bytes()) for one in files))
    planted = {one.field for one in found if one.canary in setting.students}
    uploaded = {one.field for one in found if one.canary not in setting.students}
    assert planted <= CLEAR
    assert not {name for name in uploaded if name.endswith(SECRET)}
    assert "name" in {one.field for one in found}, "the nose smells nothing: names are in clear"


def test_no_table_but_the_registrys_own_tells_who_a_pupil_is(setting: Setting) -> None:
    for table in metadata.sorted_tables:
        if table.name in REGISTRY:
            continue
        content = repr([tuple(row) for row in rows_of(setting.world, sa.select(table))])
        found = setting.nose.smell(content.encode())
        ids = {one for one in setting.students.values() if one in content}
        assert not found, f"{table.name}: {found}"
        if not table.name.startswith(("registry_", "identity_")):
            assert not ids, f"{table.name} names a pupil by id"


def test_the_log_tells_nothing_of_a_pupil(setting: Setting) -> None:
    folder = setting.world.settings.log_path
    files = {
        one.relative_to(folder): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }
    assert files, "there is a log"
    entries = [row.body for row in rows_of(setting.world, sa.select(entry.c.body))]
    assert entries
    for content in [*files.values(), *entries]:
        assert not setting.nose.smell(content)
        assert not any(one.encode() in content for one in setting.students.values())


def commands() -> list[list[str]]:
    """Return every command of the command line as words."""

    def walk(found: object, words: list[str]) -> Iterator[list[str]]:
        yield words
        for name, inner in sorted(getattr(found, "commands", {}).items()):
            yield from walk(inner, [*words, name])

    return list(walk(typer.main.get_command(command_line), []))


OPERATED = (
    ["keys", "show"], ["keys", "rotate"],
    ["accounts", "add", "newcomer", "新来者", "--role", "auditor"],
    ["registry", "template", "{folder}/template.csv"],
)  # fmt: skip
"""Commands that run against the same database and settings."""


def test_help_and_commands_of_the_operator_tell_nothing_of_a_pupil(
    setting: Setting, tmp_path: Path
) -> None:
    settings = setting.world.settings
    environment = {
        "XUEYIN_DATA": str(settings.data), "XUEYIN_DATABASE_URL": settings.database,
        "XUEYIN_ISSUER": settings.issuer, "XUEYIN_ARGON2_MEMORY_KIB": "8", "PYTHONUTF8": "1",
    }  # fmt: skip
    told = b""
    for words in commands():
        helped = CliRunner().invoke(command_line, [*words, "--help"])
        assert helped.exit_code == 0, words
        told += helped.output.encode()
    for words in OPERATED:
        wanted = [word.replace("{folder}", str(tmp_path)) for word in words]
        done = subprocess.run(
            [sys.executable, "-m", "server", *wanted],
            cwd=HOUSE, env=environment, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (wanted, done.stdout, done.stderr)
        told += done.stdout + done.stderr
    told += (tmp_path / "template.csv").read_bytes()
    assert told
    assert not setting.nose.smell(told)
