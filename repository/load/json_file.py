"""JSON Lines, one JSON array, and GeoJSON: objects as rows of text cells; `a.b` reaches into an object in an object."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson

from repository.load.chunk import PLENTY, Bad, Chunk, texts
from repository.load.csv_head import plain
from repository.load.errors import CutShortError, LoadError
from repository.load.features import is_feature, refuse_other_coordinates, row_of
from repository.load.options import FileOptions, near

LARGEST = 512 << 20
LONGEST = 64 << 20
SHOWN = 2_000


@dataclass(slots=True)
class Row:
    """One object, or why it is none."""

    number: int
    value: dict[str, Any] | None
    text: str = ""
    reason: str = ""


@dataclass(slots=True)
class _Seen:
    """Columns of the mapping that no row has had yet: at the end of the file they are mistakes."""

    name: str
    missing: set[str]
    known: set[str] = field(default_factory=set)
    rows: int = 0

    def look(self, names: Iterable[str]) -> None:
        self.known.update(names)
        self.missing -= self.known

    def finish(self) -> None:
        for column in sorted(self.missing) if self.rows else ():
            raise LoadError(f"{self.name}: no row has {column!r}{near(column, self.known)}")


def read_jsonl(name: str, data: Iterator[bytes], options: FileOptions, wanted: tuple[str, ...]) -> Iterator[Chunk]:
    """An object a line, or one array of objects."""
    first = next(data, b"").removeprefix(b"\xef\xbb\xbf")
    again = _chain(first, data)
    encoding = plain(options.encoding)
    if first.lstrip().startswith(b"["):
        rows = _objects(name, _whole(name, again, encoding))
        yield from _chunks(name, rows, wanted, lined=False)
    else:
        yield from _chunks(name, _lines(name, again, encoding), wanted, lined=True)


def read_geojson(name: str, data: Iterator[bytes], options: FileOptions, wanted: tuple[str, ...]) -> Iterator[Chunk]:
    """The features of a collection: their properties, `id`, `geometry`, and a point's `latitude` and `longitude`."""
    found = _whole(name, data, plain(options.encoding))
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        raise LoadError(f"{name}: this is no GeoJSON collection of features")
    refuse_other_coordinates(name, found)
    yield from _chunks(name, _objects(name, features), wanted, lined=False)


def _chain(first: bytes, data: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from data


def _whole(name: str, data: Iterator[bytes], encoding: str) -> Any:
    parts, size = [], 0
    for piece in data:
        parts.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise LoadError(f"{name}: one JSON text of more than {LARGEST >> 20} MB; use JSON Lines")
    try:
        return orjson.loads(b"".join(parts).removeprefix(b"\xef\xbb\xbf").decode(encoding))
    except (UnicodeDecodeError, orjson.JSONDecodeError) as e:
        raise LoadError(f"{name}: this is not JSON: {e}") from e


def _objects(name: str, values: Any) -> Iterator[Row]:
    if not isinstance(values, list):
        raise LoadError(f"{name}: this is one JSON value, not a table")
    for i, value in enumerate(values, 1):
        if isinstance(value, dict):
            yield Row(i, value)
        else:
            yield Row(i, None, orjson.dumps(value).decode()[:SHOWN], "not an object")


def _lines(name: str, data: Iterator[bytes], encoding: str) -> Iterator[Row]:
    number, rest, cut = 0, b"", None
    pieces = iter(data)
    while True:
        try:
            piece = next(pieces)
        except StopIteration:
            break
        except CutShortError as e:
            cut, rest = CutShortError(f"{e}; its {number} whole lines were read"), b""
            break
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            number += 1
            if line.strip():
                yield _line(number, line, encoding)
        if len(rest) > LONGEST:
            raise CutShortError(
                f"{name}: line {number + 1} is longer than {LONGEST >> 20} MB; nothing after it was read"
            )
    if rest.strip():
        yield _line(number + 1, rest, encoding)
    if cut:
        raise cut


def _line(number: int, line: bytes, encoding: str) -> Row:
    shown = line[:SHOWN].decode(encoding, "replace").strip()
    try:
        value = orjson.loads(line if encoding == "utf-8" else line.decode(encoding))
    except UnicodeDecodeError:
        return Row(number, None, shown, f"not in the encoding {encoding}")
    except orjson.JSONDecodeError as e:
        nan = any(word in line for word in (b"NaN", b"Infinity"))
        return Row(number, None, shown, "NaN or infinity written as a number" if nan else f"not JSON: {e}")
    return Row(number, value) if isinstance(value, dict) else Row(number, None, shown, "not an object")


def _chunks(name: str, rows: Iterator[Row], wanted: tuple[str, ...], *, lined: bool) -> Iterator[Chunk]:
    seen, cut = _Seen(name, set(wanted)), None
    while True:
        batch: list[Row] = []
        try:
            while len(batch) < PLENTY:
                batch.append(next(rows))
        except StopIteration:
            pass
        except CutShortError as e:
            cut = e
        if batch:
            yield _chunk(batch, wanted, seen, lined=lined)
        if len(batch) < PLENTY:
            break
    if cut:
        raise cut
    seen.finish()


def _chunk(rows: Sequence[Row], wanted: tuple[str, ...], seen: _Seen, *, lined: bool) -> Chunk:
    good = [r for r in rows if r.value is not None]
    bad = [Bad(r.number, r.number if lined else None, r.text, r.reason) for r in rows if r.value is None]
    values = [row_of(r.value or {}) for r in good]
    names = dict.fromkeys(k for v in values for k in v)
    reached = [w for w in wanted if w not in names and "." in w]
    columns: dict[str, list[str | None]] = {n: [cell(v.get(n)) for v in values] for n in names}
    for path in reached:
        found = [_reach(v, path) for v in values]
        if any(f is not None for f in found):
            columns[path] = [cell(f) for f in found]
    seen.look(columns)
    seen.rows += len(good)
    for absent in wanted:
        columns.setdefault(absent, [None] * len(values))
    number = np.array([r.number for r in good], dtype=np.int64)
    table = texts(columns) if columns else texts({"": [None] * len(values)})
    return Chunk(table, number, number if lined else None, bad, any(is_feature(r.value or {}) for r in good))


def _reach(value: Any, path: str) -> Any:
    """What lies at the end of a path such as `location.coordinates.0`."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def cell(value: Any) -> str | None:
    """A JSON value as the text that a cell of a table would hold."""
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()
