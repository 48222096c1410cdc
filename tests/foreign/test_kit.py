"""The guide's Python without a framework: PyJWT verifies tokens, receipts meet the ledger."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from ledger.domain.receipt import Receipt
from server.story.browser import Browser, enter
from tests.foreign.keys import private_pem
from tests.foreign.scripts import answered, app, output
from tests.foreign.served import APPROVED, NAMES, World
from tests.foreign.snippets import snippet

pytestmark = pytest.mark.foreign


@pytest.fixture
def kit(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
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
    return module
