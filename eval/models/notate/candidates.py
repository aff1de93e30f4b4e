"""The notations of a question's music that are compared: one or several texts for each answer.

Texts are written as pretraining texts are (``X: M: L: K:`` and the music), so that a language model judges
what it has seen. Answers that a classical analysis finds next to impossible are not written out. Of a long
piece the opening is compared, the same in each of its notations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import exp

from eval.models.choices import log_sum
from symbolic.analysis.key import key_scores
from symbolic.analysis.meter import meter_scores
from symbolic.analysis.metrical_markov import markov_model
from symbolic.analysis.onset_line import PARTS, onset_line
from symbolic.analysis.sections import letters, likely_sections
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.notations import barred, candidate_keys, in_key, in_sections, opening, upbeats
from symbolic.questions import Question
from symbolic.questions.bars import first_number
from symbolic.questions.structure import TYPE as STRUCTURE
from symbolic.questions.structure import canonical
from symbolic.score import Score
from symbolic.transform import transpose, with_line_breaks
from training.corpus.cut import abc_text

LINE_BARS = 4
"""Bars of a written line, as most tune books have them."""
Classical = dict[str, float]
"""Answer → its log probability in the classical analysis."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is written out.

    Attributes:
        notes: of the opening.
        answers: most answers that are compared.
        settled: an answer with such a probability in the classical analysis is compared with no other.
        mass: of the classical analysis's probability, the share that the compared answers hold at least.
        copies: transpositions of the music, up to twelve; the answers' scores are averaged over them.
        upbeats: most upbeats of one metre.
    """

    notes: int = 160
    answers: int = 5
    settled: float = 0.98
    mass: float = 0.995
    copies: int = 12
    upbeats: int = 3


@dataclass(frozen=True, slots=True)
class Notation:
    """One way to write the music down.

    Attributes:
        answer: what it says.
        copy: which transposition it is of; only notations of one copy hold the same notes.
        text: as ABC.
    """

    answer: str
    copy: int
    text: str


def likeliest(classical: Mapping[str, float], limits: Limits) -> list[str]:
    """The answers worth writing out; a single one is settled."""
    ranked = sorted(classical, key=lambda name: -classical[name])[: limits.answers]
    if ranked and exp(classical[ranked[0]]) >= limits.settled:
        return ranked[:1]
    total = 0.0
    for count, name in enumerate(ranked, 1):
        total += exp(classical[name])
        if total >= limits.mass:
            return ranked[:count]
    return ranked


def shifts(copies: int) -> list[int]:
    """So many transpositions in semitones, spread over the octave, the first of them 0."""
    return [(12 * index // copies + 5) % 12 - 5 for index in range(copies)]


# Key


def classical_keys(score: Score) -> Classical:
    """Log probabilities of the keys' names."""
    return {
        Key.from_pitch_class(tonic, mode).name: float(value)
        for mode, values in key_scores(score).items()
        for tonic, value in enumerate(values)
    }


def key_notations(score: Score, classical: Classical, limits: Limits) -> list[Notation]:
    """The music under each likely signature, in several transpositions."""
    shown = opening(score, limits.notes)
    chosen = set(likeliest(classical, limits))
    modes = sorted({name.split()[1] for name in chosen})
    found = []
    for key in candidate_keys(shown, modes):
        name = Key.from_pitch_class(key.pitch_class, key.mode).name
        if name in chosen:
            written = in_key(shown, key)
            found += [
                Notation(name, copy, abc_text(transpose(written, shift)))
                for copy, shift in enumerate(shifts(limits.copies))
            ]
    return found


# Metre


def classical_meters(score: Score) -> Classical:
    """Log probabilities of the metres' names."""
    return meter_scores(score)


