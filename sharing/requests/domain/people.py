"""Who may take a station of this data request? Persons are compared, never accounts.

《中小学生学籍管理办法》第二十四条: 谁批准、谁负责. Whoever asks does not decide; whoever reviews
does not approve; nobody from the recipient, nobody with a declared interest, whatever their roles.
"""

from dataclasses import dataclass, field
from datetime import datetime

from kernel.errors import Problem
from kernel.ids import OrgId, PersonId, RecipientId
from sharing.requests.domain.area import contains

RULE = "申请、审核、批准须为不同自然人（第二十四条：谁批准、谁负责）"


@dataclass(frozen=True, slots=True)
class Delegation:
    """A bounded, dated stand-in: `to_person` takes a station in the delegator's office.

    The delegator stays responsible, so the rules below are asked of both.
    """

    delegation_id: str
    station: str
    from_person: PersonId
    from_org: OrgId
    to_person: PersonId
    division: str
    start: datetime
    end: datetime

    def covers(self, *, station: str, org_id: OrgId | None, division: str, now: datetime) -> bool:
        """Tell whether it stands for that station, office and area at that moment."""
        return (
            self.station == station
            and self.from_org == org_id
            and contains(self.division, division)
            and self.start <= now < self.end
        )


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is on the side of the data request, and who has taken an earlier station."""

    applicant: PersonId
    recipient_id: RecipientId
    recipient_responsible: PersonId
    earlier: frozenset[PersonId] = frozenset()
    """Who has taken another station of it, in any round."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who wants to take the station, with everything loaded that may stand against it."""

    person_id: PersonId
    recipients: frozenset[RecipientId] = frozenset()
    """Every outside organisation that any account of the person belongs to."""
    interests: frozenset[RecipientId] = frozenset()
    delegator: PersonId | None = None
    delegator_recipients: frozenset[RecipientId] = frozenset()
    delegator_interests: frozenset[RecipientId] = field(default_factory=frozenset)


def problems(actor: Actor, parties: Parties) -> tuple[Problem, ...]:
    """Return every reason why the actor may not take the station; empty if they may."""
    found = _against(actor.person_id, actor.recipients, actor.interests, parties, "您")
    if actor.delegator is not None:
        found += _against(
            actor.delegator, actor.delegator_recipients, actor.delegator_interests, parties,
            "委托人",
        )  # fmt: skip
        if actor.delegator == actor.person_id:
            found += (_problem("不能委托给本人"),)
    return found


def _against(
    person: PersonId, recipients: frozenset[RecipientId], interests: frozenset[RecipientId],
    parties: Parties, who: str,
) -> tuple[Problem, ...]:  # fmt: skip
    checks = (
        (person == parties.applicant, f"{who}是本申请的申请人，不能办理本人的申请"),
        (person == parties.recipient_responsible, f"{who}是接收方的负责人，不能办理本单位的申请"),
        (parties.recipient_id in recipients, f"{who}属于接收方，不能办理本单位的申请"),
        (person in parties.earlier, f"{who}已办理本申请的另一环节，须由另一人办理"),
        (parties.recipient_id in interests, f"{who}已申报与接收方有利益关系，须回避"),
    )
    return tuple(_problem(message) for holds, message in checks if holds)


def _problem(message: str) -> Problem:
    return Problem(message, "person", RULE, "请由与申请无关的另一位工作人员办理")
