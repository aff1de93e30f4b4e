"""What analysis finds about a question, in a few words that its prompt can show.

``evidence(question)`` looks at what the question shows and points at (`Question.score`, `Question.details`),
never at its truth or explanation, so a question that was drawn another way has the same evidence:

    key              E minor .62, G major .31, B minor .04; last note E.
    time-signature   6/8 .91, 9/8 .05, 12/8 .02.
    local-key        as key, of the bars that are asked about, and then of all that is shown
    chords …         the chords or numerals that template matching finds, bar by bar
    structure        AABB, sections from bars 1 9 17 25.
    sections         sections from bars 9 17 25.
    phrases          ends 2.3 4.5 6.3.
    theory           what is known of the things that the text names, and of the score if there is one:
                     Bb major: 2 flats, Bb C D Eb F G A, relative G minor.

The evidence of theory reads the wording, and the options where they are laid out, whatever their order; it is
the only one that needs no score. A number is the probability that a trained method of `symbolic.analysis`
gives, at most .99; what has less than half a per cent is left out. These methods were fitted on the training
part of the benchmark, where their evidence is a little better than on tunes they have not seen.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from heapq import nlargest
from math import exp

from symbolic.analysis.chord_grid import chord_answer
from symbolic.analysis.key import KeyScores, key_scores
from symbolic.analysis.meter import meter_scores
from symbolic.analysis.onset_line import PARTS
from symbolic.analysis.phrases import PHRASE_METHODS, boundaries, phrases
from symbolic.analysis.roman_numerals import roman_answer
from symbolic.analysis.sections import letters, sections
from symbolic.key import Key
from symbolic.questions.bar_list import listed
from symbolic.questions.base import Question
from symbolic.questions.phrases import Place, named, note_onsets
from symbolic.questions.theory.making import TASK as THEORY
from symbolic.questions.theory.told import told
from symbolic.score import Score
from symbolic.timeline import sounding_notes
from symbolic.transform import slice_bars

LEAD = "Evidence:"
SHOWN = 3
"""How many candidates are named."""
LEAST, MOST = 0.005, 0.99
"""Probabilities between which a candidate is named, and told."""
UNKNOWN = "unclear"


def evidence(question: Question) -> str:
    """What analysis finds, as sentences on one line; empty where there is nothing to say.

    Raises:
        SymbolicError: the score is too long for an analysis of its sections.
    """
    if question.task == THEORY:
        return told(question.wording, question.options, question.score)
    find = _FINDERS.get(question.task)
    return find(question.score, question.details) if find and question.score and question.score.voices else ""


def with_evidence(question: Question) -> Question:
    """The question with its evidence on a line after its wording; the same question where there is none."""
    found = evidence(question)
    return replace(question, wording=f"{question.wording}\n{LEAD} {found}") if found else question


def has_evidence(task: str) -> bool:
    """Whether there may be evidence for the questions of a task."""
    return task == THEORY or task in _FINDERS


def candidates(log_probabilities: Mapping[str, float]) -> str:
    """The likeliest names with their probabilities: ``E minor .62, G major .31``."""
    best = nlargest(SHOWN, log_probabilities.items(), key=lambda item: item[1])
    found = [(name, min(exp(value), MOST)) for name, value in best if exp(value) >= LEAST]
    return ", ".join(f"{name} {f'{probability:.2f}'.removeprefix('0')}" for name, probability in found)


def keys_by_name(scores: KeyScores) -> dict[str, float]:
    """The scores of all keys by their names."""
    return {
        Key.from_pitch_class(tonic, mode).name: float(value)
        for mode, values in scores.items()
        for tonic, value in enumerate(values)
    }


def phrase_ends(shown: Score, method: str = PHRASE_METHODS[0]) -> list[Place]:
    """The last note of each phrase but the last that `symbolic.analysis.phrases` finds."""
    return _ends_before([phrase.onset_quarter for phrase in phrases(shown, method)[1:]], shown)


def phrase_odds(shown: Score) -> dict[Place, float]:
    """The log-odds that a phrase ends with a note, in order; of tied notes the last stands for all."""
    found = boundaries(shown)
    return dict(zip(_ends_before(found.onset_quarter, shown), found.log_odds.tolist(), strict=True))


def _ends_before(starts: Iterable[float], shown: Score) -> list[Place]:
    """The last written note before each onset."""
    places = note_onsets(shown)
    onsets = [float(onset) for _, onset in places]
    return [places[bisect_left(onsets, start - 0.5 / PARTS) - 1][0] for start in starts]


def section_letters(shown: Score) -> tuple[str, list[int]]:
    """The letters of the sections that `symbolic.analysis.sections` finds, and the bars they start in."""
    found = sections(shown, unfold=False)
    return letters(found), [1 + section.first for section in found]


# One finder for each type

Details = Mapping[str, object]


def _key(score: Score, details: Details) -> str:
    likeliest = candidates(keys_by_name(key_scores(score)))
    notes = sounding_notes(score)
    if not notes:
        return ""
    end = max(note.onset for note in notes)
    last = min((note.pitch for note in notes if note.onset == end), key=lambda pitch: pitch.midi)
    return f"{likeliest}; last note {last.spelled_class}."


def _meter(score: Score, details: Details) -> str:
    likeliest = candidates(meter_scores(score))
    return f"{likeliest}." if likeliest else ""


def _local_key(score: Score, details: Details) -> str:
    passage = slice_bars(score, _number(details, "start"), _number(details, "stop"))
    within = candidates(keys_by_name(key_scores(passage)))
    around = candidates(keys_by_name(key_scores(score)))
    return f"{within or UNKNOWN}; with the bars around {around or UNKNOWN}."


def _chords(score: Score, details: Details) -> str:
    return f"{chord_answer(score)}."


def _harmonization(score: Score, details: Details) -> str:
    return f"{chord_answer(score, 'bar')}."


def _roman_numerals(score: Score, details: Details) -> str:
    return f"{roman_answer(score, Key.parse(str(details['key'])))}."


def _structure(score: Score, details: Details) -> str:
    found, starts = section_letters(score)
    return f"{found}, sections from bars {listed(starts)}." if found else ""


def _sections(score: Score, details: Details) -> str:
    _, starts = section_letters(score)
    return f"sections from bars {listed(starts[1:])}." if starts[1:] else ""


def _phrases(score: Score, details: Details) -> str:
    ends = phrase_ends(score)
    return f"ends {named(ends)}." if ends else ""


def _number(details: Details, name: str) -> int:
    value = details[name]
    if not isinstance(value, int):
        raise TypeError(f"details[{name!r}] must be a whole number, got {value!r}")
    return value


_FINDERS: dict[str, Callable[[Score, Details], str]] = {
    "key": _key,
    "time-signature": _meter,
    "local-key": _local_key,
    "chords": _chords,
    "harmonization": _harmonization,
    "roman-numerals": _roman_numerals,
    "structure": _structure,
    "sections": _sections,
    "phrases": _phrases,
}
"""Task → what is found in a score and in what the question points at; theory is read by `told`."""
