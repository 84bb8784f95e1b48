"""What becomes of every official sample, as the table of docs/standards/README.md.

`python -m tests.data_sources.standards.sample_table` writes it there; a test compares.
"""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from data_sources.engine.contract import Patch, Rejected, Row, SourceError
from data_sources.standards.found import Found, Link
from tests.data_sources.standards.laws import STANDARDS, decoded
from tests.data_sources.standards.samples import FOLDERS, ROOT, SHARED, samples

README = ROOT / "docs" / "standards" / "README.md"
BEGIN, END = "<!-- samples: begin -->\n", "<!-- samples: end -->\n"
HEAD = "| decoder | sample | in | refused | why |\n| --- | --- | --- | ---: | --- |\n"
RECEIVED = datetime(2017, 7, 1, tzinfo=UTC)


def table() -> str:
    return HEAD + "".join(line(s, path) for s in STANDARDS for path in samples(s))


def line(standard: str, path: Path) -> str:
    name = path.relative_to(SHARED / FOLDERS[standard]).as_posix()
    try:
        found = decoded(standard, path.read_bytes(), at=RECEIVED)
    except SourceError as e:
        return _row(standard, name, "–", "all", str(e))
    why = Counter(r.reason for r in found if isinstance(r, Rejected))
    said = "; ".join(reason if n == 1 else f"{n} × {reason}" for reason, n in why.items())
    return _row(standard, name, taken(found), str(why.total()), said)


def taken(found: list[Found]) -> str:
    rows = Counter(r.table for r in found if isinstance(r, Row))
    told = [f"{n} {t}" for t, n in rows.items()]
    if patches := sum(isinstance(r, Patch) for r in found):
        told.append(f"{patches} closing of others")
    if links := sum(isinstance(r, Link) for r in found):
        told.append(f"{links} link" + "s" * (links > 1))
    return ", ".join(told) or "–"


def _row(*cells: str) -> str:
    return "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in cells) + " |\n"


def main() -> None:
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(before + BEGIN + table() + END + after, "utf-8")


if __name__ == "__main__":
    main()
