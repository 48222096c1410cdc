"""Those who work with the server while it is killed: a recipient's program and an approver."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx2

from server.story.browser import Browser, Page, enter
from tests.durability.journal import Journal
from tests.durability.plant import Plant, ToSign

REASON = "用途结束，提前撤销"


class Recipient:
    """Calls the record API page by page, and keeps every byte that arrives."""

    def __init__(self, plant: Plant, journal: Journal, seed: int) -> None:
        self._plant, self._journal = plant, journal
        self._dice = random.Random(seed)  # noqa: S311  a repeatable draw
        self._token = self._cursor = ""

    def act(self) -> None:
        """Make one call; raises TransportError when the server dies under it."""
        with httpx2.Client(base_url=self._plant.settings.issuer, trust_env=False) as http:
            self._token = self._token or new_token(self._plant, http)
            query = {
                "limit": str(self._dice.randint(1, 9)), "cursor": self._cursor,
                "approval": self._plant.approval_id,
            }  # fmt: skip
            headers = {"Authorization": f"Bearer {self._token}"}
            url, received = "/share/v1/students", b""
            try:
                with http.stream("GET", url, params=query, headers=headers) as answer:
                    for piece in answer.iter_raw():
                        received += piece
            finally:
                if received and answer.status_code == 200:
                    self._journal.answers.append(received)
            assert answer.status_code in {200, 503}, received.decode()
            if answer.status_code == 200:
                self._cursor = answer_next(received)


def new_token(plant: Plant, http: httpx2.Client) -> str:
    """Return an access token for the record API."""
    answer = http.post(
        "/token",
        data={"grant_type": "client_credentials", "scope": "registry.read"},
        auth=(plant.app.client_id, plant.app.secret),
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def answer_next(body: bytes) -> str:
    """Return the cursor that an answer of the record API gives."""
    return str(httpx2.Response(200, content=body).json()["next"])


class Approver:
    """Signs prepared decisions and revokes some of them, by the pages."""

    def __init__(self, plant: Plant, journal: Journal) -> None:
        self._plant, self._journal = plant, journal
        self._waiting = list(plant.to_sign)
        self._signed: list[ToSign] = []
        self._browser, self._is_signed_in = Browser(plant.settings.issuer), False

    def act(self) -> None:
        """Sign one, then revoke one; raises TransportError when the server dies under it."""
        if not self._is_signed_in:
            login = self._plant.logins["approver"]
            enter(self._browser, self._browser.get("/sign-in"), login.username, login.password)
            self._is_signed_in = True
        if self._signed and len(self._signed) % 2 == 0:
            self._revoke(self._signed.pop())
        elif self._waiting:
            self.sign(*self.pages())

    def close(self) -> None:
        """Close the browser."""
        self._browser.close()

    def pages(self) -> tuple[Page, ToSign]:
        """Open the page of the next decision."""
        decision = self._waiting.pop()
        page = self._browser.get(f"/decisions/{decision.request_id}/sign")
        assert page.status == 200, page.text
        return page, decision

    def sign(self, page: Page, decision: ToSign) -> None:
        """Hand in the signature."""
        values: dict[str, str | list[str]] = {
            "approval_id": decision.approval_id, "signature": decision.signature,
        }  # fmt: skip
        done = self._browser.submit(page, page.form("/sign"), values)
        assert done.status in {200, 503}, done.text
        if done.status == 200:
            self._journal.approved.append(decision.approval_id)
            self._signed.append(decision)

    def _revoke(self, decision: ToSign) -> None:
        page = self._browser.get(f"/decisions/{decision.request_id}")
        done = self._browser.submit(page, page.form("/revoke"), {"reason": REASON})
        assert done.status in {200, 503}, done.text
        if done.status == 200:
            self._journal.revoked.append(decision.approval_id)


@contextmanager
def at_work(*acts: Callable[[], None], pause: float) -> Iterator[None]:
    """Repeat each act in a thread of its own while the block runs.

    A connection that breaks ends the thread, as it should; what else goes wrong is raised.
    """
    stop, faults = threading.Event(), list[BaseException]()

    def work(act: Callable[[], None]) -> None:
        try:
            with suppress(httpx2.TransportError):
                while not stop.is_set():
                    act()
                    time.sleep(pause)
        except BaseException as error:  # noqa: BLE001  raised below, in the test's own thread
            faults.append(error)

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    for fault in faults:
        raise fault
