"""Reading notes and bars: what is asked is computed again from what is shown.

So the answers are all right, but for the wrong bar, where a tune may break a rule by itself.
"""

from __future__ import annotations

from fractions import Fraction

from eval.models.answers.showing import shown, shown_bars
from symbolic.abc import parse
from symbolic.analysis.proofreading import wrong_bar as index_of_wrong_bar
from symbolic.pitch import Interval
from symbolic.questions import Question, Reason, question_type
from symbolic.questions.bar_list import listed
from symbolic.questions.bars import bar_contents, first_number, numbered
from symbolic.questions.interval import interval_name
from symbolic.questions.motif import moves, occurrences
from symbolic.questions.note_count import struck
from symbolic.questions.scale_degree import degree_of
from symbolic.questions.snippets import snippet, unit_name, unit_of
from symbolic.score import Score
from symbolic.timeline import sounding_notes
from symbolic.transform import transpose


def interval(question: Question) -> str:
    """The interval between the two notes pointed at."""
    about = question.details
    bar = shown_bars(question).bars[about["bar"] - 1]
    pair = (bar[about["first"] - 1].pitch, bar[about["second"] - 1].pitch)
    return interval_name(Interval.between(*sorted(pair, key=lambda pitch: (pitch.diatonic, pitch.midi))))


def scale_degree(question: Question) -> str:
    """The degree of the note pointed at."""
    note = shown_bars(question).bars[question.details["bar"] - 1][question.details["note"] - 1]
    return str(degree_of(note, shown(question)))


def bar_count(question: Question) -> str:
    """The number of bars."""
    return str(len(shown_bars(question)))


def note_count(question: Question) -> str:
    """The number of notes in the bars pointed at."""
    bars, first, last = shown_bars(question), question.details["first_bar"], question.details["last_bar"]
    counts = struck(bars)
    upbeat = counts[-1] if (first, last) == (1, len(bars)) else 0
    return str(sum(counts[first - 1 : last]) + upbeat)


def highest_note(question: Question) -> str:
    """The highest, or lowest, note of the bars pointed at."""
    bars, first, last = shown_bars(question), question.details["first_bar"], question.details["last_bar"]
    upbeat = bars.upbeat if (first, last) == (1, len(bars)) else ()
    pitches = [note.pitch for note in (*upbeat, *bars.numbered(first, last))]
    choose = max if question.details["extreme"] == "highest" else min
    return str(choose(pitches, key=lambda pitch: pitch.midi))


def returns(question: Question) -> str:
    """The other bars with the notes of the one, or the two, pointed at."""
    contents = bar_contents(shown(question))
    bar, width = question.details["bar"], question.details["width"]
    wanted = contents[bar - 1 : bar - 1 + width]
    starts = range(1, len(contents) - width + 2)
    return listed(
        place for place in starts if place != bar and contents[place - 1 : place - 1 + width] == wanted
    )


def motif(question: Question) -> str:
    """How often, or in which bars, the opening motif begins."""
    score = shown(question)
    notes = sounding_notes(score)
    found = occurrences(moves(notes), question.details["notes"])
    if question.details["asks"] == "count":
        return str(len(found))
    return listed(notes[place].measure + first_number(score) for place in found)


def wrong_bar(question: Question) -> str:
    """The bar that breaks a rule which all the others keep; the first one where none does."""
    score = shown(question)
    index = index_of_wrong_bar(score)
    return str(max(1, first_number(score) + (index or 0)))


def completion(question: Question) -> str:
    """The length that the bar pointed at lacks; of the bars offered the one that fills the metre best."""
    score = shown(question)
    full = score.meter.bar_quarters
    if question.options:
        return min(question.options, key=lambda option: abs(full - _duration(option, score)))
    lacking = (full - dict(numbered(score))[question.details["bar"]].duration) / 4
    return f"{lacking.numerator}/{lacking.denominator}"


def _duration(option: str, score: Score) -> Fraction:
    """How long a bar in ABC lasts under the metre and the unit length of a score, in quarter notes."""
    bar = parse(f"X:1\nM:{score.meter.name}\nL:{unit_name(unit_of(score))}\nK:C\n{option}\n")
    return sum((measure.duration for measure in bar.voices[0].measures), Fraction(0))


def transposition(question: Question) -> str:
    """The bars moved by the interval that is named."""
    score = shown(question)
    moved = transpose(score, Interval.parse(question.details["interval"]))
    unit = Fraction(question.details["unit"])
    return snippet(moved.voices[0].measures, moved.key, moved.meter, unit)


def again(question: Question) -> str:
    """The truth of the same question asked again about what is shown.

    Raises:
        ValueError: it cannot be asked again.
    """
    anew = question_type(question.task).ask(shown(question))
    if isinstance(anew, Reason):
        raise ValueError(f"{question.id!r} cannot be asked again: {anew}")
    return anew.truth
