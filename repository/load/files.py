"""A file opened by what it holds, never by its name: unpacked if gzipped, and handed to the reader of its format."""

import codecs
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from repository.load.chunk import Chunk, Reader
from repository.load.csv_file import read_csv
from repository.load.errors import CutShortError, LoadError
from repository.load.json_file import read_geojson, read_jsonl
from repository.load.options import FileOptions, Format
from repository.load.parquet_file import read_parquet

PIECE = 1 << 20
MOST_UNPACKED, MOST_RATIO = 256 << 20, 400
"""Deflate packs a thousand to one at the very most; real tables up to about fifty."""
_MAGIC = {
    b"PK\x03\x04": "an Excel or zip file: save it as CSV, or unpack it",
    b"\xd0\xcf\x11\xe0": "an old Excel file: save it as CSV",
    b"BZh": "packed with bzip2: unpack it",
    b"\xfd7zXZ": "packed with xz: unpack it",
    b"\x28\xb5\x2f\xfd": "packed with zstd: unpack it",
    b"%PDF": "a PDF",
    b"SQLite format 3": "an SQLite database",
}
_WIDE_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_READERS: dict[Format, Reader] = {"csv": read_csv, "jsonl": read_jsonl, "geojson": read_geojson}


def read(
    path: Path, options: FileOptions, wanted: tuple[str, ...], taken: Callable[[int], None] = lambda n: None
) -> Iterator[Chunk]:
    """A file's rows, chunk by chunk; `taken` hears how many bytes were read so far.

    Raises LoadError; CutShortError after the last row of a file that was cut.
    """
    try:
        with path.open("rb") as file:
            head = file.read(8)
            file.seek(0)
            if head[:4] == b"PAR1" or options.format == "parquet":
                yield from read_parquet(str(path), path)
                return
            raw = _pieces(file, taken)
            data = gunzipped(str(path), raw) if head[:2] == b"\x1f\x8b" else raw
            yield from _read(str(path), data, options, wanted)
    except IsADirectoryError:
        raise LoadError(f"{path}: this is a folder") from None
    except OSError as e:
        raise LoadError(f"{path}: {e.strerror or e}") from e


def read_bytes(name: str, body: bytes, options: FileOptions, wanted: tuple[str, ...]) -> Iterator[Chunk]:
    """The same of what is in memory already."""
    if body[:4] == b"PAR1" or options.format == "parquet":
        yield from read_parquet(name, BytesIO(body))
        return
    whole = iter([body])
    yield from _read(name, gunzipped(name, whole) if body[:2] == b"\x1f\x8b" else whole, options, wanted)


def _pieces(file: BinaryIO, taken: Callable[[int], None]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        taken(file.tell())
        yield piece


def _read(name: str, data: Iterator[bytes], options: FileOptions, wanted: tuple[str, ...]) -> Iterator[Chunk]:
    pieces: list[bytes] = []
    cut: CutShortError | None = None
    try:
        while sum(map(len, pieces)) < 65_536:
            pieces.append(next(data))
    except StopIteration:
        pass
    except CutShortError as e:
        cut = e
    head = b"".join(pieces)
    _refuse_foreign(name, head)
    encoding = _wide_encoding(head, options)
    rest = _again(head, data, cut)
    if encoding:
        rest, options = _transcoded(name, rest, encoding), options.model_copy(update={"encoding": "utf-8"})
    yield from _READERS[options.format or _format(head)](name, rest, options, wanted)


def _again(head: bytes, data: Iterator[bytes], cut: CutShortError | None) -> Iterator[bytes]:
    if head:
        yield head
    if cut:
        raise cut
    yield from data


def _refuse_foreign(name: str, head: bytes) -> None:
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            raise LoadError(f"{name}: this is {what}")
    if head[257:262] == b"ustar":
        raise LoadError(f"{name}: this is a tar archive: unpack it and load its files")
    if re.match(rb"\s*<(\?xml|!doctype|html)", head, re.I):
        raise LoadError(f"{name}: this is XML or a web page, not a table")


def _format(head: bytes) -> Format:
    """The format of a text: an object with features is GeoJSON, other objects are JSON Lines, the rest is delimited."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith((b"{", b"[")):
        return "csv"
    return "geojson" if re.search(rb'"FeatureCollection"|"features"\s*:', start) else "jsonl"


def _wide_encoding(head: bytes, options: FileOptions) -> str | None:
    """Encodings of more than a byte a letter, in which a newline can't be found before decoding."""
    marked = next((name for mark, name in _WIDE_MARKS.items() if head.startswith(mark)), None)
    return options.encoding if options.encoding.startswith(("utf-16", "utf-32")) else marked


def _transcoded(name: str, data: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in data:
            yield decoder.decode(piece).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as e:
        raise CutShortError(f"{name}: the text stops being {encoding} at byte {e.start}") from e


def gunzipped(name: str, data: Iterator[bytes]) -> Iterator[bytes]:
    """Unpacked as far as it goes. Raises CutShortError where the packing ends early or is damaged."""
    packed = unpacked = 0
    for member in _members(name, data):
        packed, unpacked = member[1], unpacked + len(member[0])
        if unpacked > MOST_UNPACKED and unpacked > packed * MOST_RATIO:
            raise LoadError(f"{name}: {packed:,} bytes unpack to more than {unpacked:,}: this is no honest table")
        yield member[0]


def _members(name: str, data: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """Pieces of the text, each with how many packed bytes went in so far; a file may be several gzips in a row."""
    engine, fed, held = zlib.decompressobj(31), 0, b""
    with suppress(StopIteration):
        while True:
            if not held:
                held = next(data)
                fed += len(held)
            if engine.eof:
                if not held.strip(b"\0"):
                    held = b""
                    continue
                engine = zlib.decompressobj(31)
            before = engine.copy()
            try:
                piece = engine.decompress(held, PIECE)
            except zlib.error as e:
                yield _saved(before, held), fed
                raise CutShortError(f"{name}: the gzip is damaged ({e})") from e
            held = engine.unused_data if engine.eof else engine.unconsumed_tail
            if piece:
                yield piece, fed
    if not engine.eof:
        raise CutShortError(f"{name}: the gzip ends before its end")


def _saved(engine: "zlib._Decompress", packed: bytes) -> bytes:
    """What comes before the damage: a failing call keeps its output to itself, so the bytes go in one by one."""
    pieces: list[bytes] = []
    with suppress(zlib.error):
        pieces.extend(engine.decompress(packed[i : i + 1]) for i in range(len(packed)))
    return b"".join(pieces)
