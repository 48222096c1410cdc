"""How are the tiles kept as files, so that a reader never meets half a file?

Each file is written beside the tiles, then renamed into place. There is no flush: files are
derived, and what a power loss leaves half-written differs from the entries and is replaced at
the next start.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ledger.domain.checkpoint import Checkpoint
from ledger.domain.note import NoteError, split
from ledger.domain.tile import WIDTH, Tile

CHECKPOINT = "checkpoint"
WORK = ".work"
"""Holds unfinished files and the lock; readers pass over it."""


class TileFiles:
    """A directory in the layout of https://c2sp.org/tlog-tiles."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def prepare(self) -> None:
        """Make the directory, and throw away what an earlier process left unfinished."""
        with self.locked():
            for leftover in (self.directory / WORK).glob("*.part"):
                leftover.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing here meanwhile."""
        work = self.directory / WORK
        work.mkdir(parents=True, exist_ok=True)
        with (work / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def read(self, tile: Tile) -> bytes | None:
        """Return a tile's bytes, or those of a wider one that begins with it, or None.

        Wider: the full tile, or a partial one of a later checkpoint when this one's is not there
        (it was superseded before it was published, or the files were made anew since).
        """
        full = Tile(tile.level, tile.index).path
        held = self.read_path(full) or self.read_path(tile.path)
        if held is None:
            partial = (self.directory / f"{full}.p").glob("[0-9]*")
            widest = max((int(path.name) for path in partial), default=0)
            if widest > tile.width:
                held = self.read_path(Tile(tile.level, tile.index, widest).path)
        return held

    def read_path(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is no such file."""
        try:
            return (self.directory / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def publish(self, files: Mapping[Tile, bytes], note: str) -> None:
        """Put tiles in place, then the checkpoint unless a newer one is there.

        A full tile takes the place of its partial forerunners. Raises OSError.
        """
        with self.locked():
            for tile, data in files.items():
                self._write(tile.path, data)
                if tile.width == WIDTH:
                    shutil.rmtree(self.directory / f"{tile.path}.p", ignore_errors=True)
            if note and _size(note) >= _size(self.read_checkpoint()):
                self._write(CHECKPOINT, note.encode())

    def read_checkpoint(self) -> str:
        """Return the published note, not verified; empty if there is none or it is not text."""
        return (self.read_path(CHECKPOINT) or b"").decode(errors="replace")

    def published_size(self) -> int:
        """Return the size that the published checkpoint names, or -1 if there is none."""
        return _size(self.read_checkpoint())

    def discard_checkpoint(self) -> None:
        """Take away a published checkpoint that is none."""
        (self.directory / CHECKPOINT).unlink(missing_ok=True)

    def _write(self, path: str, data: bytes) -> None:
        target = self.directory / path
        part = self.directory / WORK / f"{os.getpid()}-{path.replace('/', '-')}.part"
        part.write_bytes(data)
        if target.is_dir():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)


def _size(note: str) -> int:
    """Return the size that a checkpoint names, or -1 if it is none."""
    try:
        return Checkpoint.parse(split(note)[0]).size
    except NoteError:
        return -1
