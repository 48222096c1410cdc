"""When does a session end by itself?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.ids import AccountId, SessionId
from kernel.principal import Role

LEEWAY = timedelta(minutes=1)
"""By so much the clocks of two workers may differ."""


@dataclass(frozen=True, slots=True)
class SessionRule:
    """Idle and absolute limits. Sources: GB/T 22239-2019 8.1.4.1 b; ASVS 5.0 V7.3.1, V7.3.2."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class SessionRules:
    """Administrators rest less long than other staff; a pupil's lesson and break fit in one."""

    administrator: SessionRule = SessionRule(timedelta(minutes=15), timedelta(hours=8))
    staff: SessionRule = SessionRule(timedelta(minutes=30), timedelta(hours=8))
    pupil: SessionRule = SessionRule(timedelta(minutes=30), timedelta(hours=8))

    def of(self, roles: Iterable[Role]) -> SessionRule:
        """Return the rule for an account with these roles."""
        held = set(roles)
        if Role.ADMINISTRATOR in held:
            return self.administrator
        return self.pupil if Role.PUPIL in held else self.staff


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser. `auth_time` is when the password was last given."""

    session_id: SessionId
    account_id: AccountId
    created_at: datetime
    last_seen_at: datetime
    auth_time: datetime
    amr: tuple[str, ...] = ("pwd",)
    """Authentication methods (RFC 8176)."""


def is_alive(session: Session, rule: SessionRule, now: datetime) -> bool:
    """Tell whether the session still counts; a clock set back by over a minute ends it."""
    return (
        session.created_at - LEEWAY <= now < session.created_at + rule.absolute
        and now < session.last_seen_at + rule.idle
    )
