"""The whole house, seeded small and running in process, with a browser for everybody."""

import pickle
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
from starlette.types import ASGIApp

from ledger.domain.note import Signer
from server.app import Application
from server.edge import Edge
from server.keys import create_keys
from server.settings import Settings
from server.story.browser import Browser, sign_in
from server.wiring import House, close_house, open_house
from tests.flows.cast import Cast, furnish
from tests.flows.network import Lifespan, Loop, Network

ISSUER = "https://xueyin.example"
START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class World:
    """A running house. `offline` is the desk that no server sees: root key and key files."""

    settings: Settings
    offline: Path
    cast: Cast
    loop: Loop
    clock: Clock
    application: Application
    network: Network
    _browsers: list[Browser] = field(default_factory=list)

    @property
    def house(self) -> House:
        assert self.application.house is not None
        return self.application.house

    @property
    def root(self) -> Signer:
        return Signer.parse((self.offline / "root.key").read_text().strip())

    @property
    def log_vkey(self) -> str:
        return Signer.parse(self.settings.log_key_path.read_text().strip()).vkey

    def browser(self, username: str | None = None, network: Network | None = None) -> Browser:
        """Return a fresh browser, in which that person is signed in."""
        carried = network or self.network
        if username is None:
            made = Browser(ISSUER, carried)
        else:
            login = self.cast.logins[username]
            made = sign_in(ISSUER, login.username, login.password, carried)
        self._browsers.append(made)
        return made

    def http(self, network: Network | None = None) -> httpx2.Client:
        """Return a bare client that follows no redirect and believes nothing."""
        return httpx2.Client(
            base_url=ISSUER, transport=network or self.network, trust_env=False, timeout=60
        )

    def close(self) -> None:
        for browser in self._browsers:
            browser.close()


def seed(url: str, folder: Path) -> None:
    """Fill an empty, migrated database, and write what belongs beside it into the folder."""
    offline = folder / "offline"
    offline.mkdir(parents=True, mode=0o700)
    root = Signer.from_seed("yishui.example/approvers", secrets.token_bytes(32))
    (offline / "root.key").write_text(root.skey)
    settings = settings_of(url, folder)
    create_keys(settings)
    loop = Loop()
    try:
        cast = loop.run(_seed(settings, offline, root))
    finally:
        loop.close()
    (folder / "cast").write_bytes(pickle.dumps(cast))


async def _seed(settings: Settings, offline: Path, root: Signer) -> Cast:
    house = await open_house(settings, Clock())
    try:
        return await furnish(house, offline, root)
    finally:
        await close_house(house)


def settings_of(url: str, folder: Path) -> Settings:
    """Return what the operator of this house set."""
    root = Signer.parse((folder / "offline" / "root.key").read_text().strip())
    return Settings(
        issuer=ISSUER, data=folder / "data", database_url=url, approver_root=root.vkey,
        argon2_memory_kib=8, argon2_passes=1,
    )  # fmt: skip


@contextmanager
def opened(
    url: str, folder: Path, wrap: Callable[[ASGIApp], ASGIApp] = lambda app: app
) -> Iterator[World]:
    """Start the house on that database; `wrap` puts something in front of it."""
    settings, loop, clock = settings_of(url, folder), Loop(), Clock()
    clock.forward(minutes=5)
    application = Application(settings, clock)
    app = wrap(Edge(application, https=settings.https))
    lifespan = loop.run(_made(app))
    loop.run(lifespan.start())
    cast: Cast = pickle.loads((folder / "cast").read_bytes())  # noqa: S301  our own, just written
    network = Network(loop, {ISSUER: app})
    world = World(settings, folder / "offline", cast, loop, clock, application, network)
    try:
        yield world
    finally:
        world.close()
        loop.run(lifespan.stop())
        loop.close()


async def _made(app: ASGIApp) -> Lifespan:
    return Lifespan(app)


def copied(folder: Path, target: Path) -> Path:
    """Return a copy of a seeded folder."""
    shutil.copytree(folder, target)
    return target
