from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from symbolic.errors import SymbolicError
from symbolic.questions import Question, multiple_choice, question_type
from symbolic.questions.base import EXPLAIN, NOTATE

torch = pytest.importorskip("torch")

from eval.models import answerer as answering  # noqa: E402
from eval.models import forms, notate  # noqa: E402
from eval.models.answerer import Answerer  # noqa: E402
from eval.models.choices import Choices, transpositions, voted  # noqa: E402
from eval.models.decoding import Decoding  # noqa: E402
from eval.models.fitting import fitted, with_room  # noqa: E402
from eval.models.language_model import LanguageModel  # noqa: E402
from tests.eval.models.tiny import CONTEXT, question  # noqa: E402

QUESTIONS = [
    question("key", "G"),
    question("time-signature", "D"),
    question("key", "Am", more="GAB c2A|" * 3),
    multiple_choice(question("key", "C"), Random(1)),
    question("bar-count"),
    question("range"),
    question("structure", "Gm"),
]


def answerer(language: LanguageModel, method: str, vote: bool = False, evidence: bool = False) -> Answerer:
    return Answerer("tiny", language, Decoding(method, vote, evidence))


@pytest.mark.parametrize("method", ["score", "constrained", "free", "reason", "write"])
def test_together_as_one_by_one(
    language: LanguageModel, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "FREE_TOKENS", 20)
    together = list(answerer(language, method).answers(QUESTIONS))
    alone = [text for asked in QUESTIONS for text in answerer(language, method).answers([asked])]
    monkeypatch.setattr(answering, "CHUNK", 3)
    assert together == alone == list(answerer(language, method).answers(QUESTIONS))
    assert answerer(language, method).answers([]) is not None
    assert list(answerer(language, method).answers([])) == []


@pytest.mark.parametrize("method", ["score", "constrained"])
def test_restricted_answers_can_always_be_read(language: LanguageModel, method: str) -> None:
    for asked, text in zip(QUESTIONS, answerer(language, method).answers(QUESTIONS), strict=True):
        assert question_type(asked.task).grade(asked, text).verdict != "none", (asked.task, text)


def test_scores_are_of_every_allowed_answer(language: LanguageModel) -> None:
    key, meter, _, lettered, count = list(answerer(language, "score").answered(QUESTIONS[:5]))
    assert list(key.scores) == list(QUESTIONS[0].answers)
    assert list(meter.scores) == list(QUESTIONS[1].answers)
    assert meter.text == max(meter.scores, key=lambda name: meter.scores[name])
    assert set(lettered.scores) == set(QUESTIONS[3].options)
    best = max(lettered.scores, key=lambda name: lettered.scores[name])
    assert lettered.text == "ABCD"[QUESTIONS[3].options.index(best)]
    assert count.scores == {}


def test_the_vote_adds_up_the_transpositions(language: LanguageModel) -> None:
    asked = QUESTIONS[0]
    plain = list(answerer(language, "score").answered(transpositions(asked)))
    expected = voted([answer.scores for answer in plain])
    (elected, lettered) = answerer(language, "score", vote=True).answered([asked, QUESTIONS[3]])
    assert elected.scores == pytest.approx(expected, abs=1e-3)
    assert elected.text in Choices.of(asked).texts
    assert lettered == next(answerer(language, "score").answered([QUESTIONS[3]]))


