"""Submit a data request: its scope, agreement, assessment and policy are frozen by digest."""

from sqlalchemy.engine import Connection

from kernel.canonical import canonical_bytes
from kernel.errors import InvalidError
from kernel.principal import Principal
from sharing.requests.domain.request_state import Step, after
from sharing.requests.domain.scope_document import scope_document
from sharing.requests.store import attachments, requests
from sharing.requests.store.attachments import Attachment, Frozen
from sharing.requests.store.requests import DataRequest, Who
from sharing.requests.usecases.check_request import check_request
from sharing.requests.usecases.draft_request import only_applicant
from sharing.requests.usecases.services import SharingServices


async def submit_request(
    services: SharingServices, principal: Principal, request: DataRequest
) -> None:
    """Hand the data request to the first station; a new round begins.

    Raises InvalidError with every fault (the draft stays as it is), ConflictError if it was
    submitted or changed meanwhile.
    """
    after(request.state, Step.SUBMIT)
    only_applicant(principal, request)
    checked = await check_request(services, request)
    if checked.scope is None:
        raise InvalidError.of(checked.problems)
    scope, now = checked.scope, services.runtime.clock()
    agreement = Attachment(
        "agreement", "协议.txt", "text/plain; charset=utf-8", checked.asked.agreement.encode()
    )
    assessment = Attachment(
        "impact_assessment", "影响评估.txt", "text/plain; charset=utf-8",
        checked.asked.assessment.encode(),
    )  # fmt: skip
    policy = Attachment(
        "policy", "政策.json", "application/json", canonical_bytes(dict(services.policy.document))
    )
    values = {
        "scope": scope_document(scope), "division": scope.cohort.division,
        "justifications": checked.asked.justifications, "round": request.round + 1,
        "agreement_digest": agreement.digest, "assessment_digest": assessment.digest,
        "policy_digest": services.policy.digest, "preview_digest": "", "plan_digest": "",
        "submitted_at": now, "closed_at": None,
    }  # fmt: skip
    who = Who(principal.person_id, principal.display_name)
    frozen = Frozen(request.id, principal.person_id, now)

    def job(connection: Connection) -> None:
        requests.move(connection, request, Step.SUBMIT, who, now, **values)
        attachments.freeze(
            connection, services.runtime.keyring, frozen, agreement, assessment, policy
        )

    await services.runtime.database.write(job)
