"""The question "where do phrases end?": the last note of each phrase of a melody but the last.

The truth is the written lines, where these are phrases. That they are is said by the number that the Essen
collection gives its songs (``N:E0123A``; Schaffrath, *The Essen Folksong Collection*, 1995), or by lines that
break inside bars, before upbeats, as no typesetter breaks them.

Shown: the melody in whole bars. Hidden: line breaks, bars left short at a line's end, words, slurs. A place
is written ``bar.note``: 4.3 is the third note of bar 4, and bar 0 is the upbeat. So a reader counts bar
lines, and then a few notes of one bar; a number in the whole piece would ask for counting to a hundred, a bar
with its beat for adding up fractions. Notes count as written: one tied over a bar line counts in both bars.

Graded by the F1 of the places (``boundary_f1``, exact to the note), the end of the piece left out.
An analysis of what is shown can answer: `symbolic.analysis.phrases`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from random import Random

from symbolic.notations.lines import in_lines
from symbolic.questions.bar_list import f1_scores
from symbolic.questions.bars import numbered, plain_bars, unclear_bars
from symbolic.questions.base import NO_ANSWER, Grade, Question, QuestionType, Reason, worded
from symbolic.questions.notation import music
from symbolic.questions.prose import Candidate, choose, tidy
from symbolic.questions.reading import melody
from symbolic.score import TIMED, LineBreak, Note, Score

TASK = "phrases"
WORDINGS = (
    "Where do the phrases of this melody end? Name the last note of each phrase but the last.",
    "Divide this tune into phrases, as it would be sung. On which notes do they end?",
    "Which notes close a phrase of this melody (the end of the piece left out)?",
)
ANSWER_FORMAT = (
    'Answer with places written bar.note, such as "2.3 6.1": 2.3 is the third note of bar 2. Bars are '
    "counted from 1, an incomplete bar at the start is bar 0; rests are not counted."
)
MIN_NOTES_OF_PHRASE = 3
MAX_BARS_OF_PHRASE = 8
_ESSEN_NUMBER = re.compile(r"[A-Z]{1,3}\d{2,4}[A-Za-z]*")
_PLACE = r"\d{1,4}\.\d{1,2}(?![\w/]|\.\d)"
_PLACES = re.compile(rf"(?<![\w./]){_PLACE}(?:(?:\s*(?:,|;|&|\band\b|\|))*\s*{_PLACE})*")

Place = tuple[int, int]
"""Number of a bar and, from 1, of a note in it."""


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about one melody, or the reason why it cannot be asked.

    Args:
        score: a melody whose written lines are its phrases; only `truth` counts where that is given.
        rng: draws the wording.
        id: names the question.
        truth: places such as ``2.3 4.1`` that stand instead of the line breaks.
    """
    reason = melody(score)
    if reason is not None:
        return reason
    shown = plain_bars(score)
    reason = unclear_bars(shown)
    if reason is not None:
        return reason
    notes = _placed_notes(shown)
    places = [place for place, _ in notes]
    ends = _line_ends(score) if truth is None else sorted(map(places.index, places_of(truth)))
    if isinstance(ends, Reason):
        return ends
    reason = _unlike_phrases([-1, *ends, len(places) - 1], places)
    if reason is not None:
        return reason
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        shown,
        named(places[end] for end in ends),
        distractors=_distractors(ends, places),
        explanation=_explanation(ends, [note for _, note in notes], places),
        notation=music(in_lines(shown, ends), shown),
    )


def named(places: Iterable[Place]) -> str:
    """Places as a truth writes them."""
    return " ".join(f"{bar}.{note}" for bar, note in sorted(set(places)))


def places_of(answer: str) -> list[Place]:
    """The places that an answer names."""
    pairs = (name.split(".") for name in answer.split())
    return [(int(bar), int(note)) for bar, note in pairs]


def note_onsets(shown: Score) -> list[tuple[Place, Fraction]]:
    """The place of each written note and its onset from the beginning, in quarter notes, in order."""
    found: list[tuple[Place, Fraction]] = []
    bar_start = Fraction(0)
    for number, measure in numbered(shown):
        onset, note = bar_start, 0
        for event in measure.events:
            if isinstance(event, Note):
                note += 1
                found.append(((number, note), onset))
            if isinstance(event, TIMED):
                onset += event.duration
        bar_start = onset
    return found


def _placed_notes(shown: Score) -> list[tuple[Place, Note]]:
    """Each written note with its place, in order."""
    return [
        ((number, place), note)
        for number, measure in numbered(shown)
        for place, note in enumerate((event for event in measure.events if isinstance(event, Note)), 1)
    ]


