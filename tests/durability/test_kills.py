"""The server is killed at work, again and again: nothing acknowledged is lost, nothing left unseen.

`kill -9` proves a crash of the process, not a loss of power; that a flush comes before every
acknowledgement is what test_flushes.py counts.
"""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.durability.journal import Journal, Known, broken_promises, known
from tests.durability.plant import Plant, plant
from tests.durability.server_process import ServerProcess, running
from tests.durability.users import Approver, Recipient, at_work
from tests.foreign.programs import free_port


def killed_at_work(planted: Plant, journal: Journal, kills: int, log: Path) -> None:
    """Run and kill the server that often, at a random moment; then once more, to the end."""
    seed = 20_260_901
    dice = random.Random(seed)  # noqa: S311  a repeatable draw
    users = [Recipient(planted, journal, seed + n) for n in range(3)]
    approver = Approver(planted, journal)
    for kill in range(kills):
        server = ServerProcess(planted, log)
        try:
            server.wait()
            with at_work(*(one.act for one in users), approver.act, pause=0.01):
                wait_for_more(journal, acts=kill % 2, answers=dice.randint(1, 6))
                time.sleep(dice.uniform(0, 0.1))
                server.kill()
        finally:
            server.stop()
    with running(planted, log), at_work(*(one.act for one in users), approver.act, pause=0.01):
        time.sleep(1)
    approver.close()


def wait_for_more(journal: Journal, *, acts: int, answers: int) -> None:
    """Return once so much more is acknowledged, whatever the machine's speed."""
    wanted = (len(journal.approved) + len(journal.revoked) + acts, len(journal.answers) + answers)
    for _ in range(6_000):
        found = (len(journal.approved) + len(journal.revoked), len(journal.answers))
        if all(have >= want for have, want in zip(found, wanted, strict=True)):
            return
        time.sleep(0.01)
    raise AssertionError("the server does no work")


@pytest.mark.parametrize("kills", [10, pytest.param(60, marks=pytest.mark.soak)])
def test_nothing_is_lost_and_nothing_leaves_unrecorded(tmp_path: Path, kills: int) -> None:
    planted, journal = plant(tmp_path, free_port(), decisions=2 * kills), Journal()
    killed_at_work(planted, journal, kills, tmp_path / "server.log")
    found = known(planted.settings.data / "xueyin.db")
    assert broken_promises(journal, found, planted.log_vkey) == []
    assert len(journal.answers) >= kills
    assert len(journal.approved) + len(journal.revoked) >= kills // 2
    assert journal.revoked
    verified = subprocess.run(
        [sys.executable, "-m", "ledger", "verify", planted.settings.log_path, "--key",
         planted.log_vkey],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_the_check_sees_a_lost_approval_a_lost_revocation_and_an_unrecorded_answer() -> None:
    answer = json.dumps({"entry": "entry_x", "receipt": ""}).encode()
    journal = Journal([answer, answer[:9]], ["approval_lost", "approval_unsealed"], ["approval_1"])
    found = Known(
        {"entry_1": (b'{"type":"approval"}', False)},
        {"approval_1": ("entry_1", False), "approval_unsealed": ("entry_1", False)},
    )
    faults = broken_promises(journal, found, "")
    assert len(faults) == 5
    assert any("without entry entry_x" in fault for fault in faults)
    assert any("torn" in fault for fault in faults)
