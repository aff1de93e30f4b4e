"""Key, metre, chords and how many notes sound: what the classical analyses find in what is shown."""

from __future__ import annotations

from eval.models.answers.showing import shown
from symbolic.analysis.cadence import final_cadence
from symbolic.analysis.chord_grid import chord_answer
from symbolic.analysis.chord_grid import chord_name as name_of_chord
from symbolic.analysis.exact_chords import chord_at
from symbolic.analysis.key import estimate_key
from symbolic.analysis.meter import estimate_meter
from symbolic.analysis.roman_numerals import roman_answer
from symbolic.analysis.texture import sonorities
from symbolic.key import Key
from symbolic.questions import Question
from symbolic.transform import slice_bars

AUTHENTIC = "authentic"
"""The cadence that is meant where the last chords are unclear."""


def key(question: Question) -> str:
    """The key of the whole."""
    return estimate_key(shown(question)).name


def meter(question: Question) -> str:
    """The time signature."""
    return estimate_meter(shown(question)).name


def local_key(question: Question) -> str:
    """The key of the bars pointed at."""
    about = question.details
    return estimate_key(slice_bars(shown(question), about["start"], about["stop"])).name


def chords(question: Question) -> str:
    """The chords that sound."""
    return chord_answer(shown(question))


def harmonization(question: Question) -> str:
    """A chord for each bar of a melody."""
    return chord_answer(shown(question), "bar")


def roman_numerals(question: Question) -> str:
    """The chords as numerals of the key that is named."""
    return roman_answer(shown(question), Key.parse(question.details["key"]))


def cadence(question: Question) -> str:
    """The kind of cadence at the end."""
    return final_cadence(shown(question), Key.parse(question.details["key"])) or AUTHENTIC


def chord_name(question: Question) -> str:
    """The chord that sounds at the place pointed at."""
    about = question.details
    return name_of_chord(chord_at(shown(question), about["measure"], about["beat"]))


def voices(question: Question) -> str:
    """The largest number of notes that sound together."""
    return str(max((len(found.pitches) for found in sonorities(shown(question))), default=1))
