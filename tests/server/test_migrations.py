"""The history of the schema: complete, repeatable, undone when it fails, on both databases."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import policies
from kernel.database import sqlite_engine
from server import migrate
from server.tables import metadata
from tests.databases import PostgresServer


def engine_of(url: str) -> sa.Engine:
    return sqlite_engine(url) if url.startswith("sqlite") else sa.create_engine(url)


def test_after_all_migrations_the_tables_are_those_of_the_code(either_url: str) -> None:
    engine = engine_of(either_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_changed_table_is_found_by_that_comparison(either_url: str) -> None:
    """Else an empty list proves nothing."""
    engine = engine_of(either_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE ledger_entry ADD COLUMN extra TEXT")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [step[0] for step in compare_metadata(context, metadata)] == ["remove_column"]
    engine.dispose()


def test_an_upgrade_of_a_new_database_changes_nothing_and_keeps_its_rows(either_url: str) -> None:
    engine = engine_of(either_url)
    insert = "INSERT INTO identity_stamp VALUES ('clients', 7)"
    with engine.begin() as connection:
        connection.exec_driver_sql(insert)
    before = dump(engine)
    migrate.upgrade(either_url)
    migrate.upgrade(either_url)
    assert dump(engine) == before
    engine.dispose()


def dump(engine: sa.Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        found = sa.inspect(connection).get_table_names()
        return {
            name: [tuple(row) for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))]  # noqa: S608  names from the schema itself
            for name in found
        }


def test_the_history_is_one_line() -> None:
    scripts = ScriptDirectory.from_config(migrate.configuration())
    revisions = list(scripts.walk_revisions())
    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1
    assert [r.revision for r in revisions] == [f"{n:04d}" for n in range(len(revisions), 0, -1)]


def test_a_downgrade_to_nothing_leaves_nothing(either_url: str) -> None:
    engine = engine_of(either_url)
    with engine.begin() as connection:
        command.downgrade(migrate.configuration(connection), "base")
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"

    real = command.upgrade

    def half(config: Config, _revision: str) -> None:
        real(config, "0002")
        raise OSError("disk full")

    monkeypatch.setattr(command, "upgrade", half)
    with pytest.raises(OSError, match="disk full"):
        migrate.upgrade(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    connection.close()


@pytest.mark.postgres
def test_a_migration_that_fails_leaves_postgres_as_it_was(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = command.upgrade

    def half(config: Config, _revision: str) -> None:
        real(config, "0002")
        raise OSError("disk full")

    monkeypatch.setattr(command, "upgrade", half)
    with postgres.fresh("template0") as url:
        with pytest.raises(OSError, match="disk full"):
            migrate.upgrade(url)
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            assert sa.inspect(connection).get_table_names() == []


def test_every_table_names_a_retention_class_that_the_policy_knows() -> None:
    known = set(policies.load().retention)
    named = {str(table.info["retention"]) for table in metadata.tables.values()}
    assert named <= known
    assert len(metadata.tables) > 30


def test_a_tables_name_begins_with_its_package_and_keys_stay_inside() -> None:
    packages = {"kernel", "identity", "registry", "ledger", "sharing"}
    for table in metadata.tables.values():
        package = table.name.split("_")[0]
        assert package in packages
        assert {key.column.table.name.split("_")[0] for key in table.foreign_keys} <= {package}


def test_a_revision_with_nothing_to_say_writes_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    before = set((migrate.SCRIPTS / "versions").glob("*.py"))
    assert migrate.main(["revision", "nothing"]) == 0
    assert "as the history says" in capsys.readouterr().out
    assert set((migrate.SCRIPTS / "versions").glob("*.py")) == before


def test_wrong_usage_says_so_and_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate.main([]) == 2
    assert "usage" in capsys.readouterr().err
