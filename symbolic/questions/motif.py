"""The question "where does the opening motif come?": how often, or in which bars, at any pitch.

The motif is the first three to six notes of the melody, the upbeat with them. It occurs where as many notes
follow each other without a rest in the same lengths and with the same moves on the staff (up a third, down a
step …; sharps and flats may make these major or minor), so that it may stand on any step of the scale. It may
begin anywhere in a bar, and occurrences may overlap. Tied notes are one note; a motif of repeated notes alone
is not asked about.

Shown: the melody as written in whole bars, repeats neither played nor shown. The truth is computed from the
notes. It is a number, or a list of the bars in which the motif begins, the first among them; numbers are
right or wrong, with a neighbour near (half the credit), and lists are graded by F1.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from symbolic.questions.answers import number_spellings, off_by_one
from symbolic.questions.bar_list import bar_list, bars_in_words, by_f1, list_spellings, listed
from symbolic.questions.bars import first_number
from symbolic.questions.base import Grade, Question, QuestionType, Reason, worded
from symbolic.questions.reading import COUNTING, drawn
from symbolic.questions.snippets import melody_bars, shown_melody
from symbolic.score import Score
from symbolic.timeline import SoundingNote, sounding_notes

TASK = "motif"
COUNT_WORDINGS = (
    "How many times does the motif of the first {notes} notes occur in this melody, the first time included?",
    "The melody opens with a motif of {notes} notes. How often does it occur in all, at any pitch?",
    "Count the occurrences of the opening motif (the first {notes} notes), transposed ones too.",
)
PLACE_WORDINGS = (
    "In which bars does the motif of the first {notes} notes begin, at any pitch?",
    "The melody opens with a motif of {notes} notes. Name every bar in which it begins, transposed or not.",
    "Where does the opening motif (the first {notes} notes) occur? List the bars in which it starts.",
)
MEANING = (
    "It may stand on any step of the scale: the note lengths and the moves on the staff (up a step, down a "
    "third) are the same, sharps and flats aside. Occurrences may overlap."
)
COUNT_FORMAT = f"{MEANING} Answer with a number."
PLACE_FORMAT = (
    f'{MEANING} Answer with the numbers of the bars, such as "2 3 14", the first one included. {COUNTING} It '
    "has the number 0 here."
)
SIZES = (4, 5, 3, 6)
"""Lengths of a motif in notes; the first that serves, without a draw."""
MAX_OCCURRENCES = 16

Move = tuple[int | None, int, int]
"""Steps on the staff from the note before, None at the start and after a rest; the length as
numerator and denominator of a fraction of a quarter."""


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about one melody, or the reason why it cannot be asked; see `QuestionType.ask`.

    Without `rng` it asks in which bars a motif of four notes begins, or of five, three or six.
    """
    shown = shown_melody(score)
    if isinstance(shown, Reason):
        return shown
    notes = sounding_notes(shown)
    line = moves(notes)
    draw = drawn(rng)
    sizes = SIZES if rng is None else draw.sample(SIZES, len(SIZES))
    chosen = next(((size, found) for size in sizes if (found := _usable(line, size))), None)
    if chosen is None:
        return Reason("no-motif", "its opening does not come again")
    size, found = chosen
    first = first_number(shown)
    bars = sorted({notes[place].measure + first for place in found})
    counts = len(bars) < 2 or (rng is not None and draw.random() < 0.5)
    name = str(len(found)) if counts else listed(bars)
    wrong = _wrong_counts(notes, size, len(found)) if counts else _wrong_bars(notes, size, bars, first)
    return Question(
        id,
        TASK,
        worded(COUNT_WORDINGS if counts else PLACE_WORDINGS, rng).format(notes=size),
        COUNT_FORMAT if counts else PLACE_FORMAT,
        shown,
        truth or name,
        distractors=tuple(other for other in wrong if other != name),
        explanation=_explanation(notes, size, found, bars),
        details={"notes": size, "asks": "count" if counts else "bars"},
    )


