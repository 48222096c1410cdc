"""Make the files that a deployment keeps outside of the database: KEK and log key."""

import base64
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from ledger.domain.note import Signer
from server.settings import Settings


def create_keys(settings: Settings) -> Signer:
    """Write both files (mode 0600) and return the log's signer.

    Raises FileExistsError if one is there already: a key is never overwritten.
    """
    name = f"{urlsplit(settings.issuer).netloc}/log"
    signer = Signer.from_seed(name, secrets.token_bytes(32))
    write_secret(settings.kek_path, base64.b64encode(secrets.token_bytes(32)).decode())
    write_secret(settings.log_key_path, signer.skey)
    return signer


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner reads, and that was not there before; flushed to disk."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
