"""How does a developer learn why the door stayed shut, without learning about a pupil?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from identity.provider.domain.client import Client
from identity.provider.domain.errors import OAuthError
from identity.provider.store import refusals
from identity.provider.usecases.services import ProviderServices
from kernel.ids import new_id
from policies.decide import Failure

MOST_SHOWN = 50
MOST_NAMED = 8


class LoggedRefusal(NamedTuple):
    """A refusal as the developer sees it; `reasons` have code, article, message, cure, field."""

    id: str
    at: datetime
    error: str
    reasons: list[dict[str, str]]


async def refuse(
    services: ProviderServices, client: Client, failures: Sequence[Failure]
) -> OAuthError:
    """Record why the door refused and return the error for the client (RFC 6749 4.1.2.1)."""
    refusal_id = new_id("refusal", services.runtime.entropy)
    now = services.runtime.clock()
    reasons = [
        {name: str(getattr(f, name)) for name in ("code", "article", "message", "cure", "field")}
        for f in failures
    ]  # fmt: skip
    await services.runtime.database.write(
        lambda connection: refusals.add(
            connection, refusal_id, client.client_id, "access_denied", reasons=reasons, at=now
        )
    )
    named = ", ".join(f"{f.code}({f.field})" if f.field else f.code for f in failures[:MOST_NAMED])
    page = f"{services.config.issuer}/developer/clients/{client.client_id}/refusals"
    return OAuthError("access_denied", _ascii(f"refused: {named}"), uri=f"{page}#{refusal_id}")


async def latest_refusals(services: ProviderServices, client_id: str) -> list[LoggedRefusal]:
    """Return a client's latest refusals, newest first. The caller checks who may look."""
    rows: Sequence[Any] = await services.runtime.database.read(
        refusals.select_latest(client_id, MOST_SHOWN)
    )
    return [LoggedRefusal(row.id, row.at, row.error, row.reasons) for row in rows]


def _ascii(text: str) -> str:
    """Keep what RFC 6749 section 5.2 allows in a description."""
    return "".join(c for c in text if " " <= c <= "~" and c not in '"\\')[:300]
