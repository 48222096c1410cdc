"""All routes of sharing, for the composition root to include."""

from fastapi import APIRouter

from sharing.web import (
    audit,
    decisions,
    delegations,
    files,
    recipients,
    records,
    requests,
    reviews,
    switches,
)

router = APIRouter()
for part in (
    records, files, requests, reviews, decisions, switches, recipients, delegations,
    audit,
):  # fmt: skip
    router.include_router(part.router)
