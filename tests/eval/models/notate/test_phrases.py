"""Line ends by likelihood, checked against the sum over all ways to end lines."""

from dataclasses import replace
from itertools import chain, combinations, pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from eval.models.notate import phrases
from eval.models.notate.next_tokens import log_probabilities
from eval.models.notate.weights import CLASSICAL_LINES, Lines
from symbolic.abc import parse, write_abc
from symbolic.notations import in_lines
from symbolic.questions import Question
from symbolic.questions import phrases as questions
from symbolic.score import Score

torch = pytest.importorskip("torch")

MELODY = "X:1\nN:E0001\nM:2/4\nL:1/4\nK:C\nCD|\nEF G/|\nAB|\nc/B/ A|G2|]\n"
SONG = "X:1\nN:E0001\nM:3/4\nL:1/4\nK:G\nD|GAB|A2\nA|G>AB|c2\nB|AGF|E2\nA|GAG|G3|]\n"


class Bigrams:
    """A language model of characters: the chance of each depends on the one before."""

    def __init__(self, favourite: str = "") -> None:
        table = torch.randn((128, 128), generator=torch.Generator().manual_seed(1))
        table[ord(favourite or "c"), 10] += 12.0 if favourite else 0.0
        self.context = 10_000
        self.tokenizer = SimpleNamespace(bos_token_id=1, eos_token_id=2)
        self.model = lambda input_ids, use_cache: SimpleNamespace(logits=table[input_ids])

    def tokens(self, text: str) -> list[int]:
        return [ord(letter) for letter in text]


def ask(text: str) -> Question:
    score = parse(text)
    shown = questions.plain_bars(score)
    return Question("q", "phrases", "Where?", "", shown, "1.1")


def shown(question: Question) -> Score:
    assert question.score is not None
    return question.score


def whole(model: Any, score: Score, ends: tuple[int, ...]) -> float:
    text = write_abc(in_lines(score, ends))
    ((own, _),) = log_probabilities(model, [[1, *model.tokens(text)]], 0)
    return float(own.sum())


@pytest.mark.parametrize("lines", [Lines(bonus=0.5), Lines(bonus=0.25, notated=0.5, classical=0.75)])
def test_marginals_are_sums_over_all_lines(lines: Lines) -> None:
    model, question = Bigrams(), ask(MELODY)
    score = shown(question)
    (search,) = phrases.line_searches(model, [question])
    found = search.marginals(lines)
    odds = dict(zip(search.melody.names, search.melody.odds, strict=True))
    names = phrases.place_names(score)
    places = [names.index(name) for name in found]
    assert len(places) >= 4
    least = phrases.MIN_NOTES_OF_PHRASE
    sums = dict.fromkeys(found, 0.0)
    total = 0.0
    for ends in chain.from_iterable(combinations(places, count) for count in range(len(places) + 1)):
        if all(two - one >= least for one, two in pairwise(ends)):
            notated = whole(model, score, ends) - whole(model, score, ())
            gains = sum(lines.bonus + lines.classical * odds[names[end]] for end in ends)
            likelihood = np.exp(lines.notated * notated + gains)
            total += likelihood
            for end in ends:
                sums[names[end]] += likelihood
    assert found == pytest.approx({name: value / total for name, value in sums.items()}, rel=1e-3)


def test_lines_end_where_the_model_ends_them() -> None:
    (search,) = phrases.line_searches(Bigrams(favourite="2"), [ask(SONG)])
    assert phrases.answer_of(search.marginals(Lines(bonus=0.0)), 0.45) == "2.1 4.1 6.1"


def test_where_nothing_was_fitted_the_classical_analysis_leads() -> None:
    (search,) = phrases.line_searches(Bigrams(), [ask(SONG)])
    shares = search.marginals(CLASSICAL_LINES)
    odds = dict(zip(search.melody.names, search.melody.odds, strict=True))
    likeliest = max(odds, key=lambda name: odds[name])
    assert odds[likeliest] > 0
    assert shares[likeliest] == max(shares.values())


def test_something_is_answered() -> None:
    assert phrases.answer_of({"1.2": 0.1, "3.4": 0.2}, 0.5) == "3.4"
    assert phrases.answer_of({}, 0.5) == phrases.answer_of({}) == ""
    assert phrases.answer_of({"1.2": 0.01, "3.4": 0.02}) == "3.4"


def test_the_places_with_the_highest_expected_f1_are_answered() -> None:
    assert phrases.answer_of({"1.2": 1.0, "2.4": 0.4, "3.4": 0.9, "4.4": 0.0}) == "1.2 3.4"
    assert phrases.answer_of({"1.2": 0.4, "2.4": 0.35, "3.4": 0.3}) == "1.2 2.4 3.4"


def test_a_broken_rhythm_is_not_parted() -> None:
    melody = phrases.melody_of(Bigrams(), shown(ask(SONG)))
    assert "3.1" not in melody.names
    assert "3.2" in melody.names


def test_a_row_is_the_written_text() -> None:
    model, score = Bigrams(), shown(ask(SONG))
    melody = phrases.melody_of(model, score)
    song = replace(score, metadata=phrases.SONG)
    for place, note in enumerate(melody.notes):
        assert melody.row([place], 10) == model.tokens(write_abc(in_lines(song, {note})))


def test_likelihoods_of_rows_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[1, 2, 3], [4, 5, 6, 7, 8], [9, 10]]
    found = log_probabilities(Bigrams(), rows, 10)
    monkeypatch.setattr("eval.models.notate.next_tokens.BATCH_TOKENS", 1)
    for (own, others), (alone, others_alone), row in zip(
        found, log_probabilities(Bigrams(), rows, 10), rows, strict=True
    ):
        assert own == pytest.approx(alone, rel=1e-5)
        assert others == pytest.approx(others_alone, rel=1e-5)
        assert len(own) == len(others) == len(row)
    assert found[2][0] == pytest.approx(found[2][1])
