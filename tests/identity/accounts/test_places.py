"""Offices and outside organisations are named in words."""

import asyncio

from identity.accounts.domain.new_account import StaffAccount
from identity.accounts.usecases.create_account import create_account
from identity.accounts.usecases.services import AccountServices
from kernel.ids import OrgId, RecipientId
from kernel.principal import Role
from tests.identity.accounts.people import BUREAU, RECIPIENT, hire


def test_offices_and_organisations_may_be_named_in_words(services: AccountServices) -> None:
    async def story() -> None:
        administrator = await hire(services, Role.ADMINISTRATOR)
        reviewer = StaffAccount("li.si", "李四", frozenset({Role.REVIEWER}), OrgId("教育局"))
        issued = await create_account(services, administrator, reviewer)
        assert issued.account.org_id == BUREAU
        developer = StaffAccount(
            "wang.wu", "王五", frozenset({Role.DEVELOPER}), None, RecipientId("阅读应用公司")
        )
        issued = await create_account(services, administrator, developer)
        assert issued.account.recipient_id == RECIPIENT

    asyncio.run(story())
