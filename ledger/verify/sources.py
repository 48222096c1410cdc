"""Whence are the files read? A directory or a zip, neither of which is trusted."""

import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

MOST_FILES = 200_000
MOST_FILE_BYTES = 64 * 1024 * 1024
MOST_BYTES = 4 * 1024**3
MOST_RATIO = 200
"""Unpacked to packed size of one member; JSON stays far below."""
_RATIO_FROM = 1024 * 1024
"""Members smaller than this may be as dense as they like."""


class SourceError(ValueError):
    """A file cannot be read safely. `place` is its name."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(message)
        self.place = place


class Source(Protocol):
    """Named bytes. Names are relative, with `/`."""

    @property
    def names(self) -> frozenset[str]:
        """All files."""

    def read(self, name: str) -> bytes:
        """Return a file's bytes; raises SourceError, also for a name that is not there."""

    def close(self) -> None:
        """Let go of open files."""


def open_source(path: Path) -> Source:
    """Return the files at a path; raises SourceError if it is neither directory nor zip."""
    if path.is_dir():
        return DirectorySource(path)
    if not zipfile.is_zipfile(path):
        raise SourceError(str(path), "既不是目录，也不是 zip 文件 (neither directory nor zip)")
    return ZipSource(path)


class DirectorySource:
    """Files of a directory. Links and devices are refused."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.names = frozenset(self._walk())

    def read(self, name: str) -> bytes:
        """See Source.read."""
        path = self._directory / name
        try:
            if path.stat().st_size > MOST_FILE_BYTES:
                raise SourceError(name, "文件过大 (file too large)")
            return path.read_bytes()
        except OSError as error:
            raise SourceError(name, f"无法读取：{error.strerror} (cannot be read)") from error

    def close(self) -> None:
        """See Source.close: nothing is kept open."""

    def _walk(self) -> Iterator[str]:
        count = 0
        for root, directories, files in os.walk(self._directory):
            for name in (*directories, *files):
                path = Path(root, name)
                place = path.relative_to(self._directory).as_posix()
                with suppress(FileNotFoundError):  # a running log tidies up
                    mode = path.lstat().st_mode
                    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
                        raise SourceError(place, "不是普通文件 (a link or device)")
                    if stat.S_ISREG(mode):
                        yield place
            count += len(files)
            if count > MOST_FILES:
                raise SourceError(str(self._directory), "文件过多 (too many files)")


class ZipSource:
    """Members of a zip, read in memory one at a time and never written to disk."""

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise SourceError(str(path), f"zip 已损坏：{error} (damaged)") from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        try:
            self._admit_all(path)
        except SourceError:
            self._archive.close()
            raise
        self.names = frozenset(self._members)

    def read(self, name: str) -> bytes:
        """See Source.read. Reads one byte more than announced, to notice a lie."""
        member = self._members.get(name)
        if member is None:
            raise SourceError(name, "没有这个文件 (missing)")
        try:
            with self._archive.open(member) as stream:
                data = stream.read(member.file_size + 1)
        except Exception as error:  # a hostile zip may make the reader raise anything
            raise SourceError(name, f"zip 成员已损坏：{error} (damaged)") from error
        if len(data) != member.file_size:
            raise SourceError(name, "zip 成员的大小与目录不符 (size differs)")
        return data

    def close(self) -> None:
        """See Source.close."""
        self._archive.close()

    def _admit_all(self, path: Path) -> None:
        members = [m for m in self._archive.infolist() if not (m.is_dir() and m.file_size == 0)]
        if len(members) > MOST_FILES or sum(m.file_size for m in members) > MOST_BYTES:
            raise SourceError(str(path), "zip 的文件过多或过大 (too many or too large)")
        for member in members:
            self._admit(member)

    def _admit(self, member: zipfile.ZipInfo) -> None:
        name = member.orig_filename
        parts = name.split("/")
        if name != member.filename or "\\" in name or {"", ".", ".."} & set(parts):
            raise SourceError(name, "zip 成员的路径不安全 (unsafe path)")
        if name in self._members:
            raise SourceError(name, "zip 中同名文件出现两次 (duplicate name)")
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or member.flag_bits & 0x1:
            raise SourceError(name, "zip 成员是链接或已加密 (link or encrypted)")
        too_dense = member.file_size > _RATIO_FROM and member.file_size > MOST_RATIO * max(
            1, member.compress_size
        )
        if too_dense or member.file_size > MOST_FILE_BYTES:
            raise SourceError(name, "zip 成员过大或压缩比过高 (too large or too dense)")
        self._members[name] = member
