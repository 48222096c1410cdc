"""Bring a database to the newest schema; one linear history, run before the server serves.

`python -m server.migrate revision "what changes"` writes the next step of the history from the
difference between the tables in the code and the history so far; read it before committing it.
Beginnings of table names after the message keep it to those tables.
"""

import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from kernel.database import sqlite_engine

SCRIPTS = Path(__file__).parent / "migrations"


def configuration(connection: sa.Connection | None = None, *only: str) -> Config:
    """Return Alembic's configuration; commands that touch a database need its open connection.

    `only`: beginnings of the names of the tables that a comparison looks at; none means all.
    """
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes.update(connection=connection, only=only)
    return config


def upgrade(url: str) -> None:
    """Run all migrations that the database has not seen; if one fails, none of them has run."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sqlite_engine(url)
    else:
        engine = sa.create_engine(parsed, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            command.upgrade(configuration(connection), "head")
    finally:
        engine.dispose()


def revision(message: str, *only: str) -> list[str]:
    """Write the next migration and return its path; an empty list if the tables are unchanged."""
    number = len(list(ScriptDirectory.from_config(configuration()).walk_revisions())) + 1
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'history.db'}"
        upgrade(url)
        engine = sqlite_engine(url)
        with engine.begin() as connection:
            made = command.revision(
                configuration(connection, *only),
                message,
                autogenerate=True,
                rev_id=f"{number:04d}",
            )
        engine.dispose()
    scripts = made if isinstance(made, list) else [made]
    return [script.path for script in scripts if script is not None]


def main(arguments: list[str]) -> int:
    """Run `revision MESSAGE [TABLE…]`; return the exit code."""
    match arguments:
        case ["revision", message, *only]:
            for path in revision(message, *only) or ["the tables are as the history says"]:
                sys.stdout.write(f"{path}\n")
            return 0
        case _:
            sys.stderr.write('usage: python -m server.migrate revision "what changes" [table…]\n')
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
