"""What does a pupil see? Who got what, when first, how often, on what ground: in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.errors import DeniedError, MissingError
from kernel.ids import ClientId, RecipientId, StudentId
from kernel.principal import Principal, Role
from policies import explain
from registry.usecases.pupil import Summary, summary
from sharing.door.domain.notice import CONSENTS
from sharing.door.store import disclosures
from sharing.door.usecases.pupils import pupil_tag
from sharing.door.usecases.record_notice import withdraw
from sharing.oversight.domain.trace import DisclosureCard, Event
from sharing.oversight.store import audit
from sharing.oversight.usecases import timeline
from sharing.oversight.usecases.cards import app_names, disclosure_cards
from sharing.requests.domain.identifier import is_identifier
from sharing.requests.usecases.recipients import recipients
from sharing.requests.usecases.services import SharingServices


@dataclass(frozen=True, slots=True)
class AppLine:
    """One app (or organisation) and what it got; no official is named.

    `first` is None when it got nothing yet; `consents` says that a consent can be withdrawn.
    """

    client_id: str
    app: str
    recipient: str
    purposes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    grounds: tuple[str, ...]
    ways: tuple[str, ...]
    labels: tuple[str, ...]
    first: datetime | None
    times: int
    consents: bool


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Everything on the pupil's page."""

    me: Summary
    apps: tuple[AppLine, ...]
    looks: tuple[Event, ...]


async def own_page(services: SharingServices, principal: Principal) -> OwnPage:
    """Return the page of the pupil who calls; reading it is an access on record."""
    student_id = own_id(principal)
    me = await summary(services.runtime, student_id, principal)
    tag = pupil_tag(services.runtime, student_id)
    rows = await services.runtime.database.read(disclosures.of_pupil(tag))
    told = await services.runtime.database.read(audit.notices_of(tag))
    cards = await disclosure_cards(services, [row for row in rows if row.state != "void"])
    agreed = {row.client_id for row in told if row.kind in CONSENTS and row.withdrawn_at is None}
    got = {card.client_id for card in cards}
    lines = [
        _line(client_id, [card for card in cards if card.client_id == client_id], agreed)
        for client_id in dict.fromkeys(card.client_id for card in cards)
    ]
    lines += await _nothing_yet(services, agreed - got)
    looks = await timeline.looks_at(services, principal, student_id)
    return OwnPage(me, tuple(lines), tuple(looks))


async def withdraw_own(services: SharingServices, principal: Principal, client_id: str) -> int:
    """Withdraw every consent of the pupil who calls towards an app; binds at once."""
    if not is_identifier(client_id):
        raise MissingError("没有这个应用", field="client_id", remedy="请刷新页面")
    return await withdraw(services, ClientId(client_id), own_id(principal))


def own_id(principal: Principal) -> StudentId:
    """Return whose page it is; raises DeniedError for who is no pupil."""
    principal.require(Role.PUPIL)
    if principal.student_id is None:
        raise DeniedError("您的账号没有关联学籍", rule="最小权限", remedy="请联系学校")
    return principal.student_id


def _line(client_id: str, cards: Sequence[DisclosureCard], agreed: set[str]) -> AppLine:
    def each(parts: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(one for part in parts for one in part))

    return AppLine(
        client_id=client_id,
        app=cards[0].app,
        recipient=cards[0].recipient,
        purposes=each([card.purposes for card in cards]),
        facts=each([card.facts for card in cards]),
        grounds=each([[one.ground for one in card.approvals if one.ground] for card in cards]),
        ways=each([[card.delivery] for card in cards]),
        labels=each([[explain.label(card.label)] for card in cards]),
        first=min(card.at for card in cards),
        times=sum(card.times or 0 for card in cards),
        consents=client_id in agreed,
    )


async def _nothing_yet(services: SharingServices, client_ids: set[str]) -> list[AppLine]:
    """Return apps that a consent stands for, but that have not come for anything."""
    if not client_ids:
        return []
    lines = []
    for organisation in await recipients(services):
        apps = await app_names(services, {RecipientId(organisation.id)})
        lines += [
            AppLine(client_id, name, organisation.name, (), (), (), (), (), None, 0, consents=True)
            for client_id, name in apps.items()
            if client_id in client_ids
        ]
    return lines
