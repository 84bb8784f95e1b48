"""One line of the scoreboard: samples of ours and of the plain alternative, taken in turn on one machine."""

from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`ours` and `plain` are samples in `unit`; `want` says in words what the product aims at."""

    name: str
    unit: str
    ours: list[float]
    plain: list[float] = field(default_factory=list)
    against: str = ""
    want: str = ""
    higher_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours over plain, of medians."""
        return median(self.ours) / median(self.plain) if self.plain and median(self.plain) else None

    def data(self) -> dict[str, Any]:
        return {**asdict(self), "median": median(self.ours), "ratio": self.ratio}


def spread(samples: list[float]) -> str:
    """Median, and what nine in ten lie between."""
    if len(samples) < 3:
        return f"{median(samples):,.4g}"
    low, *_, high = quantiles(samples, n=20, method="inclusive")
    return f"{median(samples):,.4g} ({low:,.4g} – {high:,.4g})"
