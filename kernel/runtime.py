"""What does every use case need from outside: time, randomness, keys and the database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from kernel.database import Database
from kernel.envelope import Keyring
from kernel.ids import Entropy, system_entropy

Clock = Callable[[], datetime]
"""Returns the present as an aware UTC time."""


def system_clock() -> datetime:
    """Return the machine's time in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the one place where the clock is read


@dataclass(frozen=True, slots=True)
class Runtime:
    """Handed to every use case by the composition root, and by tests with their own clock."""

    database: Database
    keyring: Keyring
    clock: Clock = system_clock
    entropy: Entropy = system_entropy
