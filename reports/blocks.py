"""What a page of the report is made of: JSON-ready blocks that the template knows how to set."""

from collections.abc import Iterator
from typing import Any

Block = dict[str, Any]


def text(words: str) -> Block:
    return {"kind": "text", "text": words}


def heading(words: str) -> Block:
    return {"kind": "heading", "text": words}


def box(title: str, words: str) -> Block:
    """What isn't known, said where it would stand."""
    return {"kind": "box", "title": title, "text": words}


def items(lines: list[str], none: str) -> Block:
    return {"kind": "items", "items": lines} if lines else text(none)


def table(title: str, head: list[str], rows: list[list[str]], widths: list[int], numbers: list[int]) -> Block:
    """`widths` are shares; the columns `numbers` stand flush right. The first column heads its row."""
    return {"kind": "table", "title": title, "head": head, "rows": rows, "widths": widths, "numbers": numbers}


def chart(title: str, alt: str, spec: dict[str, Any]) -> Block:
    """`spec` is Vega-Lite with its data inside; `alt` says the series in words."""
    return {"kind": "chart", "title": title, "alt": alt, "spec": spec}


def beside(*blocks: Block) -> Block:
    return {"kind": "beside", "blocks": list(blocks)}


def charts(made: dict[str, Any]) -> Iterator[Block]:
    """The document's chart blocks, in the order in which they are drawn and set."""
    for section in made["sections"]:
        yield from _charts(section["blocks"])


def _charts(blocks: list[Block]) -> Iterator[Block]:
    for block in blocks:
        if block["kind"] == "chart":
            yield block
        if block["kind"] == "beside":
            yield from _charts(block["blocks"])
