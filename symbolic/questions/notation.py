"""Music that an answer writes out before it says what it is: bar lines for a metre, lines for phrases.

A model that writes the tune decides at every note, not once, and what it has written can be held against the
music that was shown: the same notes, in bars of the metre that it then names. Written as ABC without its
header, which is that of the question, so that its notes stand there letter by letter as in the question but
for accidentals, which hold to the end of a bar and so depend on where that is: they are not compared.
"""

from __future__ import annotations

from symbolic.abc import parse, write_abc
from symbolic.abc.writer import shortest_unit
from symbolic.errors import SymbolicError
from symbolic.questions.base import ANSWER_LINE, Question, QuestionType, unwritable
from symbolic.score import Score
from symbolic.timeline import sounding_notes


def music(score: Score, shown: Score) -> str:
    """The music of a score as ABC in the unit length of what is shown.

    Nothing for several voices, or for what ABC cannot write.
    """
    if len(score.voices) != 1 or unwritable(score) is not None:
        return ""
    return _parted(write_abc(score, unit=shortest_unit(shown)))[1]


def seen_answer(kind: QuestionType, question: Question, text: str) -> str:
    """The answer of a text that writes the music out first.

    Args:
        kind: the question's type, which has `QuestionType.seen_in`.
        question: shows a score of one voice.
        text: the music, then a line with the answer; may be cut off.

    Returns:
        An answer; empty where the notes, and the bars if any were shown, are not what was shown, or do not
        bear the answer out.
    """
    if question.score is None or kind.seen_in is None:
        raise ValueError(f"the answer to a question about {kind.name} cannot be seen in music")
    written, _, answer = text.partition(ANSWER_LINE)
    header, _ = _parted(write_abc(question.score))
    try:
        score = parse(f"{header}\n{written.strip()}\n")
    except SymbolicError:
        return ""
    return kind.seen_in(score, answer) if _is_as_shown(score, question.score) else ""


def _parted(text: str) -> tuple[str, str]:
    """The header of a tune, up to its key, and its music."""
    lines = text.strip().splitlines()
    end = 1 + next(index for index, line in enumerate(lines) if line.startswith("K:"))
    return "\n".join(lines[:end]), "\n".join(lines[end:])


def _is_as_shown(score: Score, shown: Score) -> bool:
    bars = [[measure.duration for measure in one.voices[0].measures] for one in (score, shown)]
    return _notes(score) == _notes(shown) and (len(bars[1]) == 1 or bars[0] == bars[1])


def _notes(score: Score) -> list[tuple[object, ...]]:
    return [(note.onset, note.duration, note.pitch.step, note.pitch.octave) for note in sounding_notes(score)]
