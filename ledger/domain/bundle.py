"""How is evidence packed so that every byte of every file is covered by one signature?"""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping

from ledger.domain.note import NoteError, Signer, open_note, sign, split

MANIFEST = "MANIFEST"
HEADER = "xueyin-evidence@v1"
"""The first line of a manifest; no checkpoint and no certificate begins so."""
CHECKPOINT = "log/checkpoint"
LOG = "log/"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_NAME = r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}"
_LAYOUT = re.compile(
    rf"log/checkpoint|log/tile/[0-9a-z/.]{{1,60}}|receipts/{_NAME}\.tlog-proof"
    rf"|entries/{_NAME}\.json|approvals/{_NAME}\.json|documents/sha256-[0-9a-f]{{64}}"
)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16


class BundleError(ValueError):
    """A bundle or its manifest is not of the form. `path` is the file at fault."""

    def __init__(self, message: str, path: str = MANIFEST) -> None:
        super().__init__(message)
        self.path = path


def build(files: Mapping[str, bytes], signer: Signer) -> dict[str, bytes]:
    """Return the files, in order of their paths, and the MANIFEST that the log's key signs.

    Paths are those of the layout in docs/ledger-format.md; raises BundleError for any other.
    """
    for path in files:
        check_path(path)
    ordered = dict(sorted(files.items()))
    lines = [f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in ordered.items()]
    manifest = sign(f"{HEADER}\n{''.join(lines)}", signer)
    return {MANIFEST: manifest.encode(), **ordered}


def to_zip(bundle: Mapping[str, bytes]) -> bytes:
    """Return the bundle as a zip file; the same bundle gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in bundle.items():
            member = zipfile.ZipInfo(path, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = _PLAIN_FILE
            archive.writestr(member, data)
    return target.getvalue()


def check_path(path: str) -> None:
    """Raise BundleError unless the path has its place in the layout."""
    if not _LAYOUT.fullmatch(path) or ".." in path:
        raise BundleError("证据包中没有这种文件的位置", path)


def open_manifest(manifest: bytes, vkey: str) -> dict[str, str]:
    """Return path → hex SHA-256 of a manifest with exactly one signature, the log key's.

    Raises BundleError: a further line, even of an unknown signer, would be a byte not covered.
    """
    try:
        note = manifest.decode()
        text = open_note(note, [vkey])
        if len(split(note)[1]) != 1:
            raise BundleError("清单只应有一行签名")
    except (NoteError, UnicodeDecodeError) as error:
        raise BundleError(f"清单无效：{error}") from error
    header, *lines = text.removesuffix("\n").split("\n")
    if header != HEADER:
        raise BundleError(f"清单首行应为 {HEADER}")
    digests: dict[str, str] = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or match[2] in digests:
            raise BundleError(f"清单第 {len(digests) + 2} 行格式不对或重复")
        check_path(match[2])
        digests[match[2]] = match[1]
    return digests
