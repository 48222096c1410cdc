"""Must the pupil sign in (again), or may the flow go on? OpenID Connect Core 3.1.2.1, 3.1.2.3."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from identity.provider.domain.authorization import AuthorizationRequest
from kernel.ids import AccountId, SessionId, StudentId


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A pupil's session: who, since when, and in which session."""

    account_id: AccountId
    session_id: SessionId
    student_id: StudentId
    auth_time: datetime


def must_sign_in(
    request: AuthorizationRequest, signed_in: SignedIn | None, *, began: datetime | None,
    now: datetime,
) -> bool:  # fmt: skip
    """Tell whether the pupil has to sign in before the flow goes on.

    `began` is when the app's request first came, if the browser is back from the sign-in page;
    None on first arrival. A sign-in after that moment satisfies `prompt=login` and any `max_age`.
    """
    if signed_in is None:
        return True
    if began is not None and signed_in.auth_time >= began:
        return False
    if request.prompt & {"login", "select_account"}:
        return True
    if request.max_age is None:
        return False
    return request.max_age == 0 or now - signed_in.auth_time > timedelta(seconds=request.max_age)
