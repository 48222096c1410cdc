"""All routes of sharing, for the composition root to include."""

from fastapi import APIRouter

from sharing.web import (
    audit,
    consents,
    decisions,
    delegations,
    files,
    me,
    open_list,
    recipients,
    records,
    requests,
    reviews,
    switches,
    text_scan,
    trials,
)

router = APIRouter()
for part in (
    records, files, requests, reviews, decisions, switches, recipients, delegations,
    audit, me, consents, open_list, text_scan, trials,
):  # fmt: skip
    router.include_router(part.router)