def test_evidence_is_shown(language: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    prompts = language.prompts
    monkeypatch.setattr(language, "prompts", lambda texts: (seen.extend(texts), prompts(texts))[1])
    list(answerer(language, "score", evidence=True).answers(QUESTIONS[:1]))
    list(answerer(language, "score").answers(QUESTIONS[:1]))
    assert "Evidence:" in seen[0]
    assert seen[1] == QUESTIONS[0].prompt.strip()


def test_long_scores_are_cut_at_a_bar_and_this_is_said(language: LanguageModel) -> None:
    long = question(more="GAB c2A|" * 200)
    for method, vote in (("score", False), ("score", True), ("constrained", False)):
        model = answerer(language, method, vote)
        assert question_type("key").grade(long, next(iter(model.answers([long])))).verdict != "none"
        assert model.warnings == {f"score cut at a bar to fit the model's {CONTEXT} tokens": 1}

    def size(asked: object) -> int:
        return len(language.prompts([asked.prompt.strip()])[0])

    shorter = fitted(long, size, CONTEXT - 8)
    assert shorter is not None
    assert CONTEXT * 0.8 < size(shorter) <= CONTEXT - 8
    whole, part = (asked.score.voices[0].measures for asked in (long, shorter) if asked.score)
    assert [bar.events for bar in part] == [bar.events for bar in whole[: len(part)]]
    assert shorter.instruction == long.instruction


def test_what_cannot_be_shown_is_not_answered(language: LanguageModel) -> None:
    bar = question(more="GAB" * 400 + "|")
    assert fitted(bar, lambda asked: 2 * CONTEXT if asked.score else 50, CONTEXT) is None
    words = replace(question(), wording="which key " * 400, id="words")
    for method in ("score", "constrained", "free", "reason"):
        model = answerer(language, method)
        assert next(model.answers([words, QUESTIONS[0]])) == ""
        assert model.warnings == {f"not answered: no bar fits the model's {CONTEXT} tokens": 1}


def test_the_answer_after_reasons_is_told_from_them(
    language: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, asked = answerer(language, "reason"), QUESTIONS[0]
    prompts: list[str] = []
    written = iter(["Two sharps.\nAnswer: D major", "D major, for it has two sharps."])

    def generate(rows: list[list[int]], most: int, allowed: None) -> list[list[int]]:
        prompts.extend(map(language.text, rows))
        return language.rows((next(written),))

    monkeypatch.setattr(language, "generate", generate)
    assert [next(model.answers([asked])) for _ in range(2)] == ["D major", ""]
    assert all(EXPLAIN in prompt for prompt in prompts)


def test_music_that_is_written_out_must_bear_its_answer_out(
    language: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, key, lettered = QUESTIONS[1], QUESTIONS[0], multiple_choice(QUESTIONS[1], Random(2))
    direct = [answer.text for answer in answerer(language, "score").answered([asked, key, lettered])]
    right = replace(asked, notated=True).long_answer
    answers = iter([right, right.replace("A3", "A2", 1), right.replace("6/8", "4/4")])
    prompts: list[str] = []

    def generate(rows: list[list[int]], most: int, allowed: None) -> list[list[int]]:
        prompts.extend(map(language.text, rows))
        assert most > len(language.tokens(right))
        return language.rows((next(answers),))

    monkeypatch.setattr(language, "generate", generate)
    model = answerer(language, "write")
    assert list(model.answers([asked, key, lettered])) == ["6/8", *direct[1:]]
    assert not model.warnings
    assert [next(model.answers([asked])) for _ in range(2)] == [direct[0]] * 2
    assert model.warnings == {"written out otherwise than shown, answered directly": 2}
    assert len(prompts) == 3
    assert all(NOTATE in prompt for prompt in prompts)


def test_of_what_is_too_long_to_write_out_the_opening_may_be_enough() -> None:
    def room(asked: Question) -> int:
        return 300 - len(asked.prompt)

    meter = question("time-signature", more="GAB c2A|" * 50)
    shorter = with_room(meter, room)
    assert shorter is not None
    assert shorter.score is not None
    assert 250 < len(shorter.prompt) <= 300
    assert with_room(shorter, room) == shorter
    assert with_room(meter, lambda asked: -1) is None
    assert with_room(question("key", more="GAB c2A|" * 50), room) is None
    chords = with_room(question("time-signature", more="[GBd][Ac]B [ceg]2A|" * 50), room)
    assert chords is not None
    assert len(chords.prompt) <= 300


def test_notations_are_weighed_with_the_direct_answer(
    language: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here notating knows two keys of one question and nothing of the other; the direct answer decides."""
    first, second, lettered = question(), question(key="Am", id="other"), QUESTIONS[3]
    direct = [answer.scores for answer in answerer(language, "score").answered([first, second, lettered])]

    def combined(model: object, task: str, own: Any, notations: Any) -> dict[str, float]:
        assert (task, own) == ("key", direct[0])
        return {name: own[name] for name in notations}

    monkeypatch.setattr(
        notate,
        "notated",
        lambda model, asked: [{"C major": 0.0, "B minor": 0.0} if asked[0] is first else {}, {}],
    )
    monkeypatch.setattr(notate, "combined", combined)
    model = answerer(language, "notate")
    weighed, plain, letter = model.answered([first, second, lettered])
    assert weighed.text == max(("C major", "B minor"), key=lambda name: direct[0][name])
    assert (plain.scores, letter.scores) == (direct[1], direct[2])
    assert model.warnings == {"could not be notated, answered directly": 2}


def test_decodings_are_made_whole_for_a_task() -> None:
    assert Decoding().resolved("key") == Decoding("score", True, False)
    assert Decoding("free").resolved("key") == Decoding("free", False, False)
    assert Decoding(vote=True, evidence=True).resolved("bar-count") == Decoding("score", False, False)
    assert Decoding(vote=False, evidence=True).resolved("key") == Decoding("score", False, True)
    best = Decoding("notate", False, True)
    assert Decoding().resolved("key", best) == best
    assert Decoding(evidence=False).resolved("key", best) == Decoding("notate", False, False)
    assert Decoding("score").resolved("key", best) == Decoding("score", True, False)
    with pytest.raises(SymbolicError, match=r"decode must be one of score, .*got 'best'"):
        Decoding("best")
