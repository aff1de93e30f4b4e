from dataclasses import replace
from fractions import Fraction

import mir_eval
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.key import Key
from symbolic.questions import Question, Reason
from symbolic.questions.key import ANSWERS, ask, credit, grade, parse
from symbolic.score import Note
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.strategies import MELODIES, barred, tune

KEYS = [Key.parse(name) for name in ANSWERS]

CASE = Case(
    examples=[
        read("X:1\nM:4/4\nL:1/8\nK:D\nDEFG ABcd|f=f^fe dcBA|]"),
        read("X:1\nM:3/4\nL:1/4\nK:Am\nABc|d2e|a^gf|edc|BAG|A3|]"),
        read("X:1\nM:6/8\nL:1/8\nK:Ador\nA2B c2d|efg a2g|e2d B2G|A3 A3|]"),
    ],
    renotated=st.tuples(MELODIES, st.sampled_from(KEYS), st.sampled_from(KEYS)).map(
        lambda drawn: tuple(tune(barred(drawn[0], Fraction(2)), key=key) for key in drawn[1:])
    ),
)


def question_of(truth: str) -> Question:
    question = ask(read("X:1\nL:1/8\nK:C\nCDEF GABc|"), truth=truth)
    assert isinstance(question, Question)
    return question


def test_accidentals_replace_the_signature() -> None:
    in_d = ask(read("X:1\nT:a\nL:1/8\nM:4/4\nK:D\nDEFG ABcd|f=f^fe dcBA|]"))
    in_c = ask(read("X:2\nT:b\nL:1/8\nM:4/4\nK:C\nDE^FG AB^cd|^f=f^fe d^cBA|]"))
    assert isinstance(in_d, Question)
    assert isinstance(in_c, Question)
    assert in_d.prompt == in_c.prompt
    assert (in_d.truth, in_c.truth) == ("D major", "C major")
    assert "K:none" in in_d.prompt
    assert "^F" in in_d.prompt


@given(MELODIES, st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_the_key_leaves_no_trace(melody, one, other) -> None:
    measures = barred(melody, bar=melody[0].duration * 4)
    first, second = ask(tune(measures, key=one)), ask(tune(measures, key=other))
    assert first.prompt == second.prompt
    assert read(first.prompt.split("\n\n", 1)[1]).note_array()["pitch"].tolist() == [
        event.pitch.midi
        for event in melody
        if isinstance(event, Note)  # and nothing is lost
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("K:none\nCDEF GABc|", "no-key"),
        ("K:HP\nABcd efga|", "pipe-key"),
        ("K:D exp ^f\nDEFG ABcd|", "explicit-key"),
        ("K:D\nDEFG ABcd|\nK:A\nABcd|", "key-changes"),
        ("K:D\nDEFG [K:Dm]ABcd|", "key-changes"),
    ],
)
def test_unclear_keys_are_not_asked(text: str, code: str) -> None:
    score = read("X:1\nL:1/8\n" + text)
    reason = ask(score)
    assert isinstance(reason, Reason)
    assert reason.code == code
    assert isinstance(ask(score, truth="D major"), Question)


def test_a_key_stated_twice_is_no_change() -> None:
    question = ask(read("X:1\nL:1/8\nK:D\nDEFG ABcd|\nK:D\nDEFG [K:Dmaj]ABcd|"))
    assert isinstance(question, Question)
    assert question.prompt.count("K:") == 1


def test_transposing_voices_are_not_asked() -> None:
    score = read("X:1\nL:1/8\nK:D\nDEFG ABcd|")
    (voice,) = score.voices
    clarinet = replace(voice, id="2", transposition=-2)
    assert ask(score.with_voices((voice, clarinet))).code == "transposing-voices"
    octave = replace(voice, id="2", transposition=-12)
    assert isinstance(ask(score.with_voices((voice, octave))), Question)


SPELLINGS = {
    "F# minor": [
        "F# minor", "f# minor", "F#m", "F# min", "F♯ minor", "F-sharp minor", "F sharp minor",
        "**F♯ minor**.",
        "The key is F-sharp minor.", "Answer: F#m", "K:F#min", "F#:min", r"\boxed{F\sharp \text{ minor}}",
        "It is in Gb minor", "F# aeolian", "F♯ harmonic minor", "F\u00a0sharp\u2011minor", "(F# minor)",
    ],
    "Bb major": [
        "Bb", "B♭", "B flat", "Bb major", "B-flat Major", "BbMaj", "Bb ionian",
        "The key of this piece is B♭.",
        "A# major", "It is in Bb.", "`Bb`", "BbM", "Key: Bb major", "Bb major, the relative major of G minor",
        "It is not G minor but Bb major", "Not G minor, rather than F major I would say Bb major",
    ],
    "A dorian": ["Ador", "A Dorian", "K:ADor", "a dorian", "A dorian (relative of G major)", "A dor."],
    "D mixolydian": ["Dmix", "DMIX", "D Mixolydian", "D mixo", "D-mixolydian"],
    "G major": ["G", "g", "G.", "The key is G", "key: G", "It is in G",
                "the key is most likely G major, not E minor", "G major. Notes used: G A B C D E F#",
                "One sharp, F#, and it ends on G.\n\n**G**", "It's G"],
    "A minor": ["Am", "A minor", "a minor", "A natural minor", "the key is a minor.", "Amin",
                "It might be C major or A minor, but it ends on A. The key is A minor, relative to C major."],
}  # fmt: skip


@pytest.mark.parametrize(
    ("truth", "text"), [(truth, text) for truth, texts in SPELLINGS.items() for text in texts]
)
def test_the_truth_is_right_however_it_is_written(truth: str, text: str) -> None:
    graded = grade(question_of(truth), text)
    assert (graded.verdict, graded.credit) == ("right", 1.0), graded


@given(
    st.sampled_from(KEYS),
    st.sampled_from(["{}", "The key is {}.", "Answer: **{}**", "It has 2 sharps. So: {}"]),
)
def test_the_truth_is_right_in_a_sentence(key: Key, sentence: str) -> None:
    for name in (key.name, key.name.replace("#", "♯").replace("b ", "♭ "), key.name.replace("#", "-sharp")):
        assert grade(question_of(key.name), sentence.format(name)).verdict == "right"


@pytest.mark.parametrize(
    "text",
    [
        "It is in a minor key.",
        "It has F# and C#.",
        "a major third above A",
        "A minor third",
        "I am not sure",
        "a D major chord starts it",
    ],
)
def test_words_that_only_look_like_keys(text: str) -> None:
    assert parse(text) is None


def test_the_last_of_several_answers_counts() -> None:
    assert parse("First I thought G major. Then D major.") == "D major"
    assert parse("The key is D major. It goes to A major in the middle.") == "D major"


def test_credit_is_mir_evals_weighted_score() -> None:
    plain = [key for key in KEYS if key.mode in {"major", "minor"}]
    assert len(plain) == 24
    for truth in plain:
        for answer in plain:
            assert credit(truth, answer) == mir_eval.key.weighted_score(truth.name, answer.name)


@pytest.mark.parametrize(
    ("answer", "verdict", "credited"),
    [("D dorian", "right", 1), ("A dorian", "near", 0.5), ("C major", "near", 0.3), ("D minor", "near", 0.2),
     ("G dorian", "wrong", 0), ("E major", "wrong", 0)],
)  # fmt: skip
def test_credit_in_a_mode(answer: str, verdict: str, credited: float) -> None:
    graded = grade(question_of("D dorian"), answer)
    assert (graded.verdict, graded.credit, graded.answer) == (verdict, credited, answer)
