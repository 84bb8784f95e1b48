"""The beginning of a delimited file: what its columns are called, and where its data begin."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from repository.load.csv_cells import cells
from repository.load.csv_lines import Dialect
from repository.load.errors import CutShortError, LoadError
from repository.load.options import FileOptions

HEAD = 1 << 20
LINES_IN_A_HEADER = 100


@dataclass(slots=True)
class Buffer:
    """Bytes on their way. That the file was cut short is remembered, and said when all that came was used."""

    data: Iterator[bytes]
    held: bytes = b""
    ended: bool = False
    cut: CutShortError | None = None

    def fill(self, size: int) -> None:
        """Hold at least `size` bytes, or all there are."""
        parts, held = [self.held], len(self.held)
        while held < size and not self.ended:
            try:
                parts.append(next(self.data))
                held += len(parts[-1])
            except StopIteration:
                self.ended = True
            except CutShortError as e:
                self.ended, self.cut = True, e
        self.held = b"".join(parts)

    def take(self) -> bytes:
        """Whole lines; at the end everything, but for half a line of a file that was cut short."""
        size = len(self.held) if self.ended and not self.cut else self.held.rfind(b"\n") + 1
        block, self.held = self.held[:size], b"" if self.ended else self.held[size:]
        return block

    def line(self) -> bytes:
        """One line off the beginning."""
        size = self.held.find(b"\n") + 1 or len(self.held)
        line, self.held = self.held[:size], self.held[size:]
        return line


def plain(encoding: str) -> str:
    """Encodings that are UTF-8 but for a mark that has been taken off, or no more than a part of it."""
    return "utf-8" if encoding in ("utf-8-sig", "ascii") else encoding


def head(name: str, buffer: Buffer, options: FileOptions, wanted: tuple[str, ...]) -> tuple[list[str], int]:
    """The columns' names, and the number of the first line of data; the buffer then stands there."""
    buffer.fill(HEAD)
    buffer.held = buffer.held.removeprefix(b"\xef\xbb\xbf")
    if not buffer.held.strip():
        raise LoadError(str(buffer.cut) if buffer.cut else f"{name}: the file is empty")
    for _ in range(options.skip_rows):
        buffer.line()
    line = 1 + options.skip_rows
    if not options.header_rows:
        return _unwritten(name, buffer.held, options, wanted), line
    found, used = _record(buffer, options)
    for _ in range(options.header_rows - 1):
        used += _record(buffer, options)[1]
    names = list(options.names) if options.names else [unicodedata.normalize("NFC", c).strip() for c in found]
    if len(names) != len(found):
        raise LoadError(f"{name}: the mapping names {len(names)} columns, the file has {len(found)}")
    return _apart(names), line + used


def _record(buffer: Buffer, options: FileOptions) -> tuple[tuple[str, ...], int]:
    """The cells of one row of the header, and how many lines it takes."""
    dialect, text = Dialect(options.delimiter, options.quote, 0), ""
    for used in range(1, LINES_IN_A_HEADER):
        text += buffer.line().decode(plain(options.encoding), "replace")
        found = cells(text.rstrip("\r\n"), dialect)
        if not found.open or not buffer.held:
            return found.values, used
    return found.values, used


def _unwritten(name: str, data: bytes, options: FileOptions, wanted: tuple[str, ...]) -> list[str]:
    """Names of the columns of a file without a header: the mapping's, else their numbers.

    Numbers count from 1, unless the mapping names a column 0.
    """
    first = data[: data.find(b"\n") + 1 or len(data)].decode(plain(options.encoding), "replace").rstrip("\r\n")
    width = cells(first, Dialect(options.delimiter, options.quote, 0)).count
    if options.names is None:
        start = 0 if "0" in wanted else 1
        return [str(i + start) for i in range(width)]
    if len(options.names) != width:
        raise LoadError(f"{name}: the mapping names {len(options.names)} columns, the file's first row has {width}")
    return _apart(list(options.names))


def _apart(names: list[str]) -> list[str]:
    """A name that stands twice is told apart by its number: the second `x` is `x (2)`."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out
