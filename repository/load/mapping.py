"""A mapping: how a file's columns become ours. The shapes of its parts; `agree.py` says what they must agree on."""

from functools import cached_property
from string import Formatter
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, BeforeValidator, Field, field_validator, model_validator

from city.kinds import KINDS, Kind
from repository.load.options import FileOptions, Part, Word


def _flat(value: Any) -> Any:
    """`attributes.bd1` may be written as a dotted key, which TOML reads as a table in a table."""
    if not isinstance(value, dict):
        return value
    flat: dict[str, Any] = {}
    for k, v in value.items():
        flat.update({f"{k}.{inner}": word for inner, word in v.items()} if isinstance(v, dict) else {k: v})
    return flat


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str | int | float | bool) else value


def _combined(value: Any) -> Any:
    """A list of columns, the same as "Date + Hour", or a template such as "{Date}T{Hour}:00"."""
    if isinstance(value, str) and "{" not in value and " + " in value:
        return {"columns": value.split(" + ")}
    if isinstance(value, str):
        return {"template": value}
    return {"columns": value} if isinstance(value, list) else value


def _unit(value: Any) -> Any:
    if isinstance(value, int | float):
        return {"factor": value}
    if isinstance(value, str):
        theirs, _, ours = value.replace("→", "->").partition("->")
        return {"from": theirs.strip(), "to": ours.strip() or None}
    return value


def _reading(value: Any) -> Any:
    return {"is": value} if isinstance(value, str) else value


class Combine(Part):
    """One column made of several: joined, or set into a template."""

    columns: list[Word] = Field(default_factory=list)
    separator: str = " "
    template: str | None = None

    @property
    def names(self) -> list[str]:
        """Their columns that it is made of."""
        if self.template is None:
            return self.columns
        return [field for _, field, _, _ in Formatter().parse(self.template) if field]

    @model_validator(mode="after")
    def _made_of_something(self) -> "Combine":
        try:
            names = self.names
        except ValueError as e:
            raise ValueError(f"template {self.template!r}: {e}") from None
        if not names or (self.template is not None and self.columns):
            raise ValueError('say the columns, ["Date", "Hour"], or a template, "{Date}T{Hour}:00"')
        return self


class UnitRule(Part):
    """Theirs × factor + offset, or by the names of two units."""

    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    factor: float | None = None
    offset: float = 0.0

    def named(self, name: str, *, is_unit: bool) -> tuple[str | None, str | None]:
        """(theirs, ours), when the rule's own name is or is not the word for their unit."""
        return (name, self.to or self.from_) if is_unit else (self.from_, self.to)


class Reading(Part):
    """What one column of a wide file holds. `is` is a metric or a sensor, whichever the mapping leaves open."""

    is_: str | None = Field(default=None, alias="is")
    metric: str | None = None
    sensor_id: str | None = Field(default=None, validation_alias=AliasChoices("sensor_id", "sensor"))
    unit: str | None = None


class Sequence(Part):
    """Times of a file that has none: the first row's, and how far apart the rows are."""

    start: Word
    every: str


class Mapping(Part):
    """A mapping file, checked."""

    kind: str
    timezone: str | None = None
    columns: Annotated[dict[str, Word], BeforeValidator(_flat)] = Field(default_factory=dict)
    values: dict[str, dict[str, Word]] = Field(default_factory=dict)
    formats: dict[str, Annotated[list[str], BeforeValidator(_several)]] = Field(default_factory=dict)
    defaults: Annotated[dict[str, Word], BeforeValidator(_flat)] = Field(default_factory=dict)
    file: FileOptions = FileOptions()
    combine: dict[str, Annotated[Combine, BeforeValidator(_combined)]] = Field(default_factory=dict)
    units: dict[str, Annotated[UnitRule, BeforeValidator(_unit)]] = Field(default_factory=dict)
    metrics: dict[str, Annotated[Reading, BeforeValidator(_reading)]] = Field(default_factory=dict)
    sequence: dict[str, Sequence] = Field(default_factory=dict)
    only: dict[str, Annotated[list[Word], BeforeValidator(_several)]] = Field(default_factory=dict)
    refuse: dict[str, Annotated[list[Word], BeforeValidator(_several)]] = Field(default_factory=dict)
    name: str = Field(default="", exclude=True)
    """The mapping file's name without its ending."""

    @field_validator("kind")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in KINDS:
            raise ValueError(f"there is no kind {value!r}; it is one of {', '.join(KINDS)}")
        return value

    @field_validator("timezone")
    @classmethod
    def _exists(cls, value: str | None) -> str | None:
        try:
            return value and ZoneInfo(value).key
        except (KeyError, ValueError, OSError):
            raise ValueError(f"there is no time zone {value!r}") from None

    @property
    def given(self) -> set[str]:
        """Our columns that the file or the mapping gives, wide columns aside."""
        return {*self.columns, *self.combine, *self.sequence, *self.defaults}

    @property
    def of(self) -> Kind:
        return KINDS[self.kind]

    @cached_property
    def zone(self) -> ZoneInfo | None:
        return ZoneInfo(self.timezone) if self.timezone else None


def identity(kind: str, columns: list[str], name: str = "") -> Mapping:
    """The mapping of a file whose columns carry our names already, for those of `columns` that are ours."""
    ours = KINDS[kind].columns
    return Mapping(kind=kind, columns={c: c for c in columns if c.split(".")[0] in ours}, name=name)
