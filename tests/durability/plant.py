"""A house with work to do: pupils who consent, an app with an approval, decisions to sign."""

import asyncio
import base64
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from identity.accounts.domain.key_file import read_key_file
from identity.accounts.domain.signing_key import sign
from kernel.ids import ApprovalId, StudentId
from kernel.runtime import system_clock
from ledger.domain.note import Signer
from server.demo.approval import Filing, People, approve, file_and_review, prepare
from server.demo.people import Login
from server.keys import create_keys
from server.migrate import upgrade
from server.settings import Settings
from server.wiring import House, close_house, open_house
from sharing.approvals.usecases.load_in_force import load_genuine
from sharing.door.domain.notice import CONSENT, Told
from sharing.door.usecases.record_notice import record_notices
from sharing.requests.domain.client import ClientFacts
from tests.flows.cast import MIDDLE, App, Cast, enter, furnish

DIVISION = "371323"


@dataclass(frozen=True, slots=True)
class ToSign:
    """A decision that waits for the approver, and the signature that makes it."""

    request_id: str
    approval_id: str
    signature: str


@dataclass(frozen=True, slots=True)
class Plant:
    """What is outside of the server: its settings, and what its users hold."""

    settings: Settings
    logins: dict[str, Login]
    app: App
    approval_id: str
    to_sign: list[ToSign] = field(default_factory=list)

    @property
    def log_vkey(self) -> str:
        """The log's public key, as it was given to the auditors."""
        return Signer.parse(self.settings.log_key_path.read_text().strip()).vkey

    def variables(self) -> dict[str, str]:
        """The settings as the operator's environment variables."""
        return {
            "XUEYIN_ISSUER": self.settings.issuer, "XUEYIN_PORT": str(self.settings.port),
            "XUEYIN_DATA": str(self.settings.data),
            "XUEYIN_APPROVER_ROOT": self.settings.approver_root,
            "XUEYIN_ARGON2_MEMORY_KIB": "8", "XUEYIN_ARGON2_PASSES": "1",
        }  # fmt: skip


def plant(folder: Path, port: int, *, pupils: int = 12, decisions: int = 0) -> Plant:
    """Fill a data folder by the use cases that the pages call."""
    root = Signer.from_seed("yishui.example/approvers", secrets.token_bytes(32))
    settings = Settings(
        issuer=f"http://127.0.0.1:{port}", port=port, data=folder / "data",
        approver_root=root.vkey, argon2_memory_kib=8, argon2_passes=1,
    )  # fmt: skip
    create_keys(settings)
    upgrade(settings.database)
    return asyncio.run(_planted(settings, folder, root, (pupils, decisions)))


async def _planted(
    settings: Settings, folder: Path, root: Signer, wanted: tuple[int, int]
) -> Plant:
    house = await open_house(settings)
    try:
        cast = await furnish(house, folder, root)
        key_file = folder / "approver.key"
        people = People(*(cast.principals[name] for name in ("developer", "reviewer", "approver")))
        filing = Filing(cast.apps["app"].client_id, DIVISION, ("claims", "record_api"))
        approval_id = await approve(house, people, filing, key_file)
        await _consents(house, cast, approval_id, wanted[0])
        to_sign = [await _decision(house, people, filing, key_file) for _ in range(wanted[1])]
    finally:
        await close_house(house)
    return Plant(settings, cast.logins, cast.apps["app"], approval_id, to_sign)


async def _consents(house: House, cast: Cast, approval_id: ApprovalId, count: int) -> None:
    """Enter pupils of fifteen who agreed to the approval."""
    year = system_clock().year - 15
    values: dict[str, str | None] = {"birth_date": f"{year}0101"}
    found = [await enter(house, cast.orgs[MIDDLE], values) for _ in range(count)]
    found.append(StudentId(cast.students["pupil"]))
    recipient = cast.recipients["app_provider"]
    client = ClientFacts(cast.apps["app"].client_id, recipient, "百川学堂", sandbox=False)
    (approval,) = await load_genuine(house.sharing, approval_id=approval_id)
    told = {approval_id: Told(CONSENT, approval.scope.fields)}
    for student_id in found:
        await record_notices(
            house.sharing, client, student_id, told, "sha256:" + "0" * 64,
            cast.principals["pupil"],
        )  # fmt: skip


async def _decision(house: House, people: People, filing: Filing, key_file: Path) -> ToSign:
    request_id = await file_and_review(house, people, filing)
    waiting = await prepare(house, people.approver, request_id)
    signature = sign(read_key_file(key_file), waiting.payload)
    return ToSign(request_id, waiting.approval_id, base64.b64encode(signature).decode())
