"""What does a stranger type? `python -m ledger verify PATH --key VKEY`."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ledger.domain.bundle import CHECKPOINT as BUNDLED
from ledger.domain.bundle import MANIFEST
from ledger.domain.checkpoint import Checkpoint, open_checkpoint
from ledger.domain.note import NoteError, VerifierKey
from ledger.verify.evidence import Keys, open_log, verify_bundle, verify_log
from ledger.verify.report import Fault, Report
from ledger.verify.sources import Source, SourceError, open_source

HOLDS, FAILS = 0, 1
"""Exit codes; argparse exits with 2 for wrong usage."""
_DESCRIPTION = """\
离线核验学印的披露账本与证据包；不需要服务器、数据库或网络。
Verify a Xueyin disclosure log or evidence bundle offline: no server, database or network.
"""
_EPILOG = """\
逐步输出 OK / FAIL / NOTE；FAIL 一行给出步骤、文件与条目序号。
Prints OK / FAIL / NOTE per step; a FAIL line names step, file and entry index.
退出码 exit code: 0 通过 holds · 1 不符 fails · 2 用法有误 wrong usage

例 examples:
  python -m ledger verify evidence.zip --key 'registry.example/log+1a2b3c4d+AQ…' \\
         --approver-root 'province.example/root+5e6f7a8b+AQ…'
  python -m ledger verify /srv/xueyin/log --key 'registry.example/log+1a2b3c4d+AQ…'

公钥必须从日志运营方之外的渠道取得，不可取自证据包。
Get the keys out of band, never from the bundle itself.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (argparse itself exits with 2)."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        known = _known(options.known_checkpoint, options.key)
    except (NoteError, OSError, UnicodeDecodeError) as error:
        parser.error(f"argument --known-checkpoint: {error}")
    if not options.path.exists():
        parser.error(f"没有这个路径 (no such path): {options.path}")
    keys = Keys(options.key, options.approver_root, known)
    report = Report()
    try:
        with closing(open_source(options.path)) as source:
            holds = _verify(source, keys, report)
    except SourceError as error:
        report.step("读取 (read)", [Fault(error.place, str(error))])
        holds = report.end()
    sys.stdout.write("\n".join(report.lines) + "\n")
    return HOLDS if holds else FAILS


def _verify(source: Source, keys: Keys, report: Report) -> bool:
    if _is_log_alone(source):
        log, faults = open_log(source, "", keys.log)
        report.step("检查点签名有效 (checkpoint is signed)", faults)
        if log is not None:
            verify_log(log, keys, report)
        return report.end()
    return verify_bundle(source, keys, report)


def _is_log_alone(source: Source) -> bool:
    """Tell whether this is a tiles directory. A bundle stays one without its manifest."""
    return "checkpoint" in source.names and not {MANIFEST, BUNDLED} & source.names


def _key(text: str) -> str:
    try:
        VerifierKey.parse(text)
    except NoteError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _known(path: Path | None, vkey: str) -> Checkpoint | None:
    return None if path is None else open_checkpoint(path.read_text(), vkey)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ledger", description=_DESCRIPTION, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar="verify")
    verify = commands.add_parser(
        "verify", help="核验证据包或日志目录 (verify a bundle or a log directory)",
        description=_DESCRIPTION, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    verify.add_argument(
        "path", type=Path, metavar="PATH",
        help="证据包（目录或 zip），或日志目录 (a bundle as directory or zip, or a log directory)",
    )  # fmt: skip
    verify.add_argument(
        "--key", required=True, type=_key, metavar="VKEY",
        help="日志公钥 (verifier key of the log): name+hash+base64",
    )  # fmt: skip
    verify.add_argument(
        "--approver-root", type=_key, metavar="VKEY",
        help="批准人证书的根公钥 (verifier key that certifies the approvers' keys)",
    )  # fmt: skip
    verify.add_argument(
        "--known-checkpoint", type=Path, metavar="FILE",
        help="以前取得的检查点，用于发现截断与退回 (an earlier checkpoint: detects truncation)",
    )  # fmt: skip
    return parser
