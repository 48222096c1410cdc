"""What does the operator set? The only place that reads the environment (`XUEYIN_…`)."""

import base64
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All settings, each with the variable of its name in capitals behind `XUEYIN_`."""

    model_config = SettingsConfigDict(env_prefix="XUEYIN_", extra="ignore", frozen=True)

    issuer: str = Field("http://127.0.0.1:8000", description="OpenID issuer; https unless loopback")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="port to listen on")
    data: Path = Field(Path("var"), description="folder of database, keys and log")
    database_url: str = Field("", description="sqlite:///… or postgresql+psycopg://…")
    kek_file: Path | None = Field(None, description="file with the base64 key-encryption key")
    log_key_file: Path | None = Field(None, description="file with the log's signing key")
    log_dir: Path | None = Field(None, description="folder of the log's tiles and checkpoint")
    approver_root: str = Field("", description="verifier key that certifies approvers' keys")
    trusted_proxies: tuple[str, ...] = Field((), description="addresses whose X-Forwarded-* count")
    argon2_memory_kib: int = Field(19_456, ge=8, description="Argon2id memory of password hashes")
    argon2_passes: int = Field(2, ge=1)
    demo: bool = Field(default=False, description="synthetic data, banner, loopback only")

    @field_validator("issuer")
    @classmethod
    def _https_unless_loopback(cls, issuer: str) -> str:
        parts = urlsplit(issuer)
        if parts.query or parts.fragment or not parts.hostname or issuer.endswith("/"):
            raise ValueError("the issuer is a URL without query, fragment or trailing slash")
        if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
            return issuer
        raise ValueError("the issuer must use https; http is allowed on a loopback address only")

    @model_validator(mode="after")
    def _demo_stays_home(self) -> Self:
        if self.demo and not is_loopback(self.host):
            raise ValueError("the demo listens on a loopback address only")
        return self

    @property
    def database(self) -> str:
        """The database URL; an SQLite file in the data folder unless set."""
        return self.database_url or f"sqlite:///{self.data / 'xueyin.db'}"

    @property
    def kek_path(self) -> Path:
        """Where the key-encryption key lies (outside the database, never in a backup of it)."""
        return self.kek_file or self.data / "keys" / "kek"

    @property
    def log_key_path(self) -> Path:
        """Where the log's signing key lies."""
        return self.log_key_file or self.data / "keys" / "log.key"

    @property
    def log_path(self) -> Path:
        """Where tiles and checkpoint of the log are written."""
        return self.log_dir or self.data / "log"

    @property
    def https(self) -> bool:
        """Tell whether people reach the server by https."""
        return self.issuer.startswith("https://")

    def kek(self) -> bytes:
        """Return the 32-byte key-encryption key. Raises FileNotFoundError or ValueError."""
        key = base64.b64decode(self.kek_path.read_text().strip(), validate=True)
        if len(key) != 32:  # noqa: PLR2004  AES-256
            raise ValueError(f"{self.kek_path} must hold 32 bytes in base64")
        return key


class DemoSettings(BaseSettings):
    """What the demonstration takes from the environment: two ports, nothing else."""

    model_config = SettingsConfigDict(env_prefix="XUEYIN_", extra="ignore", frozen=True)

    port: int = Field(8000, ge=1, le=65535, description="port of the provider")
    demo_port: int = Field(8001, ge=1, le=65535, description="port of the demo relying party")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address names this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
