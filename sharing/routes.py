"""All routes of sharing, for the composition root to include."""

from fastapi import APIRouter

from sharing.approvals.web import decisions, delegations, requests, reviews, switches
from sharing.door.web import records
from sharing.oversight.web import audit, consents, me, open_list, text_scan
from sharing.requests.web import recipients
from sharing.tables.web import files, trials

router = APIRouter()
for part in (
    records, files, requests, reviews, decisions, switches, recipients, delegations,
    audit, me, consents, open_list, text_scan, trials,
):  # fmt: skip
    router.include_router(part.router)
