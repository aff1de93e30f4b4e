"""The chords of a piece, chosen bar by bar by how likely a language model finds the piece with them.

The piece is written bar by bar with chord symbols over it, and in major and minor with the numerals of an
analysis, as a model is pretrained on. From the first bar to the last, each bar is tried with a few chords
that a classical analysis (`symbolic.analysis.harmony`) finds good, after the bars before it with the chords
that were chosen there. What counts is the likelihood of the bar, symbols and notes, and the worth of its
chords in the classical analysis, which knows the chord before, both weighed (`eval.models.notate.weights`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from eval.models.notate.weights import Judgement, Weights
from symbolic.analysis.chord_grid import BAR, bar_names, chord_answer, chord_name, parts_of
from symbolic.analysis.exact_chords import pitched_notes, sounding_at
from symbolic.analysis.harmony import ChordFits, change_costs, chord_fits
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.notations import bearing_onsets, with_chords
from symbolic.pitch import Pitch
from symbolic.questions import Question
from symbolic.roman import RomanNumeral, label
from symbolic.score import Annotation, Event, Score
from symbolic.timeline import SoundingNote, measure_spans
from training.corpus.cut import abc_text

READINGS = 8
"""Most ways to read a bar that are compared."""
STATES = 4
"""Best chords of a beat, and of a bar as a whole, of which they are made."""
PATHS = 12
"""Ways that are followed up from beat to beat."""
EAGERNESS = (1.0, 4.0, 16.0)
"""What a change of chord costs inside a bar, in terms of the classical analysis."""
MARGIN = 1.0
"""A reading whose worth is so much below the best is not compared."""
BARS_BEFORE = 4
"""Bars that are shown before the one that is judged."""
SILENT = -1
_SENTINEL = "@@"

CHORD_WEIGHTS = Weights(notated=0.03, direct=0.0, classical=1.0)
"""Where none were fitted for the model."""

Reading = tuple[int, ...]
"""The number of the chord on each beat of a bar, `SILENT` where nothing sounds."""


@dataclass(frozen=True, slots=True)
class _Bar:
    """A bar: where it begins, its length, its beats, and how many parts its answer may have."""

    onset: Fraction
    duration: Fraction
    beats: range
    parts: int


@dataclass(slots=True)
class ChordSearch:
    """The chords of one question, as far as they are chosen.

    Attributes:
        fits: what the classical analysis says.
        bars: those that last.
        readings: of each bar, the ways to read it, best first by themselves.
        head: tokens before the first bar.
        rows: of each bar and reading its tokens.
        chosen: of each bar that is done, the number of its reading.
        judgements: of each bar that is done, reading's number → judge → worth.
    """

    fits: ChordFits
    bars: list[_Bar]
    readings: list[list[Reading]]
    head: list[int] = field(default_factory=list)
    rows: list[list[list[int]]] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)

    def prompt(self, context: int) -> list[int]:
        """The tokens before the next bar, of as many bars as leave it room."""
        bar = len(self.chosen)
        room = context - max(map(len, self.rows[bar])) - len(self.head)
        shown: list[int] = []
        for before in range(bar - 1, max(-1, bar - 1 - BARS_BEFORE), -1):
            row = self.rows[before][self.chosen[before]]
            if len(row) + len(shown) > room:
                break
            shown = row + shown
        return self.head + shown

    @property
    def is_open(self) -> bool:
        """Whether there is a choice in the next bar."""
        return len(self.readings[len(self.chosen)]) > 1

    def choose(self, likelihoods: Sequence[float], weights: Weights) -> None:
        """Chooses the reading of the next bar; the likelihoods of all of them may be left out."""
        bar = len(self.chosen)
        last = _last(self.readings[bar - 1][self.chosen[bar - 1]]) if bar else SILENT
        judged = {
            str(number): {"classical": _worth(self.fits, self.bars[bar].beats, reading, last)}
            for number, reading in enumerate(self.readings[bar])
        }
        for number, likelihood in enumerate(likelihoods):
            judged[str(number)]["notated"] = likelihood
        self.judgements.append(judged)
        self.chosen.append(_best(judged, weights))

    def best(self, weights: Weights) -> list[int]:
        """The number of each bar's best reading by what the judges said, with other weights."""
        return [_best(judged, weights) for judged in self.judgements]

    def answer(self, numbers: Sequence[int]) -> str:
        """The names of all chords, bar by bar, by the number of each bar's reading."""
        names = []
        for bar, readings, chosen in zip(self.bars, self.readings, numbers, strict=True):
            changes = [
                (self.fits.bounds[beat] - bar.onset, chord_name(_symbol(self.fits, chord)))
                for beat, chord in zip(bar.beats, readings[chosen], strict=True)
            ]
            names.append(" ".join(bar_names(changes, bar.duration, bar.parts)))
        return BAR.join(names)


