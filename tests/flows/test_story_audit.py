"""The auditor traces everything by the pages, and strangers verify the evidence offline."""

import asyncio
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from ledger.domain.note import Signer
from server.story.browser import Page
from server.tables import metadata
from tests.flows.acts import RESEARCH, RelyingParty, Wish, approve, download, ok, revoke, unzipped
from tests.flows.world import World

HOUSE = Path(__file__).parents[2]


def search(world: World, text: str, auditor: str = "auditor") -> Page:
    """Put a text into the auditor's one box."""
    browser = world.browser(auditor)
    page = ok(browser.get("/audit"))
    return browser.submit(page, page.form("/audit"), {"text": text})


def verify(path: Path, log_key: str, root: str) -> subprocess.CompletedProcess[str]:
    """Run the offline verifier as a stranger would: another process, no settings."""
    return subprocess.run(
        [
            sys.executable, "-m", "ledger", "verify", str(path), "--key", log_key,
            "--approver-root", root,
        ],
        cwd=HOUSE, env={"PYTHONUTF8": "1"}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def evidence_of(world: World, key: str, folder: Path) -> Path:
    """Export the evidence by the auditor's page and unpack it."""
    browser = world.browser("auditor")
    page = ok(browser.get("/audit"))
    page = browser.submit(page, page.form("/audit"), {"text": key})
    answer = ok(browser.submit(page, page.form("/audit/evidence")))
    for name, content in unzipped(answer.content).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def test_the_auditor_finds_who_asked_who_approved_and_what_left(either_world: World) -> None:
    request_id, approval = approve(either_world)
    RelyingParty(either_world, either_world.cast.apps["app"]).sign_in("pupil")
    revoke(either_world, request_id)
    for text in (approval, either_world.cast.students["pupil"]):
        page = ok(search(either_world, text))
        assert "百川学堂" in page.text, page.text
        assert approval in page.html, page.text
    logins = either_world.cast.logins
    page = ok(search(either_world, approval))
    for name in ("developer", "reviewer", "approver"):
        assert logins[name].title in page.text, name


def test_the_evidence_verifies_offline_and_every_alteration_is_named(
    either_world: World, tmp_path: Path
) -> None:
    request_id, approval = approve(either_world, RESEARCH)
    assert download(either_world, request_id).status == 200
    folder = evidence_of(either_world, approval, tmp_path / "evidence")
    key, root = either_world.log_vkey, either_world.root.vkey
    good = verify(folder, key, root)
    assert good.returncode == 0, good.stdout + good.stderr
    foreign = Signer.from_seed("yishui.example/approvers", b"\x01" * 32).vkey
    assert verify(folder, key, foreign).returncode != 0
    victim = folder / "approvals" / f"{approval}.json"
    victim.write_bytes(victim.read_bytes().replace(b"attendance_mode", b"attendance_modf"))
    bad = verify(folder, key, root)
    assert bad.returncode != 0
    assert victim.name in bad.stdout + bad.stderr


def test_searches_of_an_auditor_are_on_record(world: World) -> None:
    count = sa.select(sa.func.count()).select_from(sa.table("sharing_audit_search"))
    before = world.loop.run(world.house.runtime.database.read(count))[0][0]
    search(world, world.cast.students["pupil"])
    after = world.loop.run(world.house.runtime.database.read(count))[0][0]
    assert after == before + 1


def test_the_whole_log_on_disk_verifies_while_the_house_runs(world: World) -> None:
    approve(world, Wish())
    for _ in range(100):  # nobody waits for a receipt here, so the entry may gather company
        if (world.settings.log_path / "checkpoint").exists():
            break
        world.loop.run(asyncio.sleep(0.05))
    done = verify(world.settings.log_path, world.log_vkey, world.root.vkey)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_text_is_longer_than_its_column(world: World) -> None:
    """SQLite does not count, PostgreSQL refuses: so it is counted here after a whole story."""
    request_id, _ = approve(world, Wish(deliveries=("claims", "record_api")))
    app = RelyingParty(world, world.cast.apps["app"])
    app.sign_in("pupil")
    app.records()
    revoke(world, request_id)
    for table in metadata.sorted_tables:
        for column in table.columns:
            most = getattr(column.type, "length", None)
            if most is None or not isinstance(column.type, sa.String):
                continue
            longest = sa.select(sa.func.max(sa.func.length(column)))
            found = world.loop.run(world.house.runtime.database.read(longest))[0][0] or 0
            assert found <= most, f"{table.name}.{column.name}: {found} > {most}"
