"""The cells of one record, the slow and certain way; for lines that the fast parser can't be trusted with."""

from dataclasses import dataclass
from typing import Protocol


class HasDialect(Protocol):
    """How cells are written."""

    @property
    def delimiter(self) -> str: ...
    @property
    def quote(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a record; `open`: it ended inside a quoted cell."""

    values: tuple[str, ...]
    open: bool

    @property
    def count(self) -> int:
        return len(self.values)


def cells(text: str, dialect: HasDialect) -> Cells:
    """RFC 4180, read mildly: a quote opens a cell only at its beginning, and is a letter anywhere else."""
    delimiter, quote = dialect.delimiter, dialect.quote
    if quote not in text:
        return Cells(tuple(text.split(delimiter)), False)
    values: list[str] = []
    at, size = 0, len(text)
    while True:
        value = ""
        if text.startswith(quote, at):
            value, at, closed = _quoted(text, at + 1, quote)
            if not closed:
                return Cells((*values, value), True)
        end = text.find(delimiter, at)
        end = size if end < 0 else end
        values.append(value + text[at:end])
        if end == size:
            return Cells(tuple(values), False)
        at = end + 1


def _quoted(text: str, at: int, quote: str) -> tuple[str, int, bool]:
    """The inside of a quoted cell that begins at `at`, where it ends, and whether it does."""
    parts: list[str] = []
    while True:
        end = text.find(quote, at)
        if end < 0:
            return "".join((*parts, text[at:])), len(text), False
        parts.append(text[at:end])
        if not text.startswith(quote, end + 1):
            return "".join(parts), end + 1, True
        parts.append(quote)
        at = end + 2