def _best(judged: Judgement, weights: Weights) -> int:
    return int(max(judged, key=lambda number: weights.of(judged[number])))


def chord_searches(model: Any, questions: Sequence[Question], weights: Weights) -> list[ChordSearch | None]:
    """The chords of each question, chosen; None where its bars cannot be written so."""
    searches = [_prepared(model, question) for question in questions]
    for bar in range(max((len(search.bars) for search in searches if search), default=0)):
        waiting = [search for search in searches if search and bar < len(search.bars)]
        rows: list[list[int]] = []
        starts: list[int] = []
        for search in waiting:
            if search.is_open and weights.notated:
                before = search.prompt(model.context)
                rows += [[*before, *row] for row in search.rows[bar]]
                starts += [len(before)] * len(search.rows[bar])
        scores = iter(model.log_likelihoods(rows, starts) if rows else ())
        for search in waiting:
            asked = search.rows[bar] if search.is_open and weights.notated else ()
            search.choose([next(scores) for _ in asked], weights)
    return searches


def searched_chords(question: Question, search: ChordSearch | None) -> str:
    """What a search found; the classical analysis where there was none. Empty without a score."""
    if search is not None:
        return search.answer(search.chosen)
    return chord_answer(question.score) if question.score is not None else ""


# Ways to read a bar


def _worth(fits: ChordFits, beats: range, reading: Reading, last: int) -> float:
    """What the chords of a bar fit, less what their changes cost."""
    costs = change_costs()
    total = 0.0
    for beat, chord in zip(beats, reading, strict=True):
        if chord != SILENT:
            total += float(fits.scores[beat, chord]) - (float(costs[last, chord]) if last != SILENT else 0.0)
            last = chord
    return total


def _readings(fits: ChordFits, beats: range, bearing: Collection[Fraction]) -> list[Reading]:
    """The best ways to read a bar by itself, with few changes and with many, each where an event begins."""
    sounding = set(fits.sounding.tolist())
    heard = [beat for beat in beats if beat in sounding]
    if not heard:
        return [(SILENT,) * len(beats)]
    whole = np.argsort(-fits.scores[heard].sum(axis=0))[:STATES].tolist()
    found: dict[Reading, float] = {}
    for eagerness in EAGERNESS:
        paths: list[tuple[float, Reading]] = [(0.0, ())]
        for beat in beats:
            own = np.argsort(-fits.scores[beat])[:STATES].tolist() if beat in sounding else [SILENT]
            chords = dict.fromkeys((*own, *whole)) if beat in sounding else own
            changes = fits.bounds[beat] in bearing
            longer = (
                (worth + _step(fits, beat, path, chord, eagerness), (*path, chord))
                for worth, path in paths
                for chord in chords
                if changes or chord == SILENT or chord == _last(path)
            )
            paths = sorted(longer, reverse=True)[:PATHS]
        for _, path in paths[:STATES]:
            found[path] = _worth(fits, beats, path, SILENT)
    best = max(found.values())
    ranked = sorted(found, key=lambda path: -found[path])
    return [path for path in ranked if found[path] >= best - MARGIN][:READINGS]


