"""Which foreign files do the pages serve, and are they unchanged? `VENDORED.toml` says so."""

import base64
import hashlib
import tomllib
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "vendor"


def sri(path: Path) -> str:
    """Return the file's subresource-integrity value (`sha384-…`)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()


def changed_files() -> list[str]:
    """Return the vendored files that are missing, changed, or not listed in VENDORED.toml."""
    listed = tomllib.loads((VENDOR / "VENDORED.toml").read_text())["file"]
    wanted = {entry["path"]: entry["integrity"] for entry in listed}
    present = {
        str(path.relative_to(VENDOR)): sri(path)
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in {"VENDORED.toml", "LICENSE"}
    }
    return sorted(
        path for path in wanted.keys() | present.keys() if wanted.get(path) != present.get(path)
    )
