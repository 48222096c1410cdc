"""A renewed certificate speaks for all that was signed under the old one, or is refused."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from identity.accounts.domain import certificate
from identity.accounts.domain.signing_key import public_half, sign
from identity.accounts.usecases.add_certificate import add_certificate
from identity.accounts.usecases.services import AccountServices
from identity.accounts.usecases.signing_keys import KeyVerifier
from kernel.errors import ConflictError
from kernel.ids import OrgId, PersonId
from tests.conftest import HandClock
from tests.identity.accounts.keys_at_hand import PAYLOAD, ROOT, issue, p256
from tests.identity.accounts.people import GOVERNMENT

APPROVER = PersonId("person_approver")


def test_a_renewal_that_leaves_out_what_was_signed_before_is_refused(
    services: AccountServices, clock: HandClock
) -> None:
    rooted = replace(services, approver_root=ROOT.vkey)
    key, began = p256(), clock.now
    half, signature = public_half(key), sign(key, PAYLOAD)

    def renewed(start: int, end: int, org: str = GOVERNMENT) -> str:
        first, last = (began + timedelta(days=days) for days in (start, end))
        return certificate.issue(ROOT, APPROVER, OrgId(org), half, valid_from=first, valid_to=last)

    async def story() -> None:
        await add_certificate(rooted, issue(key, clock))
        for text in (renewed(1, 700), renewed(0, 300), renewed(0, 700, "org_other")):
            with pytest.raises(ConflictError, match="无法核验"):
                await add_certificate(rooted, text)
        await add_certificate(rooted, renewed(0, 700))
        for moment in (began, began + timedelta(days=400)):
            found = await KeyVerifier(rooted).verify(
                person_id=APPROVER, org_id=GOVERNMENT, payload=PAYLOAD, signature=signature,
                key_id=half.key_id, at=moment,
            )  # fmt: skip
            assert found.key_id == half.key_id

    asyncio.run(story())
