import re
from random import Random

import pytest

pytest.importorskip("regex")

from eval.models.grammar import Grammar, Pieces, grammar
from symbolic.abc import parse
from symbolic.questions import Question, question_type
from symbolic.score import Score

END = 0
TUNE: Score = parse("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|\n")
ANSWERS = {
    "bar-count": ["8", "120"],
    "note-count": ["0", "12"],
    "highest-note": ["F#5", "Bb3", "C4"],
    "range": ["D4 to B5", "F##3 to Bbb4"],
    "chord-name": ["C:maj", "F#:min7", "B:hdim7", "G:sus4(b7)", "N"],
    "chords": ["C:maj | A:min D:7", "N | N"],
    "harmonization": ["C:maj G:7 C:maj | F:maj"],
    "roman-numerals": ["I | ii65 V7", "viio7/V | bII6 iiø65"],
    "motif": ["0 4 8", "3"],
    "sections": ["5 9 13"],
    "returns": ["none", "4 12"],
    "phrases": ["2.3 4.12", "0.2"],
    "structure": ["AABB 1 9 17 25", "ABA 1 5 9"],
    "instrumentation": ["strings, brass", "chromatic percussion, piano"],
}
NO_ANSWERS = {
    "bar-count": ["", "08", "8 9"],
    "highest-note": ["H4", "F#"],
    "chords": ["C:maj", "C:maj | ", "C:maj | D:min | G:7", "C:foo | C:maj"],
    "roman-numerals": ["I | II8", "IIII | I"],
    "phrases": ["2.0", "2"],
    "returns": ["none 4", "4  5"],
    "structure": ["A", "BA", "AACB 1 9 17 25", "AABB1"],
}


def asked(task: str) -> Question:
    """A question of a type about two bars."""
    return Question("q", task, "?", "", TUNE, "")


def texts() -> list[str]:
    """A vocabulary of letters, and of longer pieces that cross the borders of items."""
    signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHINV0123456789#:.|/ø+() ,"
    return ["", *signs, " | ", "maj", "maj |", " A:", "min7 | ", ", str", "none", "0 1", " to ", "| V7/"]


PIECES = Pieces(texts(), END)


@pytest.mark.parametrize("task", ANSWERS)
def test_every_answer_can_be_written_piece_by_piece(task: str) -> None:
    form = grammar(asked(task))
    assert form is not None
    index = {text: token for token, text in enumerate(texts())}
    for answer in ANSWERS[task]:
        assert question_type(task).parse(answer) is not None
        written: list[int] = []
        for letter in answer:
            assert index[letter] in PIECES.allowed(form, written), (answer, PIECES.text(written), letter)
            written.append(index[letter])
        assert END in PIECES.allowed(form, written)
        assert form.repaired(answer) == answer


@pytest.mark.parametrize("task", NO_ANSWERS)
def test_nothing_else_can_be(task: str) -> None:
    form = grammar(asked(task))
    assert form is not None
    index = {text: token for token, text in enumerate(texts())}
    for text in NO_ANSWERS[task]:
        written = [index[letter] for letter in text]
        steps = all(token in PIECES.allowed(form, written[:place]) for place, token in enumerate(written))
        assert not (steps and END in PIECES.allowed(form, written)), text


@pytest.mark.parametrize("task", ANSWERS)
def test_whatever_is_allowed_can_be_parsed(task: str) -> None:
    """A writer that draws among the allowed pieces, and is cut off after some, gives an answer."""
    form, kind = grammar(asked(task)), question_type(task)
    assert form is not None
    rng = Random(task)
    for _ in range(60):
        written: list[int] = []
        while END not in written and len(written) < 40:
            written.append(rng.choice(PIECES.allowed(form, written)))
        whole = END in written
        text = PIECES.text(written)
        answer = text if whole else form.repaired(text)
        assert kind.parse(answer) is not None, answer
        if whole:
            assert form.repaired(text) == text


def test_the_allowed_pieces_are_those_that_begin_an_answer() -> None:
    """The walk over the tree of characters and the kept states give what trying each piece does."""
    form = Grammar("a|bc", (" ", " | "), bars=2)
    signs = ["", "a", "b", "c", " ", "|", " | ", "a ", "c |", "c | b", " a", "bc bc", "a | a | a"]
    pieces = Pieces(signs, END)
    whole = re.compile(r"(?:a|bc)(?: (?:a|bc))* \| (?:a|bc)(?: (?:a|bc))*")
    tails = ["", "a", "c", "bc", "a | a", "c | a", " | a", "| a", "|bc", " a", " bc | a", "a | bc", " a | a"]

    def viable(text: str) -> bool:
        return any(whole.fullmatch(text + more + tail) for more in ("", " ") for tail in tails)

    for written in ([], [1], [2], [1, 4], [1, 6], [1, 6, 1], [2, 8], [1, 4, 5]):
        text = pieces.text(written)
        expected = {token for token, sign in enumerate(signs) if sign and viable(text + sign)}
        expected |= {END} if whole.fullmatch(text) else set()
        assert set(pieces.allowed(form, written)) == expected, text
        assert pieces.allowed(form, [*written, END]) == [END]


def test_texts_without_grammar() -> None:
    assert grammar(asked("caption")) is None
