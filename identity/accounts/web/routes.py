"""All pages of accounts, for the composition root to include."""

from fastapi import APIRouter

from identity.accounts.web import administration, password, pupil_accounts, sign_in, signing_key

router = APIRouter()
for part in (sign_in, password, signing_key, administration, pupil_accounts):
    router.include_router(part.router)
