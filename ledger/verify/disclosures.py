"""Is a disclosure what its approvals allowed, as far as the log and the signed texts can tell?"""

from collections.abc import Iterator, Mapping
from typing import Any

from ledger.verify.approvals import ApprovalError, parse_time
from ledger.verify.history import History

ATTACHMENTS = ("agreement", "impact_assessment", "plan", "policy", "preview", "report")
"""What an approval or an entry names by digest and a bundle carries under `documents/`."""
_DIGEST = "sha256:"


def digests_named(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (kind, `sha256:…`) of what a document refers to."""
    for kind in ATTACHMENTS:
        value = document.get(kind)
        if isinstance(value, str) and value.startswith(_DIGEST):
            yield kind, value


def check_disclosure(
    entry: Mapping[str, Any],
    approvals: Mapping[str, Mapping[str, Any]],
    index: int,
    history: History,
) -> Iterator[str]:
    """Yield what does not fit between a disclosure entry and the approvals that it cites.

    Entries of other types cite none that must be at hand. A disclosure without approvals is one of
    synthetic pupils.
    """
    if entry.get("type") != "disclosure":
        return
    cited = entry.get("approvals")
    if not isinstance(cited, list):
        yield "披露条目没有批准列表 (no list of approvals)"
        return
    persons: list[object] = []
    for identity in cited:
        approval = approvals.get(str(identity))
        if approval is None:
            yield f"所引批准 {identity} 不在包中或未通过核验 (approval missing or not valid)"
            continue
        persons.extend(_mapping(approval, "responsible").values())
        found = [*_outside(entry, approval), *_misplaced(str(identity), index, entry, history)]
        yield from (f"{message}，批准 {identity}" for message in found)
    if cited and not all(person in persons for person in _list(entry, "responsible")):
        yield "责任人不在所引批准之中 (responsible person not named by the approvals)"


def _misplaced(
    identity: str, index: int, entry: Mapping[str, Any], history: History
) -> Iterator[str]:
    try:
        yield from history.order_faults(identity, index, entry)
    except ApprovalError as error:
        yield str(error)


def _outside(entry: Mapping[str, Any], approval: Mapping[str, Any]) -> Iterator[str]:
    for party in ("client", "recipient"):
        if entry.get(party) != approval.get(party):
            yield f"{party} 与批准不同 ({party} differs)"
    if entry.get("delivery") not in _list(approval, "deliveries"):
        yield "提供方式未获批准 (delivery not approved)"
    rows, most = entry.get("rows"), _mapping(approval, "bounds").get("most_rows")
    if not isinstance(rows, int) or not isinstance(most, int) or rows > most:
        yield "行数超出批准上限 (more rows than approved)"
    period = _mapping(approval, "period")
    try:
        moment = parse_time(entry.get("at"))
        if not parse_time(period.get("start")) <= moment < parse_time(period.get("end")):
            yield "时间不在批准期限内 (outside the approved period)"
    except ApprovalError as error:
        yield str(error)


def _mapping(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    value = document.get(name)
    return value if isinstance(value, list) else []
