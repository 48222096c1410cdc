"""The answers of the registry to what accounts ask."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kernel.errors import MissingError
from kernel.ids import OrgId, RecipientId, StudentId
from kernel.principal import Principal
from kernel.runtime import Runtime
from registry.domain.org import OrgKind
from registry.domain.student import IN_SCHOOL
from registry.usecases.find_org import find_org
from registry.usecases.orgs import org
from registry.usecases.view import view

REASON = "为学生开通或恢复账号"


@dataclass(frozen=True, slots=True)
class RegistryDirectory:
    """Implements `Directory`; the composition root adds who knows the recipients."""

    runtime: Runtime
    recipients: Callable[[RecipientId], Awaitable[str | None]]
    recipients_called: Callable[[str], Awaitable[RecipientId | None]]

    async def find_org(self, text: str) -> OrgId | None:
        """See Directory.find_org."""
        return await find_org(self.runtime, text)

    async def find_recipient(self, text: str) -> RecipientId | None:
        """See Directory.find_recipient."""
        return await self.recipients_called(text)

    async def org_name(self, org_id: OrgId) -> str | None:
        """See Directory.org_name."""
        try:
            return (await org(self.runtime, org_id)).name
        except MissingError:
            return None

    async def recipient_name(self, recipient_id: RecipientId) -> str | None:
        """See Directory.recipient_name."""
        return await self.recipients(recipient_id)

    async def is_own_pupil(self, registrar: Principal, student_id: StudentId) -> bool:
        """See Directory.is_own_pupil: the caller's office is a school, and it may see the pupil."""
        if registrar.org_id is None:
            return False
        office = await org(self.runtime, registrar.org_id)
        if office.kind != OrgKind.SCHOOL:
            return False
        try:
            seen = await view(self.runtime, registrar, student_id, ("status",), REASON)
        except MissingError:
            return False
        return seen["status"] in IN_SCHOOL