def _line_ends(score: Score) -> list[int] | Reason:
    """The index of the last note of each written line but the last."""
    if any(
        measure.end_repeat or measure.ending or measure.start_repeat for measure in score.voices[0].measures
    ):
        return Reason("repeats", "its repeats break its lines")
    ends, breaks_inside = _broken_after(score)
    if len(ends) < 2:
        return Reason("few-lines", "it has fewer than three written lines")
    numbers = (text for name, text in score.metadata if name == "notes")
    if not any(_ESSEN_NUMBER.fullmatch(text.strip()) for text in numbers) and breaks_inside < len(ends) - 1:
        return Reason("lines-not-phrases", "nothing says that its written lines are phrases")
    return ends


def _broken_after(score: Score) -> tuple[list[int], int]:
    """The index of the last note of each written line but the last, and how many of them end inside a bar."""
    (voice,) = score.voices
    notes = 0
    ends: list[int] = []
    breaks_inside = 0
    for measure in voice.measures:
        begun = False
        for event in measure.events:
            if isinstance(event, LineBreak) and notes - 1 > (ends[-1] if ends else 0):
                ends.append(notes - 1)
                breaks_inside += begun
            elif isinstance(event, Note):
                notes += 1
                begun = True
    if ends and ends[-1] == notes - 1:
        ends.pop()
    return ends, breaks_inside


def _unlike_phrases(ends: Sequence[int], places: Sequence[Place]) -> Reason | None:
    """Why lines between notes cannot be phrases, or None."""
    for before, end in pairwise(ends):
        if end - before < MIN_NOTES_OF_PHRASE:
            return Reason("short-lines", f"a line has fewer than {MIN_NOTES_OF_PHRASE} notes")
        if places[end][0] - places[before + 1][0] > MAX_BARS_OF_PHRASE:
            return Reason("long-lines", f"a line lasts more than {MAX_BARS_OF_PHRASE} bars")
    return None


def _distractors(ends: Sequence[int], places: Sequence[Place]) -> tuple[str, ...]:
    """A note too late or too early throughout, bar ends instead, every other end, ends in between."""
    last = len(places) - 1
    bar_ends = [index for index in range(last) if places[index][0] != places[index + 1][0]]
    nearest = [min(bar_ends, key=lambda end: (abs(end - true), end)) for true in ends] if bar_ends else []
    between = [(one + two) // 2 for one, two in pairwise((-1, *ends, last))]
    others = (
        nearest,
        [end + 1 for end in ends],
        [end - 1 for end in ends],
        ends[1::2],
        [*ends, *between],
        between,
    )
    truth = named(places[end] for end in ends)
    names = dict.fromkeys(named(places[end] for end in other if 0 <= end < last) for other in others)
    return tuple(name for name in names if name not in ("", truth))[:5]


def _explanation(ends: Sequence[int], notes: Sequence[Note], places: Sequence[Place]) -> str:
    """How many notes each phrase has, and on what it ends."""
    counts = [end - before for before, end in pairwise((-1, *ends, len(places) - 1))]
    closes = ", ".join(f"{named([places[end]])} ({notes[end].pitch.spelled_class})" for end in ends)
    words = f"{', '.join(map(str, counts[:-1]))} and {counts[-1]}"
    return f"The phrases have {words} notes; all but the last end on {closes}."


def seen_in(written: Score, text: str) -> str:
    """The last note of each written line but the last, whatever the text says."""
    places = [place for place, _ in _placed_notes(written)]
    ends, _ = _broken_after(written)
    return named(places[end] for end in ends)


# Grading


def parse(text: str) -> str | None:
    """The places that a text answers with, as a truth writes them, or None."""
    tidied = tidy(text)
    return choose(tidied, _candidates(tidied))


def _candidates(text: str) -> Iterator[Candidate[str]]:
    for match in _PLACES.finditer(text):
        names = re.findall(r"\d+\.\d+", match[0])
        yield Candidate(named(places_of(" ".join(names))), match.start(), full=True)


def grade(question: Question, text: str) -> Grade:
    """Compares the places that a text answers with and the truth, by F1."""
    answer = parse(text)
    if answer is None:
        return NO_ANSWER
    scores = f1_scores(set(places_of(question.truth)), set(places_of(answer)), "boundary_f1")
    return Grade.of(scores["boundary_f1"], answer, scores)


def category(truth: str) -> str:
    """How many phrases there are."""
    count = len(truth.split()) + 1
    return f"{count} phrases" if count < 9 else "9 phrases or more"


def spellings(truth: str) -> tuple[str, ...]:
    """Places with spaces, with commas and in sentences."""
    *most, last = truth.split()
    words = f"{', '.join(most)} and {last}" if most else last
    return (truth, ", ".join((*most, last)), f"The phrases end on {words}.", f"Answer: **{words}**")


TYPE = QuestionType(
    TASK,
    "the last note of each phrase, with line breaks hidden",
    plain_bars,
    ask,
    parse,
    grade,
    category,
    spellings,
    seen_in=seen_in,
)
