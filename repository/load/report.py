"""What a load did, in words and numbers."""

import re
from collections import Counter
from dataclasses import dataclass, field

from repository.merge import Counts

EXAMPLES = 3


@dataclass(slots=True)
class Report:
    """read = written + updated + unchanged + rejected, exactly."""

    kind: str
    source: str
    files: list[str]
    timezone: str | None = None
    read: int = 0
    written: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    ambiguous: int = 0
    missing: int = 0
    unlocated: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """What kept a file from being read to its end."""

    def refuse(self, where: str, reason: str) -> None:
        """Count a refused row under its kind of reason, and keep the first ones to show."""
        kind = alike(reason)
        self.rejected += 1
        self.reasons[kind] += 1
        shown = self.examples.setdefault(kind, [])
        if len(shown) < EXAMPLES:
            shown.append(f"{where}: {reason}")

    def settle(self, counts: Counts) -> None:
        self.written += counts.written
        self.updated += counts.updated
        self.unchanged += counts.unchanged

    @property
    def ok(self) -> bool:
        """Good rows went in, or there was nothing to refuse, and every file was read to its end."""
        return not self.faults and (self.read == 0 or self.rejected < self.read)

    def lines(self) -> list[str]:
        """The report, a line a fact; the second line is the sum."""
        source = f", source {self.source}" if self.source else ""
        became = f"{self.written} written + {self.updated} updated + {self.unchanged} unchanged"
        out = [
            f"{self.kind} from {', '.join(self.files)}{source}",
            f"{self.read} rows read = {became} + {self.rejected} rejected",
        ]
        if self.timezone:
            out.append(
                f"local times ({self.timezone}): {self.ambiguous} ambiguous, taken as the earlier; "
                f"{self.missing} missing, taken as the first instant after the gap"
            )
        if self.unlocated:
            out.append(f"{self.unlocated} unlocated: their place is unknown or empty")
        out += [f"note: {n} × {note}" for note, n in self.notes.most_common()]
        for reason, n in self.reasons.most_common():
            out.append(f"rejected {n} × {reason}")
            out += [f"    {line}" for line in self.examples[reason]]
        if self.rejected:
            out.append("`ioc rejected` shows the refused rows themselves")
        return out


def alike(reason: str) -> str:
    """A reason without the values it quotes, so that equal ones are counted together."""
    plain = re.sub(r"\s*(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", " …", reason)
    plain = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]*Z?", "…", plain)
    return re.sub(r"(?<![\w.])-?\d[\d.]*(?:e[+-]?\d+)?(?= (?:is not between|letters|cells where))", "…", plain)
