"""The door with everything behind it: a registry, signed approvals, and a log that seals."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kernel.ids import ApprovalId, ClientId, DataRequestId, RecipientId, StudentId, new_id
from kernel.principal import Principal, Role
from kernel.runtime import Runtime
from ledger.domain.note import Signer
from ledger.store import tables as ledger_tables
from ledger.usecases.sequencer import Sequencer
from registry.usecases import orgs as org_tree
from registry.usecases.find import find_student
from server.ports import DoorPreview
from sharing.approvals.usecases.decide_request import decide_request
from sharing.approvals.usecases.load_in_force import load_genuine
from sharing.approvals.usecases.make_preview import make_preview
from sharing.approvals.usecases.take_station import take_station
from sharing.door.domain.notice import CONSENT, Told
from sharing.door.store import release_tables
from sharing.door.usecases.claims import acknowledge, offer
from sharing.door.usecases.record_notice import record_notices
from sharing.door.usecases.release_records import OAUTH_SCOPE
from sharing.requests.domain.client import ClientFacts
from sharing.requests.domain.log import EvidenceKey
from sharing.requests.domain.scope import Bounds
from sharing.requests.domain.uscc import LETTERS, is_uscc
from sharing.requests.store.attachments import Attachment
from sharing.requests.store.requests import DataRequest
from sharing.requests.usecases.draft_request import Begun, begin_request, edit_request
from sharing.requests.usecases.register_recipient import NewRecipient, register_recipient
from sharing.requests.usecases.services import SharingServices
from sharing.requests.usecases.submit_request import submit_request
from tests.registry.county import County
from tests.sharing.request_world import BOUNDS, REASON, Answer, World, build

LOG = "log.example/xueyin"
ADULT, CHILD = "20100901", "20160901"
"""Birth dates of a pupil above and below 14 on 1 September 2026."""


@dataclass(frozen=True)
class Wish:
    """A data request in short. `fields` maps names to forms."""

    purpose: str = "learning_platform_sign_in"
    fields: dict[str, str] = field(default_factory=lambda: {"name": "mask:name", "grade": "keep"})
    form: dict[str, Answer] = field(default_factory=dict)
    bounds: Bounds = field(default=BOUNDS)


@dataclass
class Door:
    """The world of data requests, with the real preview and a real log."""

    world: World
    land: County
    log: Sequencer
    signer: Signer
    directory: Path

    @property
    def services(self) -> SharingServices:
        return self.world.services

    @property
    def runtime(self) -> Runtime:
        return self.world.runtime

    @property
    def client(self) -> ClientFacts:
        return self.world.client

    @property
    def sandbox(self) -> ClientFacts:
        return self.world.clients.known[1]

    async def pupil(self, key: str = "school", *, status: str = "01", **values: str | None) -> StudentId:  # fmt: skip # noqa: E501
        return (await self.pupils(1, key, synthetic=False, status=status, **values))[0]

    async def pupils(self, count: int, key: str = "school", *, synthetic: bool = False, status: str = "01", **values: str | None) -> list[StudentId]:  # fmt: skip # noqa: E501
        made = [
            await self.land.enter(self.land.new(key, synthetic=synthetic, status=status, **values))
            for _ in range(count)
        ]
        found = [await find_student(self.runtime, one) for one in made]
        return [one for (one,) in found]

    async def approve(self, wish: Wish = Wish()) -> ApprovalId:
        """Take a data request through all stations by proper persons."""
        world, services = self.world, self.services
        reviewer, approver = world.reviewer(), world.approver()
        request_id = (await self.submitted(wish)).id
        await make_preview(services, reviewer, await world.load(request_id))
        request = await world.load(request_id)
        await take_station(services, reviewer, request, "review", "pass", REASON)
        signed = await world.prepared(approver, await world.load(request_id), wish.bounds)
        return await decide_request(services, approver, await world.load(request_id), signed)

    async def submitted(self, wish: Wish = Wish()) -> DataRequest:
        """Bring a data request before the reviewer."""
        world, services, developer = self.world, self.services, self.world.developer()
        begun = Begun(self.client.client_id, wish.purpose, "370102")
        request_id = await begin_request(services, developer, begun)
        fields = {f"form.{name}": form for name, form in wish.fields.items()}
        reasons = {f"why.{name}": "该用途需要这一项信息" for name in wish.fields}
        plain = {key: None for key in world.form() if key.startswith(("form.", "why."))}
        form = world.form(**{**plain, "school_codes": "", **fields, **reasons, **wish.form})
        scan = Attachment("document", "批准文件.pdf", "application/pdf", b"%PDF-1.7 scan")
        await edit_request(services, developer, await world.load(request_id), form, scan)
        await submit_request(services, developer, await world.load(request_id))
        return await world.load(request_id)

    async def execute(self, statement: sa.Executable) -> None:
        """Do what somebody with the database in hand could do."""

        def job(connection: sa.Connection) -> None:
            connection.execute(statement)

        await self.runtime.database.write(job)

    async def request_of(self, approval_id: ApprovalId) -> DataRequestId:
        table = sa.table("sharing_approval", sa.column("id"), sa.column("data_request_id"))
        rows = await self.runtime.database.read(
            sa.select(table.c.data_request_id).where(table.c.id == approval_id)
        )
        return DataRequestId(rows[0][0])

    async def agree(self, student_id: StudentId, client: ClientFacts | None = None) -> None:
        """The pupil is shown what would leave, and accepts it."""
        app = client or self.client
        shown = await offer(self.services, app, student_id, frozenset({"*"}))
        await acknowledge(self.services, app, student_id, shown, self.as_pupil(student_id))

    async def consent(self, pupils: Sequence[StudentId], approval_id: ApprovalId) -> None:
        """The pupils agreed elsewhere than at a sign-in."""
        (approval,) = await load_genuine(self.services, approval_id=approval_id)
        told = {approval_id: Told(CONSENT, approval.scope.fields)}
        for one in pupils:
            await record_notices(
                self.services, self.client, one, told, "sha256:" + "0" * 64, self.as_pupil(one)
            )

    def as_pupil(self, student_id: StudentId) -> Principal:
        return self.land.caller(Role.PUPIL, "school", student_id)

    def program(self, client: ClientFacts | None = None) -> Principal:
        """The client's own program with its access token."""
        app = client or self.client
        return Principal(
            self.world.developer().account_id, self.world.developer().person_id,
            frozenset({Role.CLIENT}), app.name, recipient_id=app.recipient_id,
            client_id=app.client_id, oauth_scopes=frozenset({OAUTH_SCOPE}),
        )  # fmt: skip

    async def entries(self, kind: str = "disclosure") -> list[dict[str, Any]]:
        rows = await self.runtime.database.read(
            sa.select(ledger_tables.entry.c.body).order_by(ledger_tables.entry.c.arrival)
        )
        return [body for row in rows if (body := json.loads(row.body))["type"] == kind]

    async def disclosures(self) -> Sequence[sa.Row[Any]]:
        return await self.runtime.database.read(sa.select(release_tables.disclosure))

    async def other_recipient(self, kind: str, name: str) -> None:
        """Let the app be one of another kind of organisation from now on."""
        stem = f"1237010212345678{len(self.world.clients.known)}"
        uscc = next(one for letter in LETTERS if is_uscc(one := stem + letter))
        recipient = await register_recipient(
            self.services, self.world.person("county", Role.ADMINISTRATOR),
            NewRecipient(name, kind, uscc, "钱负责", "0531-00000001"),
        )  # fmt: skip
        client = ClientFacts(
            ClientId(new_id("client")), RecipientId(recipient), name, sandbox=False
        )
        self.world.recipient, self.world.client = recipient, client
        self.world.clients.known.append(client)


@asynccontextmanager
async def open_door(runtime: Runtime, directory: Path) -> AsyncIterator[Door]:
    """A world whose log runs until the end of the block."""
    world = await build(runtime)
    signer = Signer.from_seed(LOG, b"\x11" * 32)
    log = Sequencer(runtime, signer, directory, LOG)
    previews = DoorPreview()
    evidence = EvidenceKey(signer, directory)
    previews.services = replace(world.services, preview=previews, log=log, evidence=evidence)
    world.services = previews.services
    tree = {key: await org_tree.org(runtime, org_id) for key, org_id in world.orgs.items()}
    await log.start()
    try:
        yield Door(world, County(runtime, tree), log, signer, directory)
    finally:
        await log.stop()
