"""`[file]` of a mapping: how a file is written down, and how the faults of a mapping are said."""

import codecs
import difflib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

Format = Literal["csv", "jsonl", "parquet", "geojson"]
_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}


def as_word(value: Any) -> Any:
    """TOML's numbers, booleans and times as the text a file would hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) else value


Word = Annotated[str, BeforeValidator(as_word)]


class Part(BaseModel):
    """A part of a mapping: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FileOptions(Part):
    """How a file is written down. What is not said is found out from its content, never from its name."""

    format: Format | None = None
    delimiter: str = Field(default=",", validation_alias=AliasChoices("delimiter", "separator", "sep"))
    quote: str = Field(default='"', min_length=1, max_length=1)
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""
    header: bool | Annotated[int, Field(ge=0, le=100)] | list[Word] | None = Field(
        default=None, validation_alias=AliasChoices("header", "header_rows", "header_lines")
    )
    columns: list[Word] | None = Field(default=None, validation_alias=AliasChoices("columns", "names", "column_names"))
    skip_rows: int = Field(default=0, ge=0, validation_alias=AliasChoices("skip_rows", "skip", "skip_lines"))
    empty: list[Word] = Field(default_factory=list, validation_alias=AliasChoices("empty", "null", "nulls"))

    @field_validator("delimiter", mode="before")
    @classmethod
    def _spelled_out(cls, value: Any) -> Any:
        found = _DELIMITERS.get(value, value) if isinstance(value, str) else value
        if isinstance(found, str) and (len(found) != 1 or not found.isascii() or found in '\n\r"'):
            raise ValueError(f"{value!r} can't be a delimiter; it is one character, or tab, comma, semicolon, pipe")
        return found

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            return codecs.lookup(value).name
        except LookupError:
            raise ValueError(f"there is no encoding {value!r}") from None

    @model_validator(mode="after")
    def _agrees(self) -> "FileOptions":
        if self.columns is not None and isinstance(self.header, list):
            raise ValueError("the names of the columns are given twice, in header and in columns")
        if self.thousands and self.thousands == self.decimal:
            raise ValueError("decimal and thousands can't be the same character")
        return self

    @property
    def names(self) -> list[str] | None:
        """The columns' names, when the mapping gives them."""
        return self.header if isinstance(self.header, list) else self.columns

    @property
    def header_rows(self) -> int:
        """How many rows before the data hold names; the first of them counts. Names given mean there is none."""
        if isinstance(self.header, list) or self.header is None:
            return 1 if self.names is None else 0
        return int(self.header)


def near(word: str, words: Iterable[str]) -> str:
    """`; near: …` when words like it exist, whatever their case and spacing."""
    plain = {_plain(w): w for w in words}
    found = difflib.get_close_matches(_plain(word), list(plain), n=3, cutoff=0.6)
    inside = [p for p in plain if len(_plain(word)) > 3 and p not in found and _plain(word) in p]
    names = [plain[p] for p in (*found, *inside)][:3]
    return f"; near: {', '.join(map(repr, names))}" if names else ""


def _plain(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())


def fault(error: Mapping[str, Any], known: Iterable[str]) -> str:
    """One of pydantic's errors as one line that names the key."""
    where = ".".join(str(x) for x in error["loc"] if not str(x).startswith("function-"))
    if error["type"] == "extra_forbidden":
        return f"there is no key {where!r}{near(str(error['loc'][-1]), known)}"
    message = error["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
