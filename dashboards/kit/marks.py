"""Attributes that Dash's components take by name only: what scripts and tests look for, what screen readers say."""

from typing import Any


def data(**words: Any) -> Any:
    """`data(at=1)` is {"data-at": 1}, to be spread into a component."""
    return {f"data-{name.replace('_', '-')}": value for name, value in words.items()}


def aria(**words: Any) -> Any:
    """`aria(label="x")` is {"aria-label": "x"}."""
    return {f"aria-{name}": value for name, value in words.items()}
