"""Under which name does a report stand in the ledger? Plain Python: the serving process asks."""

from collections.abc import Mapping
from typing import Any

from kernel import canonical


def digest(report: Mapping[str, Any]) -> str:
    """Return `sha256:…` of the report's canonical bytes (RFC 8785)."""
    return canonical.digest(dict(report))
