"""Withdraw a data request before it is decided."""

from kernel.principal import Principal
from sharing.requests.domain.request_state import Step, after
from sharing.requests.store import requests
from sharing.requests.store.requests import DataRequest, Who
from sharing.requests.usecases.draft_request import only_applicant
from sharing.requests.usecases.services import SharingServices


async def withdraw_request(
    services: SharingServices, principal: Principal, request: DataRequest
) -> None:
    """End the data request for good; raises ConflictError once it is decided."""
    after(request.state, Step.WITHDRAW)
    only_applicant(principal, request)
    now = services.runtime.clock()
    who = Who(principal.person_id, principal.display_name)
    await services.runtime.database.write(
        lambda connection: requests.move(
            connection, request, Step.WITHDRAW, who, now, closed_at=now
        )
    )
