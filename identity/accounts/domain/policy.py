"""Which rules of accounts may a deployment set? Plain values; the settings fill them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from identity.accounts.domain.account import DORMANT_AFTER
from identity.accounts.domain.limits import Lockout
from identity.accounts.domain.password import PROFILES, PasswordProfile
from identity.accounts.domain.session import SessionRules
from kernel.principal import Role


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """The defaults are MLPS level 3 for staff; pupils choose by length, without rotation."""

    lockout: Lockout = field(default_factory=Lockout)
    sessions: SessionRules = field(default_factory=SessionRules)
    staff_passwords: PasswordProfile = PROFILES["gbt22239-l3"]
    pupil_passwords: PasswordProfile = PROFILES["asvs5-l2"]
    dormant_after: timedelta = DORMANT_AFTER
    initial_password_life: timedelta = timedelta(days=14)

    def passwords(self, roles: Iterable[Role]) -> PasswordProfile:
        """Return the password profile of an account with these roles."""
        return self.pupil_passwords if Role.PUPIL in set(roles) else self.staff_passwords
