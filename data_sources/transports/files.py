"""Files that somebody puts where we can read them: each is read when it is new or has changed."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from data_sources.engine.contract import Answer, SourceError, Talk
from data_sources.engine.declared import Declared
from data_sources.engine.means import Means
from data_sources.transports.feed import Feed, Options, Read


class Lying(Options):
    """At most `files` are read in one poll, the oldest first; a folder without any is a fault if `needed`."""

    files: int = 1000
    needed: bool = True


def is_file(url: str) -> bool:
    return urlsplit(url).scheme in ("", "file")


class Files(Feed):
    """`url` is a path, absolute or from the city file's folder; `*` and `?` stand for anything in a name."""

    def __init__(self, declared: Declared, means: Means, read: Read, told: Lying) -> None:
        super().__init__(declared, means, read)
        if not declared.url:
            raise declared.wrong("url", "name a file")
        self._told = told

    def fetch(self, now: datetime) -> Talk:
        kept = self._marks()
        there = {str(path): path for path in self._paths()}
        if not there and self._told.needed:
            raise SourceError(f"there is no file {self.declared.url}")
        due = [path for name, path in there.items() if kept.get(name) != mark(path)]
        for path in sorted(due, key=lambda p: (p.stat().st_mtime_ns, p))[: self._told.files]:
            before = mark(path)
            body = self._whole(path)
            if mark(path) == before:  # else it is being written: the next poll finds it whole
                yield Answer(body, self.means.clock.now(), str(path), 200, {"mark": before})

    def _marks(self) -> dict[str, Any]:
        found = self.place().get("files")
        return found if isinstance(found, dict) else {}

    def _paths(self) -> list[Path]:
        url = self.declared.url
        written = unquote(urlsplit(url).path) if url.startswith("file:") else url
        pattern = (self.means.beside / Path(written).expanduser()).absolute()
        return [p for p in Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))) if p.is_file()]

    def _whole(self, path: Path) -> bytes:
        try:
            size = path.stat().st_size
            if size > self.declared.max_bytes:
                raise SourceError(f"{path.name} has {size:,} bytes; at most {self.declared.max_bytes:,} are read")
            return path.read_bytes()
        except OSError as e:
            raise SourceError(f"{path}: {e.strerror or e}") from e

    def stored(self, answer: Answer) -> None:
        """Files that are gone are forgotten."""
        there = {str(p) for p in self._paths()}
        kept = {name: m for name, m in self._marks().items() if name in there}
        self.means.cursor.save({"files": {**kept, answer.url: answer.headers["mark"]}})


def mark(path: Path) -> str:
    """What tells a file's content from another without reading it. Raises SourceError."""
    try:
        told = path.stat()
    except OSError as e:
        raise SourceError(f"{path}: {e.strerror or e}") from e
    return f"{told.st_size} {told.st_mtime_ns}"
