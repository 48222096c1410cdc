"""The guide's Python without a framework: PyJWT checks tokens, receipts meet the ledger."""

import importlib.util
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import httpx2
import orjson
import pytest
from typing_extensions import override

from ledger.domain.note import Signer
from ledger.domain.receipt import Receipt
from ledger.domain.tile import unpack
from server.story.browser import Browser, enter
from tests.foreign.keys import private_pem
from tests.foreign.scripts import answered, app, output
from tests.foreign.served import APPROVED, NAMES, World
from tests.foreign.snippets import snippet

pytestmark = pytest.mark.foreign


@pytest.fixture
def kit(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The kit as a module of its app."""
    for name, value in world.variables("kit").items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "kit.py"
    path.write_text(snippet("kit.py"), encoding="utf-8")
    found = importlib.util.spec_from_file_location("kit", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    yield module
    module.http.close()


class Landing(BaseHTTPRequestHandler):
    """Something at the callback address, so that a browser can arrive there."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def callback(world: World, start: str, username: str, answer: str) -> str:
    """Follow the address as a pupil would, and return the one at which the browser ends."""
    login, browser = world.logins[username], Browser(world.issuer)
    server = ThreadingHTTPServer(("127.0.0.1", world.apps["kit"].port), Landing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        page = enter(browser, browser.get(start), login.username, login.password)
        if any(form.action == "/consent" for form in page.forms):
            page = browser.submit(page, page.form("/consent"), {"answer": answer})
        return page.url
    finally:
        browser.close()
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_kit_gets_the_approved_claims_once(world: World, kit: ModuleType) -> None:
    start, kept = kit.begin()
    url = callback(world, start, "rare", "accept")
    with pytest.raises(PermissionError):
        kit.finish(url, kept | {"state": "another"})
    with pytest.raises(PermissionError):
        kit.finish(url.replace("&iss=", "&iss=x"), kept)
    pupil = kit.finish(url, kept)
    assert pupil.keys() == APPROVED | {"sub"}
    assert pupil["name"] == NAMES["rare"][1]
    with pytest.raises(httpx2.HTTPStatusError, match="400"):
        kit.finish(url, kept)  # the code is spent


@pytest.mark.parametrize("wrong", ["verifier", "nonce"])
def test_the_kit_refuses_an_answer_to_another_sign_in(
    world: World, kit: ModuleType, wrong: str
) -> None:
    start, kept = kit.begin()
    url = callback(world, start, "rare", "accept")
    with pytest.raises((PermissionError, httpx2.HTTPStatusError)):
        kit.finish(url, kept | {wrong: kit.begin()[1][wrong]})


def test_the_kit_says_that_the_pupil_declined(world: World, kit: ModuleType) -> None:
    start, kept = kit.begin()
    url = callback(world, start, "dotted", "refuse")
    with pytest.raises(PermissionError, match="access_denied: the pupil declined"):
        kit.finish(url, kept)


def test_what_the_record_api_gave_is_what_the_ledger_committed_to(
    world: World, tmp_path: Path
) -> None:
    """The entry is found in the log by its id; receipt and commitment fit it, byte for byte."""
    path = tmp_path / "key.pem"
    path.write_text(private_pem("ES256"))
    key = {"KEY_FILE": str(path), "KEY_ID": "app"}
    with app(world, tmp_path, "records", "app.mjs", key) as url:
        assert answered(url, world.logins["dotted"]).status == 200
    said, complaint = output(world, tmp_path, "records", "records.py", key)
    assert said, complaint
    page = said["page"]
    assert [student["name"] for student in page["students"]] == [NAMES["dotted"][1]]
    receipt = Receipt.parse(page["receipt"])
    bundle = world.log / "tile" / "entries" / f"000.p/{_size(receipt.checkpoint)}"
    entry = unpack(bundle.read_bytes())[receipt.index]
    receipt.verify(entry, Signer.parse(world.log_key.read_text().strip()).vkey)
    body = orjson.loads(entry)
    assert f"entry_{body['nonce']}" == page["entry"]
    assert body["release"] == page["disclosure"]
    assert body["commitment"] == said["commitment"]


def _size(checkpoint: str) -> int:
    """The tree's size: the second line of a checkpoint."""
    return int(checkpoint.split("\n")[1])
