from __future__ import annotations

from dataclasses import replace

import pytest

from eval.ask.answering import COMPUTED, MODEL, STATED, Answers, Panel, Reply, ask
from eval.ask.arguments import Arguments
from eval.ask.asking import ask_about
from eval.ask.draft import Asked
from symbolic.abc import parse
from symbolic.errors import SymbolicError
from symbolic.key import Key
from symbolic.questions import TASKS, Question, question_type
from symbolic.score import Score
from tests.eval.ask.phrasings import PHRASINGS
from tests.symbolic.questions.form_case import HEAD, A, B
from tests.symbolic.questions.harmony_case import CHORALE

JIG = parse("X:1\nM:6/8\nL:1/8\nK:G\nD|G2A BAB|d2B AGE|D2E GAB|A3 A2D|G2A BAB|d2B AGE|DEG AGF|G3 G2|]")
REEL = parse(f"{HEAD}R:reel\n|:{A[:-1]}:||:{B[:-1]}:|".replace("K:Ador\nR:reel", "R:reel\nK:Ador"))
SCORE = parse(CHORALE)


def only(text: str, score: Score | None = JIG, **given: object) -> Reply:
    answers = ask(text, score, **given)  # type: ignore[arg-type]
    assert not answers.declined, answers.declined
    (reply,) = answers.replies
    return reply


def declined(text: str, score: Score | None = JIG, **given: object) -> str:
    answers = ask(text, score, **given)  # type: ignore[arg-type]
    assert not answers.replies
    return answers.declined[0].reason


@pytest.mark.parametrize(
    ("text", "score", "answer"),
    [
        ("Which interval is between the 1st and 2nd note of bar 1?", JIG, "major second"),
        ("Which interval is between the first and last note of bar 2?", JIG, "minor seventh"),
        ("Which scale degree is the second note of bar 2?", JIG, "3"),
        ("How many bars?", JIG, "8"),
        ("How many notes are in bars 1 and 2?", JIG, "10"),
        ("What's the highest note?", JIG, "D5"),
        ("What's the lowest note of bar 2?", JIG, "E4"),
        ("What is the range?", JIG, "D4 to D5"),
        ("Where does bar 1 come back?", JIG, "5"),
        ("Where does bar 3 come back?", JIG, "none"),
        ("Do bars 1 and 2 come back?", JIG, "5"),
        ("Is the texture polyphonic?", JIG, "monophonic"),
        ("What is missing in bar 3?", JIG, "nothing"),
        ("Transpose bar 1 up a tone", JIG, "A2B cBc|"),
        ("Transpose bar 1 to D major", JIG, "D2E FEF|"),
        ("How many notes sound at once?", SCORE, "4"),
        ("Which chord is on beat 1 of bar 2?", SCORE, "C:maj"),
        ("highest note?", SCORE, "E5"),
        ("What is the form?", REEL, "AABB 1 9 17 25"),
        ("In which bars do sections start?", REEL, "9 17 25"),
        ("What kind of dance is it?", REEL, "reel"),
    ],
)
def test_answers(text: str, score: Score, answer: str) -> None:
    assert only(text, score).answer == answer


def test_what_the_score_states_comes_first_and_the_model_stands_beside_it() -> None:
    reply = only("What key is this?")
    assert (reply.answer, reply.source, reply.stated, reply.agrees) == ("G major", STATED, "G major", True)
    assert reply.model.startswith("hf:default ")
    assert reply.confidence is not None
    assert 0.9 < reply.confidence < 1
    assert next(iter(reply.scores)) == "G major"
    assert sum(reply.scores.values()) == pytest.approx(1)
    assert any("last note G" in line for line in reply.evidence)


def test_a_header_that_is_not_trusted_gives_way() -> None:
    wrong = replace(JIG, key=Key("C"))
    sharp = parse(JIG.to_abc().replace("K:G", "K:C").replace("F", "^F"))
    assert only("key?", sharp).answer == "C major"
    assert only("key?", sharp).agrees is False
    heard = only("key?", sharp, trusted=False)
    assert (heard.answer, heard.source, heard.stated) == ("G major", MODEL, "C major")
    assert only("key?", wrong).stated == "C major"


def test_without_a_header_the_model_answers() -> None:
    reply = only("key and nothing else", replace(JIG, key=Key.none()))
    assert (reply.source, reply.stated, reply.agrees) == (MODEL, None, None)


def test_chord_symbols_are_told_for_the_bars_that_are_asked() -> None:
    reply = only("What chords are in bars 1 to 2?", SCORE)
    assert reply.task == "chords"
    assert reply.source == STATED
    assert reply.answer.count("|") == 1
    assert reply.bars == (1, 2)
    assert reply.model_answer is not None


def test_a_bare_melody_is_harmonised_and_it_is_said() -> None:
    reply = only("Which chords are in bars 1 to 4?")
    assert (reply.task, reply.source) == ("harmonization", MODEL)
    assert any("no chords sound" in line for line in reply.evidence)


def test_bars_are_counted_from_the_end_and_named() -> None:
    reply = only("lowest note of the last two bars?")
    assert reply.bars == (7, 8)
    assert reply.answer == "D4"
    assert any("bar 7" in line for line in reply.evidence)


