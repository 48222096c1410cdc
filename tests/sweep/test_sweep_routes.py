"""No way leads around the door: every route, by everybody, with pupils made of canaries."""

from collections.abc import Iterator

import pytest
import structlog
from starlette.responses import PlainTextResponse

from tests.flows.fixtures import Seeded, sqlite_world
from tests.sweep.calls import TABLE, How
from tests.sweep.setting import Setting, furnish
from tests.sweep.sweeping import Leak, routes, sweep


@pytest.fixture(scope="module")
def setting(seeded_sqlite: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    with sqlite_world(seeded_sqlite, tmp_path_factory.mktemp("sweep")) as world:
        yield furnish(world)


def lines(leaks: list[Leak]) -> str:
    return "\n".join(sorted({f"{one.caller}: {one.call} → {one.found}" for one in leaks}))


async def say(word: str) -> None:
    """Log a line as the house does, on its own loop."""
    structlog.get_logger("sweep").warning(word)


def test_every_route_is_in_the_sweep(setting: Setting) -> None:
    known = routes(setting.world.application)
    assert known - set(TABLE) == set(), "say in tests/sweep/calls.py how these are called"
    assert set(TABLE) - known == set(), "these are gone"


def test_whatever_of_a_pupil_is_answered_has_its_disclosure_or_its_look(
    setting: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as logged:
        leaks = sweep(setting, TABLE)
        setting.world.loop.run(say("the end"))
    assert not leaks, lines(leaks)
    written = (repr(logged) + caplog.text).encode()
    assert "the end" in written.decode(), "the house's own log is not heard"
    assert not setting.nose.smell(written), setting.nose.smell(written)


def test_a_route_that_leaks_is_caught(setting: Setting) -> None:
    """The control: one planted route that tells a name, once plain and once in base64."""
    app = setting.world.application.pages
    name = setting.canaries[0].values["name"] or ""

    @app.get("/planted")
    async def planted() -> PlainTextResponse:
        return PlainTextResponse(name)

    try:
        assert "GET /planted" in routes(setting.world.application) - set(TABLE)
        leaks = sweep(setting, {"GET /planted": How()}, ("anonymous", "auditor"))
    finally:
        app.router.routes[:] = [
            route for route in app.router.routes if getattr(route, "path", "") != "/planted"
        ]
    assert {one.caller for one in leaks} == {"anonymous", "auditor"}
    assert {one.found.field for one in leaks} == {"name"}
