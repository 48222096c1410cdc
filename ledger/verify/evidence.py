"""Which steps show that an evidence bundle holds? Read `verify_bundle` as the list of them."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ledger.domain.bundle import LOG, MANIFEST, BundleError, open_manifest
from ledger.domain.checkpoint import Checkpoint, open_checkpoint
from ledger.domain.merkle import ProofError
from ledger.domain.note import NoteError
from ledger.domain.receipt import Receipt, ReceiptError
from ledger.domain.tile import TileError
from ledger.verify.approvals import ApprovalError, check_approval, parse_json
from ledger.verify.disclosures import check_disclosure, digests_named
from ledger.verify.history import History, read_history
from ledger.verify.log import LogFiles, check_tree
from ledger.verify.report import Fault, Report
from ledger.verify.sources import Source, SourceError

_REFUSALS = (
    SourceError, NoteError, ProofError, ReceiptError, TileError, ApprovalError, UnicodeDecodeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Keys:
    """What the auditor was given out of band: the log's key, the approver root, a checkpoint."""

    log: str
    approver_root: str | None = None
    known: Checkpoint | None = None


@dataclass(slots=True)
class Evidence:
    """What the steps have found so far."""

    source: Source
    keys: Keys
    approvals: dict[str, dict[str, Any]] = field(default_factory=dict)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    history: History | None = None

    def named(self, folder: str, suffix: str) -> Iterator[tuple[str, str]]:
        """Yield (path, name without folder and suffix) of the files of a kind."""
        for path in sorted(self.source.names):
            if path.startswith(f"{folder}/") and path.endswith(suffix):
                yield path, path.removeprefix(f"{folder}/").removesuffix(suffix)


def verify_bundle(source: Source, keys: Keys, report: Report) -> bool:
    """Take all steps, so that the report names every fault, and return whether all held."""
    evidence = Evidence(source, keys)
    report.step("清单由日志密钥签名 (manifest is signed by the log key)", _manifest(evidence))
    report.step("清单覆盖每个文件，逐一相符 (every file is covered)", _covered(evidence))
    log, faults = open_log(source, LOG, keys.log)
    report.step(f"检查点签名有效{_size(log)} (checkpoint is signed)", faults)
    if log is not None:
        verify_log(log, keys, report)
        report.step("回执包含在日志中 (receipts are proven)", _receipts(evidence, log))
        evidence.history = read_history(log)
    report.step("批准由证书所载之人签署 (approvals are signed)", _approvals(evidence))
    if keys.approver_root is None and evidence.approvals:
        report.unchecked("未给出 --approver-root，证书签发者没有核对 (certificate issuer)")
    report.step("披露条目与所引批准相符 (entries cite these approvals)", _disclosures(evidence))
    report.step("附件与其摘要名称相符 (documents match their digests)", _documents(evidence),
                notes=_absent(evidence))  # fmt: skip
    return report.end()


def verify_log(log: LogFiles, keys: Keys, report: Report) -> None:
    """Take the steps that concern the log alone."""
    report.step("瓦片与条目包重算出同一树根 (tiles and entries give the root)", check_tree(log))
    if keys.known is not None:
        report.step("延续已知检查点 (continues the known checkpoint)", _continues(log, keys.known))


def open_log(source: Source, prefix: str, vkey: str) -> tuple[LogFiles | None, list[Fault]]:
    """Return the log below a prefix, or why its checkpoint does not hold."""
    place = f"{prefix}checkpoint"
    try:
        checkpoint = open_checkpoint(source.read(place).decode(), vkey)
    except _REFUSALS as error:
        return None, [Fault(place, str(error))]
    return LogFiles(source, prefix, checkpoint), []


def _manifest(evidence: Evidence) -> Iterator[Fault]:
    try:
        open_manifest(evidence.source.read(MANIFEST), evidence.keys.log)
    except (BundleError, SourceError) as error:
        yield Fault(MANIFEST, str(error))


def _covered(evidence: Evidence) -> Iterator[Fault]:
    try:
        digests = open_manifest(evidence.source.read(MANIFEST), evidence.keys.log)
    except (BundleError, SourceError):
        yield Fault(MANIFEST, "清单无效，无法核对文件 (no valid manifest)")
        return
    for path in sorted(evidence.source.names - digests.keys() - {MANIFEST}):
        yield Fault(path, "清单没有列出这个文件 (not in the manifest)")
    for path, expected in digests.items():
        try:
            found = hashlib.sha256(evidence.source.read(path)).hexdigest()
        except SourceError as error:
            yield Fault(path, str(error))
            continue
        if found != expected:
            yield Fault(path, "内容与清单的摘要不符 (digest differs)")


