"""All pages of the registry, for the composition root to include."""

from fastapi import APIRouter

from registry.web import students

router = APIRouter()
for part in (students,):
    router.include_router(part.router)
