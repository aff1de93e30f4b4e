"""The shipped weights of the beat finder, ``data/models/beats.npz``.

``python -m transcription.beats.fit`` makes them.

They hold counts of gaps in scores for each metre, the networks' matrices and a few numbers that weigh the
kinds of evidence against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from symbolic.meter import Meter
from symbolic.resources import data_path
from transcription.beats.rhythm import GAPS, bar_parts, beat_parts, log_tables, log_upbeats, place_levels

BEATS_MODEL = "models/beats.npz"
BEATS = (24, 36)
"""Parts of the plain and the dotted beat, which are followed before the metre is known."""
BEAT_COUNTS = 40_000
"""What the counts of each kind of beat are scaled to."""


@dataclass(frozen=True, slots=True, eq=False)
class BeatModel:
    """What was learned from scores and performances.

    Attributes:
        meters: the metres that can be found.
        tables: log probability of each gap at each place, for each metre: (bar, gaps).
        levels: metrical level of each place, for each metre: (bar,).
        upbeats: log probability that music begins at each place, for each metre: (bar,).
        beat_tables: log probabilities for the plain and the dotted beat.
        level_shares, period_shares, meter_shares: how often the networks' answers are right in what it
            learned from, natural logarithms.
        paces: (2, metres, cells) log probability of each length of the quarter note: in tunes, in all music.
        returns: of `returns.return_scores`.
        fact_weights: (2, facts) what each of `meters.FACTS` counts in a melody, and in several voices.
        meter_bias: (2, metres) what is added for each metre, in the same.
        networks: their matrices by name, as `network.read_events` takes them.
    """

    meters: tuple[Meter, ...]
    tables: tuple[np.ndarray, ...]
    levels: tuple[np.ndarray, ...]
    upbeats: tuple[np.ndarray, ...]
    beat_tables: tuple[np.ndarray, ...]
    level_shares: np.ndarray
    period_shares: np.ndarray
    meter_shares: np.ndarray
    paces: np.ndarray
    returns: np.ndarray
    fact_weights: np.ndarray
    meter_bias: np.ndarray
    networks: Mapping[str, np.ndarray]

    def only(self, meter: Meter) -> BeatModel:
        """The same with one metre; of one that was not learned the beats are those of others, bar by bar."""
        for index, known in enumerate(self.meters):
            if (known.groups, known.unit) == (meter.groups, meter.unit):
                table, upbeats, pace = self.tables[index], self.upbeats[index], self.paces[:, index]
                returns = self.returns[:, index]
                break
        else:
            bar = bar_parts(meter)
            table = np.resize(self.beat_tables[beat_parts(meter) == BEATS[1]], (bar, len(GAPS)))
            upbeats, pace = log_upbeats(np.eye(bar)[0]), self.paces.mean(axis=1)
            returns = self.returns.mean(axis=1)
        return replace(
            self,
            meters=(meter,),
            tables=(table,),
            levels=(place_levels(meter),),
            upbeats=(upbeats,),
            paces=pace[:, np.newaxis],
            returns=returns[:, np.newaxis],
            meter_bias=np.zeros((2, 1)),
        )


def model_of(arrays: Mapping[str, np.ndarray]) -> BeatModel:
    """The model that stored arrays describe."""
    meters = tuple(Meter.parse(name) for name in arrays["meters"].tolist())
    counts = [arrays[f"counts{index}"].astype(float) for index in range(len(meters))]
    networks = {
        name.removeprefix("net_"): array.astype(float)
        for name, array in arrays.items()
        if name.startswith("net_")
    }
    return BeatModel(
        meters,
        tuple(log_tables(table, beat_parts(meter)) for table, meter in zip(counts, meters, strict=True)),
        tuple(place_levels(meter) for meter in meters),
        tuple(log_upbeats(arrays[f"upbeats{index}"].astype(float)) for index in range(len(meters))),
        tuple(_beat_table(meters, counts, beat) for beat in BEATS),
        arrays["level_shares"],
        arrays["period_shares"],
        arrays["meter_shares"],
        arrays["paces"],
        arrays["returns"].astype(float),
        arrays["fact_weights"],
        arrays["meter_bias"],
        networks,
    )


def _beat_table(meters: tuple[Meter, ...], counts: list[np.ndarray], beat: int) -> np.ndarray:
    """The gaps in the beats of all metres that have such beats."""
    found = np.zeros((beat, len(GAPS)))
    for meter, table in zip(meters, counts, strict=True):
        if beat_parts(meter) == beat and (meter.unit <= 4 or beat == BEATS[1]):
            found += table.reshape(-1, beat, len(GAPS)).sum(axis=0)
    return log_tables(found * BEAT_COUNTS / found.sum(), beat)


@cache
def beat_model() -> BeatModel:
    """The shipped model.

    Raises:
        FileNotFoundError: the file is missing.
    """
    with np.load(data_path(BEATS_MODEL), allow_pickle=False) as arrays:
        return model_of(dict(arrays.items()))
