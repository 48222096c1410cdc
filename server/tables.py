"""Which tables are there? Importing this module knows them all (migrations and checks need it)."""

import identity.accounts.store.tables
import identity.provider.store.tables
import kernel.envelope
import ledger.store.tables
import registry.store.import_tables
import registry.store.tables
import sharing.store.overtime_tables
import sharing.store.release_tables
import sharing.store.tables
from kernel.schema import metadata

__all__ = ["identity", "kernel", "ledger", "metadata", "registry", "sharing"]