def _continues(log: LogFiles, known: Checkpoint) -> Iterator[Fault]:
    place = f"{log.prefix}checkpoint"
    if known.origin != log.checkpoint.origin:
        yield Fault(place, "已知检查点属于另一个日志 (another log)")
    elif known.size > log.checkpoint.size:
        yield Fault(
            place,
            f"日志从 {known.size} 条缩短到 {log.checkpoint.size} 条：尾部被截断或退回旧备份 "
            "(truncated or rolled back)",
        )
    elif log.root_at(known.size) != known.root:
        yield Fault(place, f"前 {known.size} 条与已知检查点不符：历史被改写或分叉 (forked)")


def _receipts(evidence: Evidence, log: LogFiles) -> Iterator[Fault]:
    for path, name in evidence.named("entries", ".json"):
        try:
            data = evidence.source.read(path)
            evidence.entries[name] = parse_json(data)
            yield from _receipt(evidence, log, name, data)
        except _REFUSALS as error:
            yield Fault(path, str(error))
    for path, name in evidence.named("receipts", ".tlog-proof"):
        if f"entries/{name}.json" not in evidence.source.names:
            yield Fault(path, "回执没有对应的条目文件 (no such entry)")


def _receipt(evidence: Evidence, log: LogFiles, name: str, data: bytes) -> Iterator[Fault]:
    path, place = f"entries/{name}.json", f"receipts/{name}.tlog-proof"
    if name != f"entry_{evidence.entries[name].get('nonce')}":
        yield Fault(path, "文件名与条目的随机数不符 (name differs from nonce)")
    try:
        receipt = Receipt.parse(evidence.source.read(place).decode())
        evidence.places[name] = receipt.index
        signed = receipt.verify(data, evidence.keys.log)
        where = f"序号 {receipt.index} (entry index {receipt.index})"
        if signed.size > log.checkpoint.size or log.root_at(signed.size) != signed.root:
            yield Fault(place, f"回执的检查点不属于这个日志的历史，{where}")
    except _REFUSALS as error:
        yield Fault(place, str(error))


def _approvals(evidence: Evidence) -> Iterator[Fault]:
    for path, name in evidence.named("approvals", ".json"):
        if path.endswith(".sig.json"):
            if f"approvals/{name.removesuffix('.sig')}.json" not in evidence.source.names:
                yield Fault(path, "签名没有对应的批准文书 (no such approval)")
            continue
        try:
            signature = evidence.source.read(f"approvals/{name}.sig.json")
            approval = check_approval(
                evidence.source.read(path), signature, evidence.keys.approver_root
            )
        except _REFUSALS as error:
            yield Fault(getattr(error, "place", path), str(error))
            continue
        if approval.get("approval") != name:
            yield Fault(path, "文件名与批准编号不符 (name differs)")
        elif evidence.history and (
            message := evidence.history.signing_fault(name, evidence.source.read(path))
        ):
            yield Fault(path, message)
        evidence.approvals[name] = approval


def _disclosures(evidence: Evidence) -> Iterator[Fault]:
    history = evidence.history or History()
    for name, entry in evidence.entries.items():
        index = evidence.places.get(name, 0)
        for message in check_disclosure(entry, evidence.approvals, index, history):
            yield Fault(f"entries/{name}.json", message)


def _documents(evidence: Evidence) -> Iterator[Fault]:
    for path, name in evidence.named("documents", ""):
        try:
            found = hashlib.sha256(evidence.source.read(path)).hexdigest()
        except SourceError as error:
            yield Fault(path, str(error))
            continue
        if name != f"sha256-{found}":
            yield Fault(path, "内容与文件名中的摘要不符 (digest differs)")


def _absent(evidence: Evidence) -> Iterable[str]:
    sources: list[dict[str, Any]] = [*evidence.approvals.values(), *evidence.entries.values()]
    named = {digest for source in sources for digest in digests_named(source)}
    held = {name.replace("-", ":") for _, name in evidence.named("documents", "")}
    return [f"未附 {kind} {digest} (not in the bundle)" for kind, digest in sorted(named)
            if digest not in held]  # fmt: skip


def _size(log: LogFiles | None) -> str:
    return "" if log is None else f"：{log.checkpoint.origin}，{log.checkpoint.size} 条"
