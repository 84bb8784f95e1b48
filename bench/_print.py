"""The plain alternative to the report: the same document as an HTML page that a headless browser prints."""

import html
import shutil
import subprocess
from pathlib import Path
from typing import Any

from bench._browser import CHROMIUMS
from reports.blocks import charts

STYLE = "body{font:11px sans-serif}table{border-collapse:collapse;width:100%}section{break-after:page}"


def page(made: dict[str, Any], drawn: list[str]) -> str:
    """A document (reports.document) with its charts, as one HTML page."""
    for block, svg in zip(charts(made), drawn, strict=True):
        block["svg"] = svg
    body = "".join(
        f"<section><h1>{html.escape(s['title'])}</h1><p>{html.escape(' · '.join(s['about']))}</p>"
        f"{''.join(map(_block, s['blocks']))}</section>"
        for s in made["sections"]
    )
    return f"<!doctype html><meta charset=utf-8><title>{html.escape(made['title'])}</title><style>{STYLE}</style>{body}"


def _block(b: dict[str, Any]) -> str:
    if b["kind"] == "table":
        rows = [f"<tr>{''.join(f'<td>{html.escape(c)}' for c in r)}" for r in b["rows"]]
        head = "".join(f"<th>{html.escape(h)}" for h in b["head"])
        return f"<h2>{html.escape(b['title'])}</h2><table><tr>{head}{''.join(rows)}</table>"
    if b["kind"] == "items":
        return f"<ul>{''.join(f'<li>{html.escape(i)}' for i in b['items'])}</ul>"
    if b["kind"] == "beside":
        return "".join(map(_block, b["blocks"]))
    return str(b.get("svg") or f"<p>{html.escape(b.get('title', '') + ' ' + b.get('text', ''))}</p>")


def command(source: Path, out: Path) -> list[str]:
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    return [
        next(filter(None, map(shutil.which, CHROMIUMS))),
        *flags,
        f"--user-data-dir={out.parent / 'profile'}",
        f"--print-to-pdf={out}",
        str(source),
    ]


def printed(source: Path, out: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command(source, out), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
