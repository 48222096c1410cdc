"""The evidence bundle, as a stranger checks it: offline, with two keys and nothing of the house."""

import base64
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.errors import MissingError, UnavailableError
from kernel.ids import ApprovalId
from kernel.principal import Role
from kernel.runtime import Runtime
from ledger.domain.note import Signer, sign
from ledger.verify.command import main
from sharing.approvals.usecases.revoke_approval import revoke_approval
from sharing.door.usecases.claims import release
from sharing.door.usecases.disclose import close
from sharing.door.usecases.release_records import Page, release_records
from sharing.oversight.usecases.evidence import evidence
from sharing.requests.domain.scope_document import time_text
from sharing.requests.store.tables import approval
from tests.sharing.door_world import ADULT, Door, open_door
from tests.sharing.request_world import run

ROOT = Signer.from_seed("province.example/approvers", b"\x22" * 32)
STRANGER = Signer.from_seed("province.example/approvers", b"\x23" * 32)


async def told(door: Door) -> ApprovalId:
    """An approval with a certificate of the approver root, and two releases."""
    approval_id = await door.approve()
    (row,) = await door.runtime.database.read(approval.select())
    person, org, _, until = door.world.keys.held[row.key_id]
    start = until - timedelta(days=400)
    note = sign(
        f"xueyin-signing-key@v1\nperson {person}\norg {org}\nalgorithm Ed25519\n"
        f"spki {base64.b64encode(row.spki).decode()}\n"
        f"from {time_text(start)}\nto {time_text(until)}\n",
        ROOT,
    )
    await door.execute(approval.update().values(certificate=note))
    pupil = await door.pupil(birth_date=ADULT)
    await door.agree(pupil)
    await release(door.services, door.client, pupil, frozenset({"*"}))
    released = await release_records(door.services, door.program(), Page(frozenset()))
    await close(door.runtime, released.written, "delivered")
    return approval_id


def verify(path: Path, log: Signer, root: Signer) -> int:
    return main(["verify", str(path), "--key", log.vkey, "--approver-root", root.vkey])


@pytest.mark.parametrize("of", ["approval", "disclosure"])
def test_a_bundle_verifies_offline_and_names_everything_that_it_cites(
    runtime: Runtime, tmp_path: Path, capsys: pytest.CaptureFixture[str], of: str
) -> None:
    async def story() -> tuple[Path, Signer]:
        async with open_door(runtime, tmp_path / "log") as door:
            approval_id = await told(door)
            (first, *_) = await door.disclosures()
            caller = door.world.person("province", Role.AUDITOR)
            bundle = await evidence(
                door.services, caller, approval_id if of == "approval" else first.id
            )
            assert bundle.receipts == (3 if of == "approval" else 2)
            path = tmp_path / bundle.name
            path.write_bytes(bundle.content)
            return path, door.signer

    path, log = run(story())
    assert verify(path, log, ROOT) == 0
    said = capsys.readouterr().out
    assert "FAIL" not in said
    assert "未附" not in said
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        content = b"".join(archive.read(name) for name in names)
    assert {name.partition("/")[0] for name in names} == {
        "MANIFEST", "log", "receipts", "entries", "approvals", "documents",
    }  # fmt: skip
    assert ADULT.encode() not in content
    assert verify(path, log, STRANGER) == 1
    assert verify(path, Signer.from_seed(log.name, b"\x12" * 32), ROOT) == 1


def test_a_bundle_stays_good_after_revocation_and_one_changed_byte_is_found(
    runtime: Runtime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def story() -> tuple[bytes, Signer]:
        async with open_door(runtime, tmp_path / "log") as door:
            approval_id = await told(door)
            official = door.world.person("gov_county", Role.APPROVER)
            await revoke_approval(door.services, official, approval_id, "发现超范围使用")
            caller = door.world.person("province", Role.AUDITOR)
            bundle = await evidence(door.services, caller, approval_id)
            return bundle.content, door.signer

    content, log = run(story())
    path = tmp_path / "evidence.zip"
    path.write_bytes(content)
    assert verify(path, log, ROOT) == 0
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    (first, *_) = sorted((folder / "entries").iterdir())
    entry = json.loads(first.read_bytes())
    first.write_bytes(first.read_bytes().replace(entry["nonce"].encode(), b"0" * 32))
    capsys.readouterr()
    assert verify(folder, log, ROOT) == 1
    assert first.name in capsys.readouterr().out


def test_there_is_no_evidence_of_nothing_and_none_without_the_logs_key(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path / "log") as door:
            caller = door.world.person("province", Role.AUDITOR)
            with pytest.raises(MissingError):
                await evidence(door.services, caller, "approval_" + "0" * 32)
            with pytest.raises(UnavailableError):
                await evidence(replace(door.services, evidence=None), caller, "x")

    run(story())
