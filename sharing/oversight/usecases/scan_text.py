"""An official tries the scan on a pasted text. Nothing of it is stored, logged or sent on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from anonymize.text.findings import TITLES, Kind
from anonymize.text.recall import verdict
from anonymize.worker import TextFinding, scan_in_child
from kernel.errors import InvalidError, TooManyError
from kernel.principal import Principal, Role

TRIERS: Final = (Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR)
LONGEST: Final = 20_000
"""Characters of a text that is tried."""
_AT_ONCE: Final = asyncio.Semaphore(2)
"""Each trial is a process of its own."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What was pasted: the text, and what the register would know, one value a line."""

    text: str
    names: str = ""
    schools: str = ""
    addresses: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the text: as it stands, or a finding with its Chinese title and score."""

    text: str
    title: str = ""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Tried:
    """The text in segments, how often each kind was found, and why free text may not leave yet."""

    segments: tuple[Segment, ...]
    counts: tuple[tuple[str, int], ...]
    obstacles: tuple[str, ...]


async def scan_text(principal: Principal, trial: Trial) -> Tried:
    """Return the text with what the scan finds in it, computed in a child process.

    Raises InvalidError for an empty text and one of over 20 000 characters, TooManyError while
    others are trying, UnavailableError if the child fails.
    """
    principal.require(*TRIERS)
    if not trial.text.strip():
        raise InvalidError("请先粘贴文字", field="text", remedy="粘贴一段评语或备注")
    if len(trial.text) > LONGEST:
        raise InvalidError(
            "文字太长", field="text", rule=f"一次最多 {LONGEST} 字", remedy="请分段试验"
        )
    if _AT_ONCE.locked():
        raise TooManyError("正有人在试，请稍候", remedy="几秒钟后再试")
    known = {
        "names": _lines(trial.names), "schools": _lines(trial.schools),
        "addresses": _lines(trial.addresses),
    }  # fmt: skip
    async with _AT_ONCE:
        findings = await scan_in_child([trial.text], [known])
    return Tried(_segments(trial.text, findings), _counts(findings), verdict().reasons)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _segments(text: str, findings: Sequence[TextFinding]) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    place = 0
    for one in findings:
        segments.append(Segment(text[place : one.start]))
        segments.append(Segment(text[one.start : one.end], _title(one), one.score))
        place = one.end
    return tuple(segment for segment in (*segments, Segment(text[place:])) if segment.text)


def _counts(findings: Sequence[TextFinding]) -> tuple[tuple[str, int], ...]:
    titles = [_title(one) for one in findings]
    return tuple((title, titles.count(title)) for title in TITLES.values() if title in titles)


def _title(finding: TextFinding) -> str:
    return TITLES[Kind(finding.kind)]
