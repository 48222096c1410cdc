"""All routes of sharing, for the composition root to include."""

from fastapi import APIRouter

from sharing.web import files, records

router = APIRouter()
for part in (records, files):
    router.include_router(part.router)
