"""The tiny corpus, tokenizer and base, made once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Tiny:
    """Folders that tests read and do not change."""

    corpus: Path
    tokenizer: Path
    base: Path


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    pytest.importorskip("torch")
    from tests.training import tiny as make

    folder = tmp_path_factory.mktemp("tiny")
    corpus, tokenizer = make.write_corpus(folder / "corpus"), make.write_tokenizer(folder / "tokenizer")
    return Tiny(corpus, tokenizer, make.write_model(folder / "base", tokenizer))
