"""Music pieces for the tokenizer of an existing model: fewer tokens to a tune, and rows for them.

`music_pieces` learns pieces from ABC text: notes whole, never over the end of a note or bar. `extended` gives
those to a tokenizer that it splits so far, as merges after all its own: a text without them is split as
before, and the result is a plain tokenizer folder that transformers and vLLM load. `grow` gives the model a
row for each new piece, in embeddings and head, begun at the mean of the rows of what the base split it into
(Hewitt 2021, Initializing New Word Embeddings for Pretrained Language Models, takes the mean of all rows).
They are then trained, and saved with an adapter, by ``lora.train_embeddings``.

A base that cuts text into words first (LLaMA 3, Qwen: byte-level) can only have pieces that lie within one
of its words; others are left out.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

from symbolic.errors import SymbolicError
from symbolic.io import told_with
from symbolic.tokenizers import sentencepiece
from training import checkpoint, models
from training.tokenizer import CHAT_TEMPLATE, load_tokenizer

_BEFORE = "x\n"
"""Stands before a piece that is looked at: some tokenizers put a space before the first word of a text."""
Ranks = Mapping[tuple[str, str], int]


def music_pieces(texts: Iterable[str], vocabulary: int = 1024) -> list[str]:
    """The pieces of more than one character that are learned from ABC texts, in the order of learning.

    Args:
        texts: scores as ABC; words in them are learned as well.
        vocabulary: as for `sentencepiece.train`.

    Raises:
        SymbolicError: as `sentencepiece.train`.
    """
    model = sentencepiece.train(texts, vocabulary, whole_notes=True)
    return [piece for piece in sentencepiece.text_pieces(model) if len(piece) > 1]


def extended(tokenizer: Any, pieces: Iterable[str]) -> tuple[Any, list[str]]:
    """A tokenizer that has pieces as tokens which the given one splits.

    Args:
        tokenizer: of transformers, by byte-pair merges. It stays as it is.
        pieces: as they stand in texts, parts before wholes.

    Returns:
        The new tokenizer, and its new tokens in the order of their ids, the first of which is
        ``len(tokenizer)``. Where a piece needs more than one merge, what is between is a token as well.

    Raises:
        SymbolicError: a tokenizer of another kind.
    """
    from tokenizers import Tokenizer

    state = _state(tokenizer)
    vocabulary, merges = state["model"]["vocab"], state["model"]["merges"]
    # A tokenizer numbers its added tokens after those of its model, unless the model has them too.
    vocabulary |= tokenizer.get_added_vocab()
    ranks = _ranks(merges)
    added: list[str] = []
    for piece in pieces:
        word = _as_word(tokenizer, piece)
        if not word or any(sign not in vocabulary for sign in word):
            continue
        first, *others = split(word, ranks)
        for part in others:
            if first + part not in vocabulary:
                vocabulary[first + part] = len(tokenizer) + len(added)
                added.append(first + part)
            ranks[first, part] = len(ranks)
            merges.append([first, part])
            first += part
    found = deepcopy(tokenizer)
    found._tokenizer = Tokenizer.from_str(json.dumps(state))
    return found, added


def grow(model: Any, base: Any, tokenizer: Any) -> None:
    """Gives a model rows for the tokens that its tokenizer has beyond its base's.

    Args:
        model: a causal language model whose rows are those of `base`.
        base: its tokenizer so far.
        tokenizer: as `extended` returns it.
    """
    import torch

    ranks = _ranks(_state(base)["model"]["merges"])
    tokens = tokenizer.convert_ids_to_tokens(range(len(base), len(tokenizer)))
    parts = [base.convert_tokens_to_ids(split(token, ranks)) for token in tokens]
    if len(tokenizer) > model.get_input_embeddings().weight.shape[0]:
        model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    tables = [model.get_input_embeddings().weight]
    if model.get_output_embeddings().weight is not tables[0]:
        tables.append(model.get_output_embeddings().weight)
    with torch.no_grad():
        for table in tables:
            for index, own in enumerate(parts, len(base)):
                table[index] = table[own].mean(0)


def extend(tokenizer: Any, model: Any, pieces: Iterable[str]) -> tuple[Any, list[str]]:
    """`extended` and `grow` in one: the model is changed, the tokenizer is not.

    Returns:
        The new tokenizer and its new tokens.

    Raises:
        SymbolicError: as `extended`.
    """
    found, added = extended(tokenizer, pieces)
    grow(model, tokenizer, found)
    return found, added


def extend_model(base: str | Path, texts: Iterable[str], out: Path, vocabulary: int = 1024) -> list[str]:
    """Extends a model by pieces learned from texts, and saves it with its tokenizer, whole or not at all.

    Args:
        base: folder or hub id. Where it has no chat format, it is given this project's.
        texts: scores as ABC.
        out: new folder, a base for training as any.
        vocabulary: how many pieces are learned, those that the base has included.

    Returns:
        The new tokens.

    Raises:
        SymbolicError: as `music_pieces`, `extended` and the loaders.
    """
    pieces = music_pieces(texts, vocabulary)
    tokenizer = load_tokenizer(base, CHAT_TEMPLATE)
    model = models.load_model(base, dtype="auto")
    found, added = extend(tokenizer, model, pieces)
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    with told_with(str(out)), checkpoint.told_when_full(part):
        part.mkdir(parents=True)
        model.save_pretrained(part)
        found.save_pretrained(part)
        part.rename(out)
    return added


def split(word: str, ranks: Ranks) -> list[str]:
    """What byte-pair merges make of a word's characters.

    Args:
        word: as the tokenizer's own vocabulary writes it.
        ranks: the merges, the first done first.
    """
    parts = list(word)
    while len(parts) > 1:
        rank, place = min((ranks.get(pair, len(ranks)), place) for place, pair in enumerate(pairwise(parts)))
        if rank == len(ranks):
            break
        parts[place : place + 2] = ["".join(parts[place : place + 2])]
    return parts


def _ranks(merges: Sequence[Sequence[str]]) -> dict[tuple[str, str], int]:
    return {(first, second): rank for rank, (first, second) in enumerate(merges)}


def _state(tokenizer: Any) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(tokenizer.backend_tokenizer.to_str())
    if state["model"]["type"] != "BPE":
        raise SymbolicError(
            f"only a tokenizer by byte-pair merges can be extended, and this one is {state['model']['type']}"
        )
    return state


def _as_word(tokenizer: Any, piece: str) -> str:
    """A piece as the vocabulary writes it inside a text; empty where it is never in one word of it."""
    before = "".join(_words(tokenizer, _BEFORE))
    words = _words(tokenizer, f"{_BEFORE}{piece}")
    word = "".join(words)[len(before) :]
    return word if len(words[-1]) >= len(word) else ""


def _words(tokenizer: Any, text: str) -> list[str]:
    backend = tokenizer.backend_tokenizer
    if backend.normalizer is not None:
        text = backend.normalizer.normalize_str(text)
    if backend.pre_tokenizer is None:
        return [text]
    return [word for word, _ in backend.pre_tokenizer.pre_tokenize_str(text)]
