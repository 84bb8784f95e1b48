"""`python -m tests.faults.table`: what the faults' tests showed last, as rows for docs/faults.md."""

import json
from pathlib import Path

FILE = Path(__file__).parents[2] / "results" / "faults.json"
ALWAYS = ("test", "seen", "lost", "recovered")


def rows(found: dict[str, dict[str, object]]) -> list[str]:
    out = ["| fault | test | seen, s | lost | recovered, s | more |", "| --- | --- | --- | --- | --- | --- |"]
    for fault, shown in found.items():
        test = str(shown["test"]).removeprefix("tests/faults/").split("::")
        more = ", ".join(f"{k} {v}" for k, v in shown.items() if k not in ALWAYS)
        out.append(f"| {fault} | `{test[0]}` {test[-1].split('_', 2)[-1].replace('_', ' ')} | {shown['seen']} | "
                   f"{shown['lost']} | {shown['recovered']} | {more} |")  # fmt: skip
    return out


if __name__ == "__main__":
    print("\n".join(rows(json.loads(FILE.read_text()))))
