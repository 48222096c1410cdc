"""Bring a database to the newest schema; one linear history, run before the server serves."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from kernel.database import sqlite_engine

SCRIPTS = Path(__file__).parent / "migrations"


def configuration(connection: sa.Connection) -> Config:
    """Return Alembic's configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str) -> None:
    """Run all migrations that the database has not seen; a half-run one is rolled back."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sqlite_engine(url)
    else:
        engine = sa.create_engine(parsed, poolclass=sa.NullPool)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "head")
    engine.dispose()