def meter_notations(score: Score, classical: Classical, limits: Limits) -> list[Notation]:
    """The music with bar lines for each likely metre and upbeat, in several transpositions."""
    shown = opening(score, limits.notes)
    found = []
    for name in likeliest(classical, limits):
        meter = Meter.parse(name)
        for upbeat in likely_upbeats(shown, meter, limits.upbeats):
            written = with_line_breaks(barred(shown, meter, upbeat), LINE_BARS)
            found += [
                Notation(name, copy, abc_text(transpose(written, shift)))
                for copy, shift in enumerate(shifts(limits.copies))
            ]
    return found


def likely_upbeats(score: Score, meter: Meter, count: int) -> list[Fraction]:
    """Of the upbeats that the notes allow, those that a Markov model of rhythm finds likeliest."""
    line = onset_line(score)
    possible = upbeats(score, meter)
    if line is None or len(possible) <= count:
        return possible
    silence = Fraction(float(score.note_array()["onset_quarter"][0])).limit_denominator(PARTS)
    scores = markov_model().upbeat_scores(line, meter)
    length = meter.bar_quarters * PARTS

    def likelihood(upbeat: Fraction) -> float:
        return float(scores[int((upbeat + silence) * PARTS % length) * len(scores) // int(length)])

    return sorted(possible, key=likelihood, reverse=True)[:count]


# Form

FORM_SPREAD = 3.0
"""Costs of `symbolic.analysis.sections` that make a description e times less likely."""
DESCRIPTIONS = 5
"""How many of them are written down."""


@dataclass(frozen=True, slots=True)
class _Folding:
    """A way to write a piece with repeats: what it says of the form, and how likely its sections are."""

    answer: str
    sections: str
    value: float
    score: Score


def classical_forms(score: Score) -> Classical:
    """Log probabilities of form strings with the bars in which sections start."""
    values: dict[str, dict[str, float]] = {}
    for folding in _foldings(score):
        values.setdefault(folding.answer, {})[folding.sections] = folding.value
    return {answer: log_sum(own.values()) for answer, own in values.items()}


def form_notations(score: Score, classical: Classical, limits: Limits) -> list[Notation]:
    """The music with repeats by each likely form, with and without signs and endings that may be left out.

    Of music in several voices there are none.
    """
    chosen = set(likeliest(classical, limits))
    if not _is_one_line(score):
        return []
    return [
        Notation(folding.answer, copy, abc_text(transpose(written, shift)))
        for folding in _foldings(score)
        if folding.answer in chosen
        for written in (with_line_breaks(folding.score, LINE_BARS),)
        for copy, shift in enumerate(shifts(limits.copies))
    ]


@lru_cache(maxsize=2)
def _foldings(score: Score) -> tuple[_Folding, ...]:
    """The music written by the cheapest descriptions of its sections, each notation with what it says.

    What a notation says of the form is read as of any score: a section that holds another note for note is
    cut there, whether a sign stands there or not. Of like letters the first sections stand for all.
    """
    described = likely_sections(score, DESCRIPTIONS, unfold=False)
    total = log_sum(-cost / FORM_SPREAD for cost, _ in described) if described else 0.0
    skipped = 1 - first_number(score)
    names: dict[str, str] = {}
    found = []
    for cost, sections in described:
        form = letters(sections)
        own = canonical(form, [1 + section.first for section in sections])
        for way in _ways(score, [section.first + skipped for section in sections], form):
            read = STRUCTURE.ask_any(way)
            said = read.truth if isinstance(read, Question) else own
            answer = names.setdefault(said.split()[0], said)
            found.append(_Folding(answer, own, -cost / FORM_SPREAD - total, way))
    return tuple(found)


def _ways(score: Score, starts: Sequence[int], form: str) -> list[Score]:
    """The score with its sections marked, with and without what may be left out."""
    if not _is_one_line(score):
        return [score]
    ways = (
        in_sections(score, starts, form, opened=opened, endings=endings)
        for opened, endings in product((True, False), repeat=2)
    )
    return list(dict.fromkeys(ways))


def _is_one_line(score: Score) -> bool:
    return len(score.voices) == 1 and not any(measure.overlays for measure in score.voices[0].measures)
