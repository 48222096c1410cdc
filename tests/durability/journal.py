"""What the outside world was told or given, and whether the server still knows it."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ledger.domain.receipt import Receipt


@dataclass(slots=True)
class Journal:
    """Kept by the fake recipient and the officials; it survives every crash of the server."""

    answers: list[bytes] = field(default_factory=list)
    """Bodies of answers with status 200, also those that broke off."""
    approved: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """What the database holds after the last crash."""

    entries: Mapping[str, tuple[bytes, bool]]
    """By id: the entry's bytes, and whether it is sealed in the log."""
    approvals: Mapping[str, tuple[str, bool]]
    """By id: the entry of the approval, and whether it is revoked."""


def known(database: Path) -> Known:
    """Read the database file, with no help from the code under test."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        entries = connection.execute("SELECT id, body, leaf_index IS NOT NULL FROM ledger_entry")
        approvals = connection.execute(
            "SELECT id, entry_id, revoked_at IS NOT NULL FROM sharing_approval"
        )
        return Known(
            {name: (body, bool(sealed)) for name, body, sealed in entries},
            {name: (entry, bool(revoked)) for name, entry, revoked in approvals},
        )


def broken_promises(journal: Journal, found: Known, vkey: str) -> list[str]:
    """Return every acknowledged thing that is gone, and every answer without a durable entry."""
    return [
        *_answers(journal, found, vkey),
        *(f"approval {one} is lost" for one in journal.approved if not _approved(found, one)),
        *(
            f"the revocation of {one} is lost"
            for one in journal.revoked
            if not found.approvals.get(one, ("", False))[1]
        ),
    ]


def _approved(found: Known, approval_id: str) -> bool:
    entry_id, _ = found.approvals.get(approval_id, ("", False))
    return found.entries.get(entry_id, (b"", False))[1]


def _answers(journal: Journal, found: Known, vkey: str) -> list[str]:
    faults, cited, torn = [], set(), 0
    for body in journal.answers:
        try:
            told = json.loads(body)
        except ValueError:
            torn += 1
            continue
        entry, sealed = found.entries.get(told["entry"], (b"", False))
        cited.add(told["entry"])
        if not sealed:
            faults.append(f"{len(body)} bytes left without entry {told['entry']}")
            continue
        Receipt.parse(told["receipt"]).verify(entry, vkey)
    kinds = [json.loads(entry)["type"] for entry, _ in found.entries.values()]
    if kinds.count("disclosure") < len(cited) + torn:
        faults.append(f"{torn} torn answers, and fewer entries than answers")
    return faults
