"""How are an approval's ground and a recipient named on pages?"""

import sqlalchemy as sa

from kernel.errors import MissingError
from policies import explain
from registry.usecases import orgs
from sharing.approvals.domain.approval import LoadedApproval
from sharing.requests.domain.client import ClientFacts
from sharing.requests.store.tables import recipient
from sharing.requests.usecases.services import SharingServices


async def ground_text(services: SharingServices, approval: LoadedApproval | None) -> str:
    """Return one sentence: by what right this leaves (art. 24)."""
    if approval is None:
        return "沙箱：只有合成学生，不涉及任何真实的人"
    ground = approval.scope.ground
    government = ""
    if ground.government_org_id:
        try:
            government = (await orgs.org(services.runtime, ground.government_org_id)).name
        except MissingError:
            government = ""
    return explain.ground(
        services.policy,
        ground.kind,
        law_id=ground.law_id,
        government=government,
        document_number=ground.document_number,
    )


async def recipient_name(services: SharingServices, client: ClientFacts) -> str:
    """Return the organisation behind the app, as registered; the app's name if there is none."""
    rows = await services.runtime.database.read(
        sa.select(recipient.c.name).where(recipient.c.id == client.recipient_id)
    )
    return rows[0].name if rows else client.name
