"""All pages of the registry, for the composition root to include."""

from fastapi import APIRouter

from registry.imports.web import routes as imports
from registry.web import students

router = APIRouter()
for part in (imports, students):
    router.include_router(part.router)