def test_bars_that_repeat_signs_cut_are_whole() -> None:
    cut = parse("X:1\nM:6/8\nL:1/8\nK:G\nD|G2A BAB|d2B A2:|d|e2d BAB|G3 G2|]")
    assert only("How many bars?", cut).answer == "4"
    assert only("Which interval is between notes 1 and 2 of bar 3?", cut).answer == "major second"


def test_a_clean_tune_has_no_wrong_bar_and_doubts_have_no_confidence() -> None:
    plain = parse("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GFED|CDEF|GFED|C4|]")
    assert (only("Which bar is wrong?", plain).answer, only("mistakes?", plain).source) == ("none", COMPUTED)
    short = parse("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GFED|CDE|GFED|C4|]")
    reply = only("Which bar is wrong?", short)
    assert (reply.answer, reply.confidence, reply.bars) == ("3", None, (3,))
    assert only("What is missing in bar 3?", short).answer == "1/4"


def test_transposed_bars_say_under_which_key_they_stand() -> None:
    assert "it stands under K:Bb and L:1/8" in only("Transpose bar 1 up a minor third").evidence


def test_several_questions_at_once() -> None:
    answers = ask("What key and metre is this, how many bars has it, and who wrote it?", JIG)
    assert [reply.task for reply in answers.replies] == ["key", "time-signature", "bar-count"]
    assert [(lost.asked, lost.task) for lost in answers.declined] == [("who wrote it?", None)]


def test_theory_needs_no_score() -> None:
    reply = only("What is the relative minor of E flat major?", None)
    assert (reply.answer, reply.source, reply.model) == ("C minor", COMPUTED, None)
    fugue = only("What is a fugue?", None, panel=Panel("scripted:A chase."))
    assert (fugue.answer, fugue.model) == ("A chase.", "scripted:A chase.")
    assert fugue.evidence[0].startswith("fugue: one subject is taken up by the voices")
    assert "nothing known" in declined("What is a flowerpot?", None)


def test_theory_beyond_the_rules_is_asked_of_its_model_with_the_facts() -> None:
    reply = only("How many beats are in 9/8?", None)
    assert (reply.source, reply.model) == (MODEL, "hf:theory score evidence")
    assert reply.answer == "3"
    assert reply.confidence is None
    assert reply.evidence == ("9/8: compound triple, 3 beats of dotted quarter, bar 9/8.",)


def test_what_is_named_is_told_where_no_form_of_answer_is_asked_for() -> None:
    reply = only("Which line of the bass clef holds F3?", None)
    assert (reply.source, reply.model) == (COMPUTED, None)
    assert reply.answer == "bass clef: F3 the 4th line, 0 ledger lines"
    assert only("What does andante mean?", None).answer.startswith("andante: at a walking pace")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("In which key is bar 40?", "no bar 40"),
        ("Which interval is between the 1st and 9th note of bar 1?", "no note 9"),
        ("Where does it modulate?", "it has to say which bars, as in: In which key are bars 5 to 8?"),
        ("Transpose it", "how far"),
        ("Transpose it up 40 semitones", "two octaves"),
        ("What comes next?", "given continuations"),
        ("Which chord is on beat 1 of bar 2?", "no chords sound"),
        ("Roman numerals?", "no harmony sounds"),
        ("Which instruments play?", "single line"),
        ("Where do bars 1 to 6 come back?", "at most 4 bars"),
    ],
)
def test_what_cannot_be_asked_is_told(text: str, reason: str) -> None:
    assert reason in declined(text)


def test_a_question_about_a_piece_needs_one() -> None:
    assert "name a file" in declined("What key is this?", None)


def test_a_named_model_is_asked() -> None:
    reply = only("key?", panel=Panel("scripted:I hear D dorian."))
    assert (reply.answer, reply.model_answer, reply.agrees) == ("G major", "D dorian", False)
    assert reply.confidence is None
    assert (
        declined("How many bars?", panel=Panel("scripted:no idea"))
        == "scripted:no idea gave no answer that could be read"
    )
    assert "is not for such questions" in declined("form?", panel=Panel("baseline:krumhansl-schmuckler"))
    with pytest.raises(SymbolicError, match="unknown model"):
        ask("key?", JIG, panel=Panel("baseline:nonsense"))


def test_nothing_that_people_ask_fails() -> None:
    for number, text in enumerate(text for text, tasks in PHRASINGS.items() if tasks):
        found: Answers = ask(text, (JIG, REEL, SCORE)[number % 3])
        assert found.replies or found.declined, text
        assert all(reply.answer for reply in found.replies), text


def test_a_question_holds_no_truth() -> None:
    given = Arguments(bars=(1, 2), notes=(1, 2), size=4, beat=1, key=Key("D"))
    for task in TASKS:
        for score in (JIG, REEL, SCORE):
            outcome = ask_about(score, task, given) if task != "theory" else None
            if isinstance(outcome, Asked):
                question: Question = outcome.question
                assert (question.truth, question.distractors, question.explanation) == ("", (), "")
                assert question.score is not None
                bare = question_type(question.task).strip(question.score)
                assert bare.title == question.score.title == ""
