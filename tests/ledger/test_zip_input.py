"""A zip from a stranger is read in memory, or refused with the member's name."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.domain.bundle import to_zip
from ledger.verify.command import main
from ledger.verify.sources import MOST_FILE_BYTES, SourceError, ZipSource, open_source
from tests.ledger.evidence import LOG, ROOT, signed, unsigned

KEYS = ["--key", LOG.vkey, "--approver-root", ROOT.vkey]
Write = Callable[[zipfile.ZipFile], object]


def zipped(tmp_path: Path, write: Write) -> Path:
    path = tmp_path / "evidence.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        write(archive)
    return path


def test_a_zipped_bundle_verifies_and_leaves_nothing_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(to_zip(signed(unsigned(60))))
    assert main(["verify", str(path), *KEYS]) == 0
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_bundle_gives_the_same_zip() -> None:
    bundle = signed(unsigned(20))
    assert to_zip(bundle) == to_zip(bundle)


def test_directory_members_of_a_rezipped_bundle_do_no_harm(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.mkdir("log")
        for path, data in signed(unsigned(20)).items():
            archive.writestr(path, data)

    assert main(["verify", str(zipped(tmp_path, write)), *KEYS]) == 0


def test_one_altered_byte_in_a_zip_is_found(tmp_path: Path) -> None:
    bundle = signed(unsigned(20))
    bundle["log/checkpoint"] = bundle["log/checkpoint"].replace(b"\n20\n", b"\n21\n")
    path = tmp_path / "evidence.zip"
    path.write_bytes(to_zip(bundle))
    assert main(["verify", str(path), *KEYS]) == 1


def link(archive: zipfile.ZipFile) -> None:
    member = zipfile.ZipInfo("entries/link.json")
    member.external_attr = 0o120777 << 16
    archive.writestr(member, "/etc/passwd")


def twice(archive: zipfile.ZipFile) -> None:
    archive.writestr("MANIFEST", b"one")
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("MANIFEST", b"two")


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda z: z.writestr("../outside", b"x"), "路径不安全"),
        (lambda z: z.writestr("/absolute", b"x"), "路径不安全"),
        (lambda z: z.writestr("a\\b", b"x"), "路径不安全"),
        (lambda z: z.writestr("a//b", b"x"), "路径不安全"),
        (lambda z: z.writestr("./a", b"x"), "路径不安全"),
        (link, "链接"),
        (twice, "两次"),
        (lambda z: z.writestr("documents/bomb", bytes(8_000_000)), "压缩比"),
        (lambda z: z.writestr("documents/big", bytes(MOST_FILE_BYTES + 1)), "过大"),
    ],
    ids=["parent", "absolute", "backslash", "empty part", "dot", "link", "twice", "bomb", "big"],
)
def test_a_hostile_member_is_refused_by_name(tmp_path: Path, write: Write, expected: str) -> None:
    path = zipped(tmp_path, write)
    with pytest.raises(SourceError, match=expected):
        open_source(path)
    assert main(["verify", str(path), *KEYS]) == 1


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.verify.sources.MOST_FILES", 3)

    def write(archive: zipfile.ZipFile) -> None:
        for number in range(4):
            archive.writestr(f"documents/{number}", b"")

    path = zipped(tmp_path, write)
    with pytest.raises(SourceError, match="过多"):
        ZipSource(path)


@pytest.mark.parametrize("announced", [3, 20])
def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path, announced: int) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("documents/lie", b"0123456789")
    raw = bytearray(target.getvalue())
    central = raw.rindex(b"PK\x01\x02")
    raw[central + 24 : central + 28] = struct.pack("<I", announced)
    path = tmp_path / "evidence.zip"
    path.write_bytes(raw)
    source = ZipSource(path)
    with pytest.raises(SourceError, match="zip 成员"):
        source.read("documents/lie")
    source.close()


def test_bytes_that_are_no_zip_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(b"PK nothing")
    assert main(["verify", str(path), *KEYS]) == 1
    whole = to_zip(signed(unsigned(20)))
    path.write_bytes(whole[: len(whole) // 2])
    assert main(["verify", str(path), *KEYS]) == 1


def test_a_link_in_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "MANIFEST").symlink_to("/etc/hostname")
    with pytest.raises(SourceError, match="普通文件"):
        open_source(tmp_path)
