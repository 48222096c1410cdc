"""The seeded houses."""

from tests.flows.fixtures import either_world, seeded_postgres, seeded_sqlite, world

__all__ = ["either_world", "seeded_postgres", "seeded_sqlite", "world"]
