"""All areas of theory questions, each with its generators."""

from __future__ import annotations

from symbolic.questions.theory.cadences import CADENCE_QUESTIONS
from symbolic.questions.theory.chords import CHORD_QUESTIONS
from symbolic.questions.theory.clefs import CLEF_QUESTIONS
from symbolic.questions.theory.enharmonics import ENHARMONIC_QUESTIONS
from symbolic.questions.theory.form import FORM_QUESTIONS
from symbolic.questions.theory.functions import FUNCTION_QUESTIONS
from symbolic.questions.theory.intervals import INTERVAL_QUESTIONS
from symbolic.questions.theory.inversions import INVERSION_QUESTIONS
from symbolic.questions.theory.keys import KEY_QUESTIONS
from symbolic.questions.theory.making import Area
from symbolic.questions.theory.metres import METRE_QUESTIONS
from symbolic.questions.theory.modes import MODE_QUESTIONS
from symbolic.questions.theory.non_chord import NON_CHORD_QUESTIONS
from symbolic.questions.theory.notation import NOTATION_QUESTIONS
from symbolic.questions.theory.pitch_numbers import PITCH_NUMBER_QUESTIONS
from symbolic.questions.theory.rhythm import RHYTHM_QUESTIONS
from symbolic.questions.theory.scales import SCALE_QUESTIONS
from symbolic.questions.theory.terms import TERM_QUESTIONS
from symbolic.questions.theory.transposition import TRANSPOSITION_QUESTIONS
from symbolic.questions.theory.values import VALUE_QUESTIONS
from symbolic.questions.theory.voice_leading import VOICE_LEADING_QUESTIONS

AREAS: tuple[Area, ...] = (
    SCALE_QUESTIONS,
    KEY_QUESTIONS,
    MODE_QUESTIONS,
    INTERVAL_QUESTIONS,
    ENHARMONIC_QUESTIONS,
    CHORD_QUESTIONS,
    INVERSION_QUESTIONS,
    FUNCTION_QUESTIONS,
    CADENCE_QUESTIONS,
    VOICE_LEADING_QUESTIONS,
    NON_CHORD_QUESTIONS,
    TRANSPOSITION_QUESTIONS,
    CLEF_QUESTIONS,
    VALUE_QUESTIONS,
    METRE_QUESTIONS,
    RHYTHM_QUESTIONS,
    FORM_QUESTIONS,
    TERM_QUESTIONS,
    NOTATION_QUESTIONS,
    PITCH_NUMBER_QUESTIONS,
)
"""Every area once; a question is drawn from an area first, so that all weigh the same."""
