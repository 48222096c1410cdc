"""How does a process of its own get at the database and the keys?"""

from dataclasses import dataclass, field
from typing import Self

from sqlalchemy.engine import Connection

from kernel.database import open_database
from kernel.envelope import Keyring, open_keyring
from kernel.runtime import Runtime


@dataclass(frozen=True, slots=True)
class RuntimeRecipe:
    """What a process needs to open a runtime. Handed over by pipe, never by arguments."""

    database_url: str
    kek: bytes = field(repr=False)

    async def open(self) -> Runtime:
        """Open a runtime; the caller closes its database. Raises KeyUnavailableError."""
        database = open_database(self.database_url, pool=2)

        def job(connection: Connection) -> Keyring:
            return open_keyring(connection, self.kek)

        return Runtime(database, await database.write(job))

    def document(self) -> dict[str, str]:
        """Return the recipe as JSON-ready strings."""
        return {"database_url": self.database_url, "kek": self.kek.hex()}

    @classmethod
    def parse(cls, document: dict[str, str]) -> Self:
        """Return the recipe of a document."""
        return cls(document["database_url"], bytes.fromhex(document["kek"]))
