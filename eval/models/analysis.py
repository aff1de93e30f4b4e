"""``baseline:analysis``: for each task the answer of the classical analysis of what the question shows.

Where a truth is computed from the very notes that are shown (the interval between two notes), the analysis
computes it again and is always right: it says that the question can be answered from what it shows. Where the
truth comes from elsewhere (a header, an annotation, the form that repeats wrote), it is a real competitor.
"""

from __future__ import annotations

from collections.abc import Callable

from symbolic.key import Key
from symbolic.pitch import Interval
from symbolic.questions import Question, Reason, question_type
from symbolic.questions.reading import Bars, counted_bars
from symbolic.score import Score
from symbolic.transform import slice_bars

Analysis = Callable[[Question], str]
AUTHENTIC = "authentic"
"""The cadence that is meant where the last chords are unclear."""


def shown(question: Question) -> Score:
    """The score that a question shows.

    Raises:
        ValueError: it shows none.
    """
    if question.score is None:
        raise ValueError(f"the {question.task} question {question.id!r} shows no score")
    return question.score


def _key(question: Question) -> str:
    from symbolic.analysis.key import estimate_key

    return estimate_key(shown(question)).name


def _meter(question: Question) -> str:
    from symbolic.analysis.meter import estimate_meter

    return estimate_meter(shown(question)).name


def _bars(question: Question) -> Bars:
    bars = counted_bars(shown(question))
    if isinstance(bars, Reason):
        raise ValueError(f"the bars of {question.id!r} cannot be counted: {bars}")
    return bars


def _interval(question: Question) -> str:
    from symbolic.questions.interval import interval_name

    about = question.details
    bar = _bars(question).bars[about["bar"] - 1]
    pair = (bar[about["first"] - 1].pitch, bar[about["second"] - 1].pitch)
    return interval_name(Interval.between(*sorted(pair, key=lambda pitch: (pitch.diatonic, pitch.midi))))


def _scale_degree(question: Question) -> str:
    from symbolic.questions.scale_degree import degree_of

    note = _bars(question).bars[question.details["bar"] - 1][question.details["note"] - 1]
    return str(degree_of(note, shown(question)))


def _bar_count(question: Question) -> str:
    return str(len(_bars(question)))


def _note_count(question: Question) -> str:
    from symbolic.questions.note_count import struck

    bars, first, last = _bars(question), question.details["first_bar"], question.details["last_bar"]
    counts = struck(bars)
    upbeat = counts[-1] if (first, last) == (1, len(bars)) else 0
    return str(sum(counts[first - 1 : last]) + upbeat)


def _highest_note(question: Question) -> str:
    bars, first, last = _bars(question), question.details["first_bar"], question.details["last_bar"]
    upbeat = bars.upbeat if (first, last) == (1, len(bars)) else ()
    pitches = [note.pitch for note in (*upbeat, *bars.numbered(first, last))]
    choose = max if question.details["extreme"] == "highest" else min
    return str(choose(pitches, key=lambda pitch: pitch.midi))


def _chords(question: Question) -> str:
    from symbolic.analysis.chord_grid import chord_answer

    return chord_answer(shown(question))


def _harmonization(question: Question) -> str:
    from symbolic.analysis.chord_grid import chord_answer

    return chord_answer(shown(question), "bar")


def _roman_numerals(question: Question) -> str:
    from symbolic.analysis.roman_numerals import roman_answer

    return roman_answer(shown(question), Key.parse(question.details["key"]))


def _local_key(question: Question) -> str:
    from symbolic.analysis.key import estimate_key

    about = question.details
    return estimate_key(slice_bars(shown(question), about["start"], about["stop"])).name


def _cadence(question: Question) -> str:
    from symbolic.analysis.cadence import final_cadence

    return final_cadence(shown(question), Key.parse(question.details["key"])) or AUTHENTIC


def _chord_name(question: Question) -> str:
    from symbolic.analysis.chord_grid import chord_name
    from symbolic.analysis.exact_chords import chord_at

    about = question.details
    return chord_name(chord_at(shown(question), about["measure"], about["beat"]))


def _structure(question: Question) -> str:
    from symbolic.analysis.structure import form, section_length

    score = shown(question)
    letters = form(score, unfold=False)
    size = section_length(question.details["bars"])
    return f"{letters} {' '.join(str(1 + size * index) for index in range(len(letters)))}"


def _sections(question: Question) -> str:
    from symbolic.questions.bar_list import listed

    return listed(map(int, _structure(question).split()[2:]))


def _recomputed(question: Question) -> str:
    """The truth of the same question asked again about what is shown."""
    again = question_type(question.task).ask(shown(question))
    if isinstance(again, Reason):
        raise ValueError(f"{question.id!r} cannot be asked again: {again}")
    return again.truth


ANALYSES: dict[str, Analysis] = {
    "key": _key,
    "time-signature": _meter,
    "interval": _interval,
    "scale-degree": _scale_degree,
    "bar-count": _bar_count,
    "note-count": _note_count,
    "highest-note": _highest_note,
    "chords": _chords,
    "harmonization": _harmonization,
    "roman-numerals": _roman_numerals,
    "local-key": _local_key,
    "cadence": _cadence,
    "chord-name": _chord_name,
    "structure": _structure,
    "sections": _sections,
    "range": _recomputed,
    "texture": _recomputed,
    "rhythmic-complexity": _recomputed,
    "harmonic-complexity": _recomputed,
}
"""Task → its analysis."""
