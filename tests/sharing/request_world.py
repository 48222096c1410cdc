"""A county with its offices, an app provider, people and keys: what data requests need."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

import policies
from kernel.ids import (
    AccountId,
    ApprovalId,
    ClientId,
    DataRequestId,
    OrgId,
    PersonId,
    RecipientId,
    new_id,
)
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from registry.usecases.create_orgs import create_orgs
from sharing.approvals.usecases.decide_request import Signed, decide_request
from sharing.approvals.usecases.make_preview import make_preview
from sharing.approvals.usecases.pending import pending_of
from sharing.approvals.usecases.prepare_decision import Wanted, prepare_decision
from sharing.approvals.usecases.signature_cache import CheckedSignatures
from sharing.approvals.usecases.take_station import take_station
from sharing.requests.domain.client import ClientFacts
from sharing.requests.domain.scope import Bounds
from sharing.requests.store.attachments import Attachment
from sharing.requests.store.requests import DataRequest
from sharing.requests.usecases.draft_request import Begun, begin_request, edit_request
from sharing.requests.usecases.register_recipient import NewRecipient, register_recipient
from sharing.requests.usecases.see_request import load
from sharing.requests.usecases.services import SharingServices
from sharing.requests.usecases.submit_request import submit_request
from tests.registry.county import PLANS
from tests.sharing.request_ports import Clients, Keys, Log, People, Previews

POLICY = policies.load()
T = TypeVar("T")
Answer = str | list[str] | None
"""An answer of the form; None leaves the question out."""
USCC = "91370102MA3C4KXD7B"
BOUNDS = Bounds(most_rows=1000, least_k=1, highest_risk=1.0)
REASON = "用途正当，范围适当"


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@dataclass
class World:
    """Everything at hand; principals by name."""

    services: SharingServices
    orgs: dict[str, OrgId]
    keys: Keys
    people: People
    clients: Clients
    previews: Previews
    log: Log
    recipient: RecipientId
    client: ClientFacts
    responsible: PersonId

    @property
    def runtime(self) -> Runtime:
        return self.services.runtime

    def person(
        self, org: str | None, *roles: Role, recipient: RecipientId | None = None
    ) -> Principal:
        return Principal(
            AccountId(new_id("account")),
            PersonId(new_id("person")),
            frozenset(roles),
            f"{org or '开发者'}的工作人员",
            self.orgs[org] if org else None,
            recipient,
        )

    def developer(self) -> Principal:
        return self.person(None, Role.DEVELOPER, recipient=self.recipient)

    def reviewer(self, org: str = "county") -> Principal:
        return self.person(org, Role.REVIEWER)

    def approver(self, org: str = "gov_county") -> Principal:
        approver = self.person(org, Role.APPROVER)
        self.key(approver)
        return approver

    def key(self, principal: Principal, days: int = 365) -> str:
        assert principal.org_id is not None
        until = self.runtime.clock() + timedelta(days=days)
        return self.keys.make(principal.person_id, principal.org_id, until)

    def form(self, **changes: Answer) -> dict[str, str | list[str]]:
        form: dict[str, str | list[str]] = {
            "ground_kind": "government_approval",
            "government_org_id": self.orgs["gov_county"],
            "document_number": "历政字〔2026〕12号",
            "document_date": "2026-08-20",
            "decided_by": "李区长",
            "basis": "consent",
            "division": "370102",
            "school_codes": "2137000001",
            "grades": ["05", "06"],
            "start": "2026-09-01",
            "end": "2027-06-30",
            "rows": "5000",
            "pupils": "500",
            "calls": "2000",
            "deliveries": ["claims", "record_api"],
            "agreement": "双方约定：仅用于登录，到期删除。",
            "assessment": "风险较低，已采取屏蔽措施。",
            "form.name": "mask:name",
            "why.name": "用于在班级里称呼学生",
            "form.grade": "keep",
            "why.grade": "用于分发相应年级的课程",
        }
        return {key: value for key, value in (form | changes).items() if value is not None}

    async def load(self, request_id: DataRequestId) -> DataRequest:
        return await load(self.services, request_id)

    async def draft(self, developer: Principal, **changes: Answer) -> DataRequest:
        begun = Begun(self.client.client_id, "learning_platform_sign_in", "370102")
        request_id = await begin_request(self.services, developer, begun)
        request = await self.load(request_id)
        scan = Attachment("document", "批准文件.pdf", "application/pdf", b"%PDF-1.7 scan")
        await edit_request(self.services, developer, request, self.form(**changes), scan)
        return await self.load(request_id)

    async def submitted(self, developer: Principal, **changes: Answer) -> DataRequest:
        request = await self.draft(developer, **changes)
        await submit_request(self.services, developer, request)
        return await self.load(request.id)

    async def reviewed(
        self, developer: Principal, reviewer: Principal, **changes: Answer
    ) -> DataRequest:
        request = await self.submitted(developer, **changes)
        await make_preview(self.services, reviewer, request)
        request = await self.load(request.id)
        await take_station(self.services, reviewer, request, "review", "pass", REASON)
        return await self.load(request.id)

    async def prepared(
        self, approver: Principal, request: DataRequest, bounds: Bounds = BOUNDS, key_id: str = ""
    ) -> Signed:
        await prepare_decision(self.services, approver, request, Wanted(bounds, REASON, key_id))
        waiting = await pending_of(self.services, approver, request.id)
        return Signed(waiting.approval_id, self.keys.sign(waiting.key_id, waiting.payload))

    async def approved(self, approver: Principal, request: DataRequest) -> ApprovalId:
        signed = await self.prepared(approver, request)
        return await decide_request(self.services, approver, await self.load(request.id), signed)

    async def whole(self, **changes: Answer) -> tuple[ApprovalId, DataRequest]:
        """Take a data request through all stations by proper persons."""
        request = await self.reviewed(self.developer(), self.reviewer(), **changes)
        approval_id = await self.approved(self.approver(), request)
        return approval_id, await self.load(request.id)


async def build(runtime: Runtime) -> World:
    orgs = {key: org.id for key, org in (await create_orgs(runtime, PLANS)).items()}
    keys, people, clients, previews, log = Keys(), People(), Clients(), Previews(), Log()
    services = SharingServices(
        runtime=runtime,
        policy=POLICY,
        verifier=CheckedSignatures(keys),
        keys=keys,
        people=people,
        clients=clients,
        preview=previews,
        log=log,
    )
    administrator = Principal(
        AccountId(new_id("account")),
        PersonId(new_id("person")),
        frozenset({Role.ADMINISTRATOR}),
        "管理员",
    )
    responsible = PersonId(new_id("person"))
    recipient = await register_recipient(
        services,
        administrator,
        NewRecipient(
            "泉城学习科技有限公司", "app_provider", USCC, "赵负责", "0531-00000000", responsible
        ),
    )
    client = ClientFacts(ClientId(new_id("client")), recipient, "泉城课堂", sandbox=False)
    clients.known.append(client)
    clients.known.append(
        replace(client, client_id=ClientId(new_id("client")), name="沙箱", sandbox=True)
    )
    return World(
        services, orgs, keys, people, clients, previews, log, recipient, client, responsible
    )
