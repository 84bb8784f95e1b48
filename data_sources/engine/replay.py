"""Answers kept on disk, as `ioc record` saves them, and a source that reads them again in place of the world."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from data_sources.engine.contract import Answer, DataSource, Found, SourceError, SourceInfo, Talk
from data_sources.engine.secrets import Secrets

LIST = "answers.json"
KEPT = frozenset({"content-type", "etag", "last-modified", "link", "date", "x-total-count", "ngsild-results-count"})
"""Headers worth keeping; others may tell who asked."""
ENDINGS = {"json": ".json", "xml": ".xml", "csv": ".csv", "geojson": ".geojson", "x-protobuf": ".pb"}


def save(answers: Sequence[Answer], info: SourceInfo, folder: Path, secrets: Secrets) -> list[Path]:
    """Answers of one poll as files: their bytes, and `answers.json` saying what each was. No secret stays in them."""
    folder.mkdir(parents=True, exist_ok=True)
    entries, paths = [], []
    for number, answer in enumerate(answers, 1):
        path = folder / f"{number:03}{_ending(answer)}"
        path.write_bytes(secrets.scrubbed_bytes(answer.body))
        headers = {n: secrets.scrubbed(v) for n, v in answer.headers.items() if n in KEPT}
        same = {"url": secrets.scrubbed(answer.url), "status": answer.status, "headers": headers}
        entries.append({"file": path.name, "received_at": answer.received_at.isoformat(), **same})
        paths.append(path)
    told = {"source": info.key, "standard": info.standard, "answers": entries}
    (folder / LIST).write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    return [*paths, folder / LIST]


def _ending(answer: Answer) -> str:
    kind = answer.content_type.rpartition("/")[2]
    return ENDINGS.get(kind.rpartition("+")[2], ".bin")


def saved(folder: Path) -> list[Answer]:
    """Raises SourceError."""
    try:
        entries: list[dict[str, Any]] = orjson.loads((folder / LIST).read_bytes())["answers"]
        return [
            Answer(
                (folder / Path(e["file"]).name).read_bytes(),
                datetime.fromisoformat(e["received_at"]),
                *(e["url"], e["status"], e["headers"]),
            )
            for e in entries
        ]
    except (OSError, ValueError, LookupError, TypeError) as e:
        raise SourceError(f"{folder}: no answers that were saved ({type(e).__name__}: {e})") from e


@dataclass(frozen=True, slots=True)
class Replay(DataSource):
    """A source whose world is a folder of saved answers."""

    source: DataSource
    folder: Path

    @property
    def info(self) -> SourceInfo:
        return self.source.info

    def fetch(self, now: datetime) -> Talk:
        for answer in saved(self.folder):  # noqa: UP028  a list can't be sent links
            yield answer

    def parse(self, answer: Answer) -> Iterable[Found]:
        return self.source.parse(answer)


@dataclass(frozen=True, slots=True)
class Looked(DataSource):
    """A source that is only looked at: it is never told that anything was stored, so that its place stays."""

    source: DataSource
    answers: list[Answer]
    """What it gave, in order."""

    @property
    def info(self) -> SourceInfo:
        return self.source.info

    def fetch(self, now: datetime) -> Talk:
        talk = self.source.fetch(now)
        answer = next(talk, None)
        while answer is not None:
            self.answers.append(answer)
            links = yield answer
            try:
                answer = talk.send(links)
            except StopIteration:
                answer = None

    def parse(self, answer: Answer) -> Iterable[Found]:
        return self.source.parse(answer)

    def close(self) -> None:
        self.source.close()
