"""From a performance to its beats: the ways it could be read, and the one that is most likely.

1. Onsets are grouped to events (`events`), and networks say of each how strong it stands in its bar and how
   fast the music goes there (`features`, `network`).
2. The events are followed through plain and dotted beats (`tracking`), which settles their places up to the
   scale and the bar lines.
3. The places are read in each metre at each scale (`meters`). Through the bars of the best readings the
   events are followed again: what a bar holds helps against rubato, and says which reading is the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from symbolic.meter import Meter
from transcription.beatmap import Bar, Beatmap
from transcription.beats.events import Events, onset_events
from transcription.beats.features import event_features
from transcription.beats.meters import Reading, readings
from transcription.beats.model import BEATS, BeatModel, beat_model
from transcription.beats.network import STRAY, Opinion, read_events
from transcription.beats.rhythm import PARTS, bar_parts
from transcription.beats.tracking import RARE_STOP, Evidence, Models, Path, Start, track
from transcription.performance import Performance

DEFAULT_METER = Meter((4,), 4)
DEFAULT_PERIOD_S = 0.5
LEVEL_WEIGHT, PERIOD_WEIGHT, STRAY_WEIGHT = 1.0, 0.25, 1.0
"""What the networks' answers count."""
COMPETING, HEARD = 6, 400
"""Readings that are compared by following events through their bars, and how many events."""
FOLLOWED = (0.3, 1.0)
"""What it counts how well events could be followed: in a melody, and in several voices."""
FEW = 60
"""So many events say half as much on that as many do."""
ELSEWHERE = -5.0
"""Log probability that the bars begin elsewhere than a reading has them."""
STRAYS = -2.5
"""Log of how many events a second stand nowhere in the score, before the networks have looked at them."""
STOP, STOP_WEIGHT, FREQUENT_STOP = -1.6, 1.7, 0.7
"""Log of how often a second time stops if the networks cannot tell, what their log odds count; the most."""
FIRST_PERIODS_S = np.exp(np.arange(np.log(0.16), np.log(1.7), 0.11))
RATIOS = np.array([0.84, 0.92, 1.0, 1.09, 1.19])
"""Tempi tried beside that of a reading."""
ON_EIGHTH, ON_SIXTEENTH = -2.5, -4.0
"""Log probability that a performance begins there, beside that of a beat."""
ANY_BEAT = STRAY + 1
"""The level of a place that is known to be on a beat."""
MOST_BARS_AFTER = 2
"""Bars that the last notes may sound on after the last onset."""


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A performance followed through beats.

    Attributes:
        parts: ascending, places of the events that stand in the score: parts of some beat.
        events, evidence, opinion: of these events.
        all_events, all_evidence: with those that were passed over.
    """

    parts: np.ndarray
    events: Events
    evidence: Evidence
    opinion: Opinion
    all_evidence: Evidence
    all_events: Events

    def readings(self, model: BeatModel) -> list[Reading]:
        """The ways to read the places."""
        return readings(self.parts, self.events, self.evidence, self.opinion, model)

    def through_bars(self, found: Sequence[Reading], model: BeatModel) -> tuple[Reading, Path]:
        """The best reading, and the path of all events through its bars.

        The `COMPETING` that score best are compared again by how well the first `HEARD` events can be
        followed through their bars.
        """
        ranked = sorted(found, key=lambda reading: reading.score(model), reverse=True)[:COMPETING]
        heard = self.all_evidence.take(np.arange(min(HEARD, len(self.all_events))))
        paths = [_through(heard, reading, model) for reading in ranked]
        count = len(heard.times_s)
        weight = np.interp(self.all_events.voices, (0, 1), FOLLOWED) * np.sqrt(count) / (count + FEW)
        scores = [
            reading.score(model) + weight * path.score for reading, path in zip(ranked, paths, strict=True)
        ]
        best = int(np.argmax(scores))
        whole = len(heard.times_s) == len(self.all_events)
        return ranked[best], paths[best] if whole else _through(self.all_evidence, ranked[best], model)


def find_beats(performance: Performance, *, meter: Meter | None = None) -> Beatmap:
    """Finds the beats, the bars and the metre of a performance.

    The known points of the result are the onset events that stand in the score, each at its place on a grid
    of `PARTS` to the quarter; ornaments and wrong notes, as far as they were told from the others, are not
    among them.

    Args:
        performance: any; percussion is looked at only where there is nothing else.
        meter: the metre where it is known; free metre means that it is not.

    Returns:
        The beats. Where fewer than two onsets stand in a score, a bar at 120 quarter notes a minute.
    """
    if meter is not None and meter.is_free:
        meter = None
    model = beat_model() if meter is None else beat_model().only(meter)
    followed = follow(performance, model)
    found = followed.readings(model) if followed else []
    if followed is None or not found:
        return _default_beats(onset_events(performance), meter or DEFAULT_METER)
    best, path = followed.through_bars(found, model)
    return beatmap_of(path, followed.all_events, model.meters[best.meter], performance.end_s)


def follow(performance: Performance, model: BeatModel) -> Followed | None:
    """The events of a performance followed through beats; None where fewer than two stand in the score."""
    events = onset_events(performance)
    if len(events) < 2:
        return None
    opinion = read_events(model.networks, event_features(events))
    evidence = _evidence(events, opinion, model)
    path = track(evidence, Models.of(model.beat_tables, [_beat_levels(beat) for beat in BEATS]), _any_start())
    on = np.flatnonzero(~path.passed_over)
    if len(on) < 2:
        return None
    return Followed(path.parts[on], events.take(on), evidence.take(on), opinion.take(on), evidence, events)


def _evidence(events: Events, opinion: Opinion, model: BeatModel) -> Evidence:
    """What the networks say beside what is usual; in a last column that an event is on any beat."""
    shares = model.level_shares
    on_beat = np.logaddexp.reduce(opinion.levels[:, :3], axis=1) - np.logaddexp.reduce(shares[:3])
    ratios = np.concatenate([opinion.levels - shares, on_beat[:, np.newaxis]], axis=1)
    return Evidence(
        events.times_s,
        LEVEL_WEIGHT * ratios,
        PERIOD_WEIGHT * (opinion.periods - model.period_shares),
        STRAYS + STRAY_WEIGHT * ratios[:, STRAY],
        np.clip(STOP + STOP_WEIGHT * np.diff(opinion.stops)[:, 0], RARE_STOP, FREQUENT_STOP),
    )


def _beat_levels(beat: int) -> np.ndarray:
    levels = np.full(beat, 4)
    levels[:: PARTS // 2] = 3
    levels[0] = ANY_BEAT
    return levels


def _any_start() -> Start:
    """Any place of a plain or a dotted beat in any tempo."""
    models, places, periods = np.meshgrid(
        np.arange(len(BEATS)), np.arange(0, max(BEATS), 3), FIRST_PERIODS_S, indexing="ij"
    )
    inside = places < np.array(BEATS)[models]
    models, places, periods = models[inside], places[inside], periods[inside]
    scores = np.where(places == 0, 0.0, np.where(places % (PARTS // 2) == 0, ON_EIGHTH, ON_SIXTEENTH))
    return Start(models, places, periods, scores)


def _through(evidence: Evidence, reading: Reading, model: BeatModel) -> Path:
    """The path of events through the bars of a reading."""
    bars = Models.of([model.tables[reading.meter]], [model.levels[reading.meter]])
    return track(evidence, bars, _start_of(reading, model))


def _start_of(reading: Reading, model: BeatModel) -> Start:
    """Any place of a bar in about the tempo of a reading."""
    upbeats = model.upbeats[reading.meter]
    places = np.repeat(np.arange(0, len(upbeats), 3), len(RATIOS))
    periods = np.tile(reading.period_s * RATIOS, len(places) // len(RATIOS))
    scores = upbeats[places] + ELSEWHERE * (places != reading.upbeat)
    return Start(np.zeros(len(places), np.intp), places, periods, scores)


def _default_beats(events: Events, meter: Meter) -> Beatmap:
    """Bars from the first event on at a tempo out of the air."""
    first = float(events.times_s[0]) if len(events) else 0.0
    last = float(events.times_s[-1]) - first if len(events) else 0.0
    quarters = np.array([0.0, 1.0])
    return Beatmap(
        first + DEFAULT_PERIOD_S * quarters,
        quarters,
        _bars(0, int(last / DEFAULT_PERIOD_S * PARTS) + 1, meter),
    )


def beatmap_of(path: Path, events: Events, meter: Meter, end_s: float) -> Beatmap:
    """The beats of a path through the bars of a metre; places count from the first bar's start."""
    on = np.flatnonzero(~path.passed_over)
    if len(on) < 2:
        return _default_beats(events, meter)
    times, parts, bar = events.times_s[on], path.parts[on], bar_parts(meter)
    upbeat = int(parts[0]) % bar
    pickup = bar - upbeat if upbeat >= min(PARTS, bar // 2) else 0
    parts = parts - parts[0] + (0 if pickup else upbeat)
    known = Beatmap(times, parts / PARTS, _bars(pickup, int(parts[-1]) + 1, meter))
    end = min(float(known.to_quarters(np.array(end_s))) * PARTS, int(parts[-1]) + MOST_BARS_AFTER * bar)
    heard = float(known.to_quarters(events.times_s[-1:])[0]) * PARTS
    return replace(known, bars=_bars(pickup, int(max(end, heard, parts[-1])) + 1, meter))


def _bars(pickup: int, end: int, meter: Meter) -> tuple[Bar, ...]:
    """Bars up to `end`; that of a pickup, if there is one, is `pickup` parts long."""
    first = [Bar(Fraction(0), Fraction(pickup, PARTS), meter)] if pickup else []
    starts = range(pickup, max(end, pickup + 1), bar_parts(meter))
    return (*first, *(Bar(Fraction(start, PARTS), meter.bar_quarters, meter) for start in starts))
