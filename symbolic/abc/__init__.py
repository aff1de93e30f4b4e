"""ABC notation in and out (the ABC music standard 2.1)."""

from __future__ import annotations

from symbolic.abc.interleave import write_interleaved
from symbolic.abc.lint import lint
from symbolic.abc.tunebook import iter_book, parse, read_book, read_tune, split_book
from symbolic.abc.writer import write_abc, write_book

__all__ = [
    "iter_book",
    "lint",
    "parse",
    "read_book",
    "read_tune",
    "split_book",
    "write_abc",
    "write_book",
    "write_interleaved",
]
