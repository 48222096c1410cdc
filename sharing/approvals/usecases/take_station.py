"""Pass, return or reject a data request at a station: what needs no signature."""

from sqlalchemy.engine import Connection

from kernel.errors import ConflictError, InvalidError
from kernel.ids import new_id
from kernel.principal import Principal
from sharing.requests.domain.request_state import State, Step, after
from sharing.requests.store import requests
from sharing.requests.store.requests import DataRequest, Who
from sharing.requests.usecases.authorize import DECIDE, REVIEW, Standing, authorize
from sharing.requests.usecases.services import SharingServices

VERDICTS = {
    REVIEW: {"pass": Step.REVIEW, "return": Step.RETURN, "reject": Step.REJECT},
    DECIDE: {"return": Step.RETURN, "reject": Step.REJECT},
}
"""To approve is no verdict of this use case: it needs the approver's signature."""
STATE_OF = {REVIEW: State.SUBMITTED, DECIDE: State.REVIEWED}
LEAST_REASON = 5


async def take_station(
    services: SharingServices, principal: Principal, request: DataRequest, name: str,
    verdict: str, reason: str,
) -> None:  # fmt: skip
    """Record the verdict with its reason and move the data request on.

    Raises DeniedError for whoever may not take the station, InvalidError without a reason,
    ConflictError if it does not stand at this station, changed, or has no preview to go by.
    """
    step = VERDICTS[name].get(verdict)
    if step is None:
        raise InvalidError("请选择办理意见", field="verdict", remedy="通过、退回或不予批准")
    check_reason(reason)
    check_state(request, name, step)
    standing = await authorize(services, principal, request, name)
    if step is Step.REVIEW:
        check_preview(services, request)
    now = services.runtime.clock()
    values = station_values(services, request, standing, verdict=verdict, reason=reason.strip())
    closed = {"closed_at": now} if step is Step.REJECT else {}
    who = Who(standing.person_id, standing.name, reason.strip())

    def job(connection: Connection) -> None:
        requests.decide_station(connection, values)
        requests.move(connection, request, step, who, now, **closed)

    await services.runtime.database.write(job)


def station_values(
    services: SharingServices, request: DataRequest, standing: Standing, *, verdict: str,
    reason: str,
) -> dict[str, object]:  # fmt: skip
    """Return the row of a station's decision."""
    return {
        "id": new_id("station", services.runtime.entropy), "data_request_id": request.id,
        "round": request.round, "station": standing.station.name, "verdict": verdict,
        "person_id": standing.person_id, "person_name": standing.name,
        "org_id": standing.office.org_id, "delegator": standing.delegator, "reason": reason,
        "at": services.runtime.clock(),
    }  # fmt: skip


def check_reason(reason: str) -> None:
    """Raise InvalidError unless the reason says something."""
    if not LEAST_REASON <= len(reason.strip()) <= 2000:  # noqa: PLR2004  letters on one page
        raise InvalidError(
            "请写明理由", field="reason", rule="谁批准、谁负责",
            remedy=f"至少 {LEAST_REASON} 个字，不超过 2000 字",
        )  # fmt: skip


def check_state(request: DataRequest, name: str, step: Step) -> None:
    """Raise ConflictError unless the data request stands at this station for this step."""
    if request.state is not STATE_OF[name]:
        # Returning is possible from two states; a station acts only in its own.
        after(request.state, Step.REVIEW if name == REVIEW else Step.APPROVE)
    after(request.state, step)


def check_preview(services: SharingServices, request: DataRequest) -> None:
    """Raise ConflictError unless there is a preview of this version under today's policy."""
    if not request.preview_digest:
        raise ConflictError(
            "还没有预览", field="preview", rule="先看清提供什么，再作决定", remedy="请先生成预览"
        )
    if request.policy_digest != services.policy.digest:
        raise ConflictError(
            "预览之后政策已更新", field="preview", rule="按现行政策审批",
            remedy="请重新生成预览并核对",
        )  # fmt: skip
