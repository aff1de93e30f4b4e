"""Which metre, which note values and which bar lines fit places that are known but for their scale.

Places are in parts of some beat. A reading is a metre and a scale that makes the beat a quarter, an eighth, a
dotted quarter …. What speaks for it (`FACTS`) is how likely the gaps and the accents are at the places of its
bars, the tempo, and three opinions on the metre as such: the networks', that of the classifier that knows
folk tunes with exact note values (`symbolic.analysis.meter`), and what comes back bar by bar (`returns`).
Their weights were fitted. Bar lines may move at a cost: a slip of the tracker, a bar cut or lengthened.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from symbolic.analysis.meter import DEFAULT_METER_METHOD, meter_model
from symbolic.analysis.metrical_markov import MAX_ONSETS
from symbolic.analysis.onset_line import OnsetLine
from symbolic.meter import Meter
from transcription.beats.events import Events
from transcription.beats.model import BeatModel
from transcription.beats.network import Opinion
from transcription.beats.returns import return_features, return_scores
from transcription.beats.rhythm import NO_GAP, PARTS, gap_index
from transcription.beats.tracking import Evidence, period_cells

SCALES = tuple(
    Fraction(text) for text in ("1/4", "1/3", "1/2", "2/3", "3/4", "1", "4/3", "3/2", "2", "3", "4")
)
PERIODS_S = (0.17, 1.9)
"""The least and the most seconds that a quarter may last, in the middle."""
STEP = 6
"""Bar lines are tried in sixteenths."""
ACCENT_WEIGHT = 0.3
"""What accents count beside gaps where bar lines are put."""
SHIFT = 8.0
"""What it costs, as a log probability, that the bar lines move."""
STRANGE = -9.0
"""Log probability of a gap that no table knows."""
MOST_STRANGE = 0.25
"""A scale at which more of the gaps are such is not looked at."""
FACTS = ("gaps", "accents", "tempo", "shifts", "pace", "network", "classifier", "returns")
UNHEARD = -12.0
"""What the classifier says of a metre it does not know, at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Places read in a metre.

    Attributes:
        meter: index in the model.
        scale: from the beat of the places to the quarter.
        upbeat: how far into a bar the first event is, in parts.
        period_s: length of a quarter note at the first events.
        voices: how far the music is in several voices, `Events.voices`.
        facts: what speaks for it, one number for each of `FACTS`; sums over the events are divided by the
            square root of their number.
    """

    meter: int
    scale: Fraction
    upbeat: int
    period_s: float
    voices: float
    facts: np.ndarray

    def score(self, model: BeatModel) -> float:
        """How good the reading is beside others of the same places."""
        weights = (1 - self.voices) * model.fact_weights[0] + self.voices * model.fact_weights[1]
        bias = (1 - self.voices) * model.meter_bias[0] + self.voices * model.meter_bias[1]
        return float(self.facts @ weights + bias[self.meter])


def readings(
    parts: np.ndarray, events: Events, evidence: Evidence, opinion: Opinion, model: BeatModel
) -> list[Reading]:
    """The best bar lines of each metre at each scale that fits.

    Args:
        parts: (events,) ascending, of some beat of `PARTS`.
        events: those that stand in the score.
        evidence: of the same.
        opinion: the networks' of the same.
        model: what was learned.
    """
    found = []
    root = np.sqrt(len(parts))
    heads = np.logaddexp.reduce(opinion.meters, axis=0) - np.log(len(parts))
    for scale in SCALES:
        gaps, rest = np.divmod(np.diff(parts) * scale.numerator, scale.denominator)
        kinds = np.where(rest == 0, gap_index(gaps), NO_GAP)
        at = np.rint((parts - parts[0]) * float(scale)).astype(np.int64)
        periods = local_periods(evidence.times_s, at)
        if np.mean(kinds == NO_GAP) > MOST_STRANGE or not PERIODS_S[0] < np.median(periods) < PERIODS_S[1]:
            continue
        tempo = float(evidence.periods[np.arange(len(at)), period_cells(periods)].sum())
        pace = (
            np.array([1 - events.voices, events.voices]) @ model.paces[..., period_cells(np.median(periods))]
        )
        classified = _classified(at, events, model.meters)
        returned = return_scores(return_features(at, events), model.returns)
        returned -= np.logaddexp.reduce(returned)
        for index in range(len(model.meters)):
            upbeat, gaps_fit, accents_fit, shifts = _read(at, kinds, evidence.levels, model, index)
            sums = np.array([gaps_fit, accents_fit, tempo, shifts]) / root
            facts = np.append(sums, (pace[index], heads[index], classified[index], returned[index]))
            found.append(Reading(index, scale, upbeat, float(np.median(periods[:8])), events.voices, facts))
    return found


def _read(
    at: np.ndarray, kinds: np.ndarray, levels: np.ndarray, model: BeatModel, index: int
) -> tuple[int, float, float, float]:
    """The best bar lines of a metre: the first upbeat, how gaps and accents fit, and how often bars shift."""
    table, own = model.tables[index], model.levels[index]
    bar = len(own)
    places = (at + np.arange(0, bar, STEP)[:, np.newaxis]) % bar
    accents = levels[np.arange(len(at)), own[places]]
    gaps = np.zeros(places.shape)
    gaps[:, 1:] = np.where(kinds == NO_GAP, STRANGE, table[places[:, :-1], np.minimum(kinds, NO_GAP - 1)])
    fits = ACCENT_WEIGHT * accents + gaps
    fits[:, 0] += model.upbeats[index][::STEP]
    rows = _best_bars(fits.T)
    columns = np.arange(len(at))
    shifts = float(np.count_nonzero(np.diff(rows)))
    return int(rows[0]) * STEP, float(gaps[rows, columns].sum()), float(accents[rows, columns].sum()), -shifts


def _best_bars(fits: np.ndarray) -> np.ndarray:
    """The best upbeat at each event, where a change costs `SHIFT`; fits are (events, upbeats)."""
    scores = fits[0].copy()
    leaders = np.zeros(len(fits), dtype=np.intp)
    changed = np.zeros(fits.shape, dtype=bool)
    for index in range(1, len(fits)):
        leader = leaders[index] = scores.argmax()
        least = scores[leader] - SHIFT
        np.less(scores, least, out=changed[index])
        np.maximum(scores, least, out=scores)
        scores += fits[index]
    rows = np.zeros(len(fits), dtype=np.intp)
    row = rows[-1] = scores.argmax()
    for index in range(len(fits) - 1, 0, -1):
        if changed[index, row]:
            row = leaders[index]
        rows[index - 1] = row
    return rows


def _classified(at: np.ndarray, events: Events, meters: tuple[Meter, ...]) -> np.ndarray:
    """Log probability of each metre by the classifier of tunes, from the highest notes."""
    gaps = np.append(np.diff(at), PARTS)
    sounding = gaps > 0
    line = OnsetLine(at[sounding], gaps[sounding], gaps[sounding], events.highest[sounding].astype(np.int64))
    scores = meter_model(DEFAULT_METER_METHOD).log_probabilities(line.head(MAX_ONSETS))
    return np.array([max(scores.get(meter.name, UNHEARD), UNHEARD) for meter in meters])


def local_periods(times_s: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Seconds per quarter around each event, from a quarter before it to a quarter after it."""
    ascending = np.concatenate([[True], np.diff(parts) > 0])
    known, seconds = parts[ascending].astype(float), times_s[ascending]
    if len(known) < 2:
        return np.full(len(parts), 0.5)
    low = np.maximum(parts - PARTS, known[0])
    high = np.minimum(parts + PARTS, known[-1])
    passed = np.interp(high, known, seconds) - np.interp(low, known, seconds)
    found: np.ndarray = np.maximum(passed, 1e-3) * PARTS / np.maximum(high - low, 1)
    return found
