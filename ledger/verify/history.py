"""What does the log itself say of an approval: when was it signed, when revoked?"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.domain.tile import WIDTH, TileError
from ledger.verify.approvals import ApprovalError, parse_json, parse_time
from ledger.verify.log import LogFiles
from ledger.verify.sources import SourceError

_MARKS = {kind: f'"type":"{kind}"'.encode() for kind in ("approval", "revocation")}


@dataclass(frozen=True, slots=True)
class History:
    """Index and body of the entries that sign or revoke an approval, by the approval's id."""

    signed: dict[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    revoked: dict[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)

    def signing_fault(self, identity: str, document: bytes) -> str:
        """Return why the log does not tell of exactly this signed document; empty if it does."""
        _, entry = self.signed.get(identity, (0, {}))
        if entry.get("document") != f"sha256:{hashlib.sha256(document).hexdigest()}":
            return "日志没有记载这份文书的签署 (the log tells of no such approval)"
        return ""

    def order_faults(self, identity: str, index: int, entry: Mapping[str, Any]) -> Iterator[str]:
        """Yield what is wrong with a disclosure at that index and its approval's life."""
        signed, _ = self.signed.get(identity, (-1, {}))
        if signed > index:
            yield f"披露早于批准的签署，序号 {index} < {signed} (disclosed before the approval)"
        revoked, revocation = self.revoked.get(identity, (index, {}))
        if revoked < index and parse_time(entry.get("at")) > parse_time(revocation.get("at")):
            yield f"披露晚于批准的撤销，序号 {index} > {revoked} (disclosed after the revocation)"


def read_history(log: LogFiles) -> History:
    """Return the history in a log. Bundles that cannot be read are another step's faults."""
    history = History()
    for number in range(-(-log.checkpoint.size // WIDTH)):
        try:
            entries = log.entries(number)
        except (SourceError, TileError):
            continue
        for position, data in enumerate(entries):
            _note(history, number * WIDTH + position, data)
    return history


def _note(history: History, index: int, data: bytes) -> None:
    if not any(mark in data for mark in _MARKS.values()):
        return
    try:
        entry = parse_json(data)
    except ApprovalError:
        return
    found = history.signed if entry.get("type") == "approval" else history.revoked
    if entry.get("type") in _MARKS:
        found.setdefault(str(entry.get("approval")), (index, entry))
