"""How heavy is a worker that has signed somebody in?"""

from pathlib import Path

from server.story.browser import sign_in
from tests.durability.plant import plant
from tests.durability.server_process import running
from tests.foreign.programs import free_port

LIMIT = 110 * 2**20


def test_a_worker_stays_under_110_mb_after_sign_ins(tmp_path: Path) -> None:
    planted = plant(tmp_path, free_port(), pupils=0)
    with running(planted, tmp_path / "server.log") as server:
        for name in ("pupil", "developer", "reviewer", "approver", "auditor", "registrar"):
            login = planted.logins[name]
            browser = sign_in(server.issuer, login.username, login.password)
            assert browser.get("/").status == 200
            browser.close()
        assert server.memory() < LIMIT
