"""Chords that are searched for bar by bar."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import pytest

from eval.models.language_model import LanguageModel
from eval.models.notate import notated
from eval.models.notate.harmony import (
    CHORD_WEIGHTS,
    MARGIN,
    READINGS,
    ChordSearch,
    chord_searches,
    searched_chords,
)
from symbolic.abc import parse
from symbolic.analysis.chord_grid import chord_answer
from symbolic.harmony import ChordSymbol
from symbolic.questions import Question, chords
from symbolic.questions.chord_sequence import bars_of
from tests.eval.models.tiny import CONTEXT
from training.corpus.textures import textured_piece

CLASSICAL = replace(CHORD_WEIGHTS, notated=0.0)


def asked(texture: str, seed: int) -> Question:
    found = chords.ask(textured_piece(seed, "train", texture).score)
    assert isinstance(found, Question), found
    return found


WALTZ, ALBERTI = asked("waltz", 3), asked("alberti", 5)


class Scripted:
    """Reads letters as tokens, and finds likely whatever has a word in it."""

    context = 4096
    tokenizer = SimpleNamespace(bos_token_id=0)

    def __init__(self, word: str) -> None:
        self.word = word
        self.read: list[str] = []

    def tokens(self, text: str) -> list[int]:
        return list(map(ord, text))

    def log_likelihoods(self, rows: Sequence[Sequence[int]], starts: Sequence[int]) -> list[float]:
        texts = ["".join(map(chr, row[start:])) for row, start in zip(rows, starts, strict=True)]
        self.read += texts
        return [100.0 * text.count(self.word) for text in texts]


def searched(model: object, question: Question, weights: object = CHORD_WEIGHTS) -> ChordSearch:
    (found,) = chord_searches(model, [question], weights)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_every_bar_is_answered_once() -> None:
    search = searched(Scripted("nothing"), WALTZ)
    bars = bars_of(search.answer(search.chosen))
    assert len(bars) == len(bars_of(WALTZ.truth)) == WALTZ.details["bars"]
    assert max(map(len, search.readings)) <= READINGS


def test_without_the_language_model_the_best_fit_is_chosen() -> None:
    model = Scripted("nothing")
    search = searched(model, WALTZ, CLASSICAL)
    assert not model.read
    for judged, chosen in zip(search.judgements, search.chosen, strict=True):
        best = max(judges["classical"] for judges in judged.values())
        assert judged[str(chosen)]["classical"] == best
        assert min(judges["classical"] for judges in judged.values()) > best - 4 * MARGIN


def test_what_the_language_model_finds_likely_is_chosen() -> None:
    plain = searched(Scripted("nothing"), WALTZ)
    symbols = {
        str(plain.fits.symbol(chord))
        for readings, chosen in zip(plain.readings, plain.chosen, strict=True)
        for reading in readings
        for chord in reading
        if chord not in readings[chosen]
    }
    search = searched(Scripted(f'"{min(symbols)}'), WALTZ)
    assert search.answer(search.chosen) != plain.answer(plain.chosen)
    assert search.best(CLASSICAL) != search.chosen == search.best(CHORD_WEIGHTS)


def test_bars_are_read_with_their_symbols_and_notes() -> None:
    model = Scripted("nothing")
    search = searched(model, WALTZ)
    assert "".join(map(chr, search.head[1:])).startswith("X:1\n")
    assert model.read
    for text in model.read:
        assert "@@" not in text
        assert text.rstrip().endswith(("|", "|]", "[V:1]"))
        symbols = [words for words in text.split('"')[1::2] if not words.startswith("^")]
        assert symbols
        assert all(map(ChordSymbol.parse, symbols))


def test_batches_change_nothing(language: LanguageModel) -> None:
    questions = [WALTZ, ALBERTI]
    together = chord_searches(language, questions, CHORD_WEIGHTS)
    for question, found in zip(questions, together, strict=True):
        alone = chord_searches(language, [question], CHORD_WEIGHTS)[0]
        assert searched_chords(question, found) == searched_chords(question, alone)


def test_what_cannot_be_written_so_is_left_to_the_analysis(language: LanguageModel) -> None:
    bar = " ".join(["[CEG]/16"] * 16)
    score = parse("X:1\nM:4/4\nL:1/1\nK:C\n" + f"{bar}|" * 2 + "\n")
    question = replace(WALTZ, score=score, truth="C:maj | C:maj")
    assert len(language.tokens(bar)) < CONTEXT
    found = notated(language, [question])[0]
    assert list(found) == [chord_answer(score)] == ["C:maj | C:maj"]
    tight = Scripted("nothing")
    tight.context = 50
    assert chord_searches(tight, [question], CHORD_WEIGHTS) == [None]


def test_a_question_without_score_is_refused() -> None:
    with pytest.raises(ValueError, match="shows no score"):
        chord_searches(Scripted("x"), [replace(WALTZ, score=None)], CHORD_WEIGHTS)
