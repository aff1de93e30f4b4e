"""What kind of piece it is: dance, tempo, instruments, and the caption that tells all of this."""

from __future__ import annotations

from eval.models.answers.showing import shown
from symbolic.analysis import genre
from symbolic.analysis.instruments import PIANO, instrument_family
from symbolic.analysis.tempo import beats_a_minute
from symbolic.questions import Question
from symbolic.questions import dance as dance_question
from symbolic.questions.facts import score_facts, write_caption
from symbolic.questions.tempo_class import tempo_class

MODERATE = 100
"""Beats a minute of what has no note."""


def dance(question: Question) -> str:
    """The dance, or the kind of song, whichever of the two the question offers."""
    is_dance = dance_question.DANCES[0].name in question.answers
    find = genre.dance_of if is_dance else genre.song_of
    return find(shown(question)) or question.answers[0]


def tempo(question: Question) -> str:
    """The class of the tempo that suits the metre and the density of notes."""
    return tempo_class(beats_a_minute(shown(question)) or MODERATE) or ""


def instrumentation(question: Question) -> str:
    """The one family that suits all voices."""
    return instrument_family(shown(question)) or PIANO


def caption(question: Question) -> str:
    """The facts that the score still tells, as a caption."""
    return write_caption(score_facts(shown(question)))