def _step(fits: ChordFits, beat: int, path: Reading, chord: int, eagerness: float) -> float:
    if chord == SILENT:
        return 0.0
    last = _last(path)
    cost = 0.0 if last == SILENT else eagerness * float(change_costs()[last, chord])
    return float(fits.scores[beat, chord]) - cost


def _last(path: Reading) -> int:
    """The chord that holds, `SILENT` before the first."""
    return next((chord for chord in reversed(path) if chord != SILENT), SILENT)


# Writing


def _prepared(model: Any, question: Question) -> ChordSearch | None:
    """A question's bars, their readings, and each of them as tokens."""
    if question.score is None:
        raise ValueError(f"the {question.task} question {question.id!r} shows no score")
    score = question.score
    fits = chord_fits(score)
    if fits is None:
        return None
    bars = list(_bars(score, fits))
    if not bars:
        return None
    bearing = bearing_onsets(score)
    search = ChordSearch(fits, bars, [_readings(fits, bar.beats, bearing) for bar in bars])
    heard = pitched_notes(score)
    written = [
        _bar_texts(score, search, [min(number, len(own) - 1) for own in search.readings], heard)
        for number in range(max(map(len, search.readings)))
    ]
    if None in written:
        return None
    texts = [text for text in written if text is not None]
    search.head = [model.tokenizer.bos_token_id, *model.tokens(texts[0][0])]
    search.rows = [
        [model.tokens(texts[number][1 + bar]) for number in range(len(own))]
        for bar, own in enumerate(search.readings)
    ]
    longest = max(len(row) for own in search.rows for row in own)
    return search if longest + len(search.head) <= model.context else None


def _bars(score: Score, fits: ChordFits) -> Iterator[_Bar]:
    starts = {onset: place for place, onset in enumerate(fits.bounds)}
    for span in measure_spans(score):
        if span.duration:
            beats = range(starts[span.onset], starts[span.onset + span.duration])
            yield _Bar(span.onset, span.duration, beats, parts_of(span.duration, span.meter))


def _bar_texts(
    score: Score, search: ChordSearch, chosen: Sequence[int], heard: Sequence[SoundingNote]
) -> list[str] | None:
    """What stands before the first bar, and the bars, with the chords of one reading of each."""
    marks: dict[Fraction, list[Event]] = {}
    for index, (bar, readings, number) in enumerate(zip(search.bars, search.readings, chosen, strict=True)):
        marks[bar.onset] = [Annotation(_SENTINEL, "^")]
        last = SILENT
        for beat, chord in zip(bar.beats, readings[number], strict=True):
            symbol = _symbol(search.fits, chord)
            if symbol is not None and chord != last:
                onset = search.fits.bounds[beat]
                opens = not index and last == SILENT
                own = _marks(symbol, sounding_at(heard, onset), score.key, opens)
                marks.setdefault(onset, []).extend(own)
                last = chord
    try:
        text = abc_text(with_chords(score, marks))
    except ValueError:
        return None
    return text.split(f'"^{_SENTINEL}"')


def _symbol(fits: ChordFits, chord: int) -> ChordSymbol | None:
    return None if chord == SILENT else fits.symbol(chord)


def _marks(chord: ChordSymbol, heard: Sequence[Pitch], key: Key, opens: bool) -> list[Event]:
    """The symbol of a chord with its bass, before it its numeral in a major or minor key, if it has one."""
    lowest = min(heard, key=lambda pitch: pitch.midi, default=None)
    if lowest is not None and lowest.pitch_class in chord.pitch_classes[1:]:
        chord = replace(chord, bass=lowest.spelled_class) if len(lowest.spelled_class) <= 3 else chord
    numeral = RomanNumeral.of(chord, key) if key.mode in {"major", "minor"} else None
    return [*([Annotation(label(numeral, key if opens else None), "^")] if numeral else ()), chord]
