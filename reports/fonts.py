"""The typeface of reports, cut from the installed variable one into files that Typst and the charts can read.

Typst reads no variable fonts. The cut files are kept: cutting takes six seconds of a processor, which a process of its
own spends, for who asks may be serving screens. Digits are made equal in width by the font's own feature (`tnum`),
which the template switches on.
"""

import hashlib
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from reports.apart import ROOT, environment

FAMILY = "Inter"
WEIGHTS = (400, 700)
RANGES = (
    *((0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x309), (0x323, 0x323), (0x1EA0, 0x1EF9), (0x2010, 0x2027)),
    *((0x2030, 0x203A), (0x2080, 0x2089), (0x20AB, 0x20AC), (0x2190, 0x2193)),
)
"""Latin, what Vietnamese and Portuguese need, punctuation, subscripts, currency, arrows."""
SIGNS = "−≤≥≠▲▼●○■◆□σ"
LETTERS = frozenset({*(c for low, high in RANGES for c in range(low, high + 1)), *map(ord, SIGNS)}) - {0xAD}
"""Code points that reports can print."""
OPTICAL_SIZE = 14
DEADLINE_S = 120.0


class FontError(Exception):
    """The typeface isn't there, or could not be cut; the message says what to do."""


def fonts(data_dir: Path) -> Path:
    """The folder with the cut files, made when missing. Raises FontError, OSError."""
    stamp = hashlib.sha256(_source() + repr((RANGES, SIGNS, WEIGHTS, OPTICAL_SIZE)).encode()).hexdigest()[:12]
    folder = (data_dir / "cache" / f"report-fonts-{stamp}").resolve()
    if not folder.exists():
        _apart(folder)
    return folder


def _source() -> bytes:
    try:
        return files("fontpkg_inter").joinpath("files/Inter[opsz,wght].ttf").read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as e:
        raise FontError("the typeface of reports is missing: install fontpkg-inter (`make install`)") from e


def _apart(folder: Path) -> None:
    command = [sys.executable, "-m", "reports.fonts", str(folder)]
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            command,
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DEADLINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as e:
        raise FontError(f"the typeface of reports was not cut within {DEADLINE_S:g} s") from e
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise FontError(f"the typeface of reports could not be cut into {folder}: {lines[-1] if lines else 'killed'}")


def _make(source: bytes, folder: Path) -> None:
    """All the files or none: two processes that cut at once both end with one whole folder. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as new:
        made = Path(new) / "made"
        made.mkdir()
        for weight in WEIGHTS:
            (made / f"{FAMILY}-{weight}.ttf").write_bytes(_cut(source, weight))
        if not folder.exists():
            made.replace(folder)


def _cut(source: bytes, weight: int) -> bytes:
    from io import BytesIO

    from fontTools import subset, ttLib
    from fontTools.varLib import instancer

    font = ttLib.TTFont(BytesIO(source), recalcTimestamp=False)
    options = subset.Options(layout_features=["kern", "mark", "mkmk", "ccmp", "tnum", "locl"], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(LETTERS))
    cutter.subset(font)
    out = BytesIO()
    instancer.instantiateVariableFont(font, {"opsz": OPTICAL_SIZE, "wght": weight}).save(out)
    return out.getvalue()


if __name__ == "__main__":
    _make(_source(), Path(sys.argv[1]))
