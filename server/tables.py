"""Which tables are there? Importing this module knows them all (migrations and checks need it)."""

import identity.accounts.store.tables
import identity.provider.store.tables
import kernel.envelope
import ledger.store.tables
import registry.imports.store.tables
import registry.store.tables
import sharing.door.store.overtime_tables
import sharing.door.store.release_tables
import sharing.requests.store.tables
import sharing.tables.store.budget_tables
from kernel.schema import metadata

__all__ = ["identity", "kernel", "ledger", "metadata", "registry", "sharing"]
