"""Every ABC tune of music21's package as text, and a model trained on a part of them."""

from __future__ import annotations

import pytest

from symbolic.abc import split_book
from symbolic.abc.tunebook import decode
from symbolic.resources import music21_corpus
from symbolic.tunes import COLLECTIONS
from training.corpus.articles import articles


@pytest.fixture(scope="session")
def tune_texts() -> list[str]:
    paths = [path for name in COLLECTIONS for path in sorted((music21_corpus() / name).glob("*.abc"))]
    return ["\n".join(tune.lines) for path in paths for tune in split_book(decode(path.read_bytes())).tunes]


@pytest.fixture(scope="session")
def training_texts(tune_texts: list[str]) -> list[str]:
    return [*tune_texts[::10], *(article.body for article in articles())]


@pytest.fixture(scope="session")
def model(training_texts: list[str]) -> bytes:
    pytest.importorskip("sentencepiece")
    from symbolic.tokenizers.sentencepiece import train

    return train(training_texts, 1024)