def moves(notes: Sequence[SoundingNote]) -> list[Move]:
    """How each note is reached, and its length."""
    found: list[Move] = []
    before: SoundingNote | None = None
    for note in notes:
        follows = before is not None and before.onset + before.duration == note.onset
        step = note.pitch.diatonic - before.pitch.diatonic if before is not None and follows else None
        found.append((step, note.duration.numerator, note.duration.denominator))
        before = note
    return found


def occurrences(line: Sequence[Move], size: int) -> list[int]:
    """The indices of the notes at which the motif of the first `size` notes begins."""
    (_, *length), motif = line[0], line[1:size]
    return [
        start
        for start in range(len(line) - size + 1)
        if line[start + 1] == motif[0] and [*line[start][1:]] == length
        if line[start + 1 : start + size] == motif
    ]


def _usable(line: Sequence[Move], size: int) -> list[int]:
    """The occurrences of the opening motif where it can be asked about, else nothing."""
    steps = [step for step, _, _ in line[1:size]]
    if len(line) <= size or None in steps or not any(steps):
        return []
    found = occurrences(line, size)
    return found if 1 < len(found) <= MAX_OCCURRENCES else []


def _alike(notes: Sequence[SoundingNote], size: int) -> tuple[list[int], list[int]]:
    """Where the motif comes at its own pitch, and where its rhythm comes with any pitches."""
    line = moves(notes)
    lengths = [move[1:] for move in line]
    starts = range(len(notes) - size + 1)
    same = [at for at in occurrences(line, size) if notes[at].pitch == notes[0].pitch]
    rhythm = [at for at in starts if lengths[at : at + size] == lengths[:size]]
    return same, rhythm


def _wrong_counts(notes: Sequence[SoundingNote], size: int, count: int) -> list[str]:
    """Untransposed occurrences alone, occurrences of the rhythm, one more, one less, and others near."""
    same, rhythm = _alike(notes, size)
    near = (count + 1, count - 1, count + 2, count * 2)
    numbers = dict.fromkeys(number for number in (len(same), *near, len(rhythm)) if number not in (0, count))
    return [str(number) for number in numbers][:5]


def _wrong_bars(notes: Sequence[SoundingNote], size: int, bars: Sequence[int], first: int) -> list[str]:
    """Untransposed occurrences alone, all with one more of the rhythm, without the last, the bars after."""
    same, rhythm = _alike(notes, size)
    rest = sorted({notes[place].measure + first for place in rhythm} - set(bars))
    last = notes[-1].measure + first
    wrong = (
        [notes[place].measure + first for place in same],
        [*bars, *rest[:1]],
        bars[:-1],
        [*bars, min(bars[-1] + 1, last)],
        [bar + 1 for bar in bars if bar < last],
        bars[1:],
    )
    names = dict.fromkeys(map(listed, wrong))
    return [name for name in names if name != listed(bars)][:5]


def _explanation(notes: Sequence[SoundingNote], size: int, found: Sequence[int], bars: Sequence[int]) -> str:
    names = " ".join(note.pitch.spelled_class for note in notes[:size])
    starts = ", ".join(notes[place].pitch.spelled_class for place in found)
    return (
        f"The motif is {names}. With its note lengths and its moves on the staff it begins in "
        f"{bars_in_words(bars)}, on {starts}: {len(found)} times."
    )


parse = bar_list(spans=False)
_grade_bars = by_f1(parse)


def grade(question: Question, text: str) -> Grade:
    """Compares a number, or a list of bars, with the truth."""
    return off_by_one(question, text) if question.details["asks"] == "count" else _grade_bars(question, text)


def category(truth: str) -> str:
    """Whether a number or a list of bars is asked for."""
    return "bars" if " " in truth else "count"


def spellings(truth: str) -> tuple[str, ...]:
    """Ways to write a number, or a list of bars."""
    return list_spellings(truth) if " " in truth else number_spellings(truth)


TYPE = QuestionType(
    TASK,
    "how often, or in which bars, the opening motif occurs at any pitch",
    melody_bars,
    ask,
    parse,
    grade,
    category,
    spellings,
    audible=False,
)
