"""How much each fact counts that speaks for a reading: fitted on performances new to the networks.

A conditional logistic regression (McFadden, 1974): the readings of a performance compete, and those are right
whose metre and scale are the score's.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from symbolic.score import Score
from transcription.beats.examples import (
    ACCOMPANIED,
    HEARD,
    TUNE_STYLES,
    WORK_STYLES,
    event_places,
    on_piano,
    work_style,
)
from transcription.beats.meters import FACTS
from transcription.beats.model import BeatModel, model_of
from transcription.beats.rhythm import PARTS
from transcription.beats.search import follow
from transcription.performance import Performance
from transcription.reference import AlignedPerformance
from transcription.synthesis import STYLES, accompany, hear, perform
from transcription.synthesis.accompany import PATTERNS

SECONDS = 30.0
"""So much of a performance is heard; of a work as many excerpts as it has room for, up to `EXCERPTS`."""
EXCERPTS = 10
FACT_PENALTY, BIAS_PENALTY = 0.03, 2.0
RARE, RARE_BIAS = 6, -2.0
"""A metre that fewer performances in several voices are in is hardly looked for there."""
LEAST_PACE = 1.2
"""The least weight of the tempo: works are played here slower and faster than they usually are."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """The readings of a performance: `voices` of it, their `facts`, `meters`, and which `are_right`."""

    voices: float
    facts: np.ndarray
    meters: np.ndarray
    are_right: np.ndarray


def weigh_facts(
    arrays: Mapping[str, np.ndarray],
    tunes: Sequence[tuple[str, Score]],
    works: Mapping[str, Sequence[tuple[str, Score]]],
    seed: int,
) -> dict[str, np.ndarray]:
    """The weights of the facts and the bias of each metre, as `model_of` takes them."""
    count = len(arrays["meters"])
    blank = {"fact_weights": np.zeros((2, len(FACTS))), "meter_bias": np.zeros((2, count))}
    model = model_of({**arrays, **blank})
    cases = [case for aligned in _performances(tunes, works, seed) if (case := _case(aligned, model))]
    weights = _fit(cases, count)
    right = np.mean([case.are_right[np.argmax(_inputs(case, count) @ weights)] for case in cases])
    print(f"{len(cases)} performances weighed, {right:.3f} read right")
    facts, bias = np.split(weights.reshape(2, -1), [len(FACTS)], axis=1)
    pace = FACTS.index("pace")
    facts[:, pace] = np.maximum(facts[:, pace], LEAST_PACE)
    in_voices = [case.meters[case.are_right.argmax()] for case in cases if case.voices >= 0.5]
    bias[1, np.bincount(in_voices, minlength=count) < RARE] += RARE_BIAS
    return {"fact_weights": facts, "meter_bias": bias}


def _performances(
    tunes: Sequence[tuple[str, Score]],
    works: Mapping[str, Sequence[tuple[str, Score]]],
    seed: int,
) -> Iterator[AlignedPerformance]:
    rng = random.Random(seed)
    for number, (name, score) in enumerate(tunes):
        music = accompany(score, rng.choice(PATTERNS)) if rng.random() < ACCOMPANIED else score
        played = perform(music, STYLES[rng.choice(TUNE_STYLES)], seed + number, work=name)
        yield from _excerpts(hear(played, number) if rng.random() < HEARD else played, 1)
    for kind, scores in works.items():
        for number, (name, score) in enumerate(scores):
            style = work_style(kind, WORK_STYLES[number % len(WORK_STYLES)])
            played = perform(on_piano(score), style, seed + number, work=name)
            yield from _excerpts(played, EXCERPTS)


def _excerpts(aligned: AlignedPerformance, most: int) -> Iterator[AlignedPerformance]:
    """`SECONDS` from the start, and for more than one excerpt from places that are evenly apart."""
    onsets = aligned.performance.notes["onset_s"]
    room = max(0.0, aligned.performance.end_s - SECONDS)
    for begin in np.linspace(0, room, max(1, min(most, int(room / SECONDS)))).tolist():
        inside = (onsets >= begin) & (onsets < begin + SECONDS)
        yield AlignedPerformance(
            aligned.id,
            aligned.work,
            Performance(aligned.performance.notes[inside], aligned.performance.tracks),
            aligned.reference,
            aligned.onset_quarter[inside],
        )


def _case(aligned: AlignedPerformance, model: BeatModel) -> Case | None:
    """The readings of a performance in one metre, or None where none of them is right."""
    followed = follow(aligned.performance, model)
    if followed is None:
        return None
    places = event_places(aligned, followed.events)
    stands = ~np.isnan(places)
    if np.count_nonzero(stands) < 8:
        return None
    meters = [meter for at, meter in aligned.reference.meters if at <= np.nanmin(places) + 1e-6][-1:]
    meters += [meter for at, meter in aligned.reference.meters if np.nanmin(places) < at < np.nanmax(places)]
    found = followed.readings(model)
    fits = [_agreement(followed.parts[stands] * float(reading.scale), places[stands]) for reading in found]
    right = [
        fit > 0.5 * max(fits) and model.meters[reading.meter].name == meters[0].name
        for fit, reading in zip(fits, found, strict=True)
    ]
    if len(meters) > 1 or not any(right):
        return None
    return Case(
        found[0].voices,
        np.array([reading.facts for reading in found]),
        np.array([reading.meter for reading in found]),
        np.array(right),
    )


def _agreement(parts: np.ndarray, quarters: np.ndarray) -> float:
    """Share of the events that lie the same distance from their places in the score, the commonest one."""
    offsets = np.rint(parts - quarters * PARTS).astype(np.int64)
    return float(np.unique(offsets, return_counts=True)[1].max() / len(offsets))


def _inputs(case: Case, meters: int) -> np.ndarray:
    """(readings, 2 × (facts + metres)) facts and metre, as far as the music is a melody, and as it is not."""
    own = np.concatenate([case.facts, np.eye(meters)[case.meters]], axis=1)
    return np.concatenate([(1 - case.voices) * own, case.voices * own], axis=1)


def _fit(cases: Sequence[Case], meters: int) -> np.ndarray:
    from scipy.optimize import minimize

    inputs = [_inputs(case, meters) for case in cases]
    penalty = np.tile(np.repeat([FACT_PENALTY, BIAS_PENALTY], [len(FACTS), meters]), 2)

    def objective(weights: np.ndarray) -> tuple[float, np.ndarray]:
        loss, slope = float(penalty @ weights**2), 2 * penalty * weights
        for case, rows in zip(cases, inputs, strict=True):
            scores = rows @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            right = shares * case.are_right
            loss -= float(np.log(right.sum() + 1e-12))
            slope -= rows.T @ (right / max(right.sum(), 1e-12) - shares)
        return loss, slope

    start = np.tile(np.repeat([1.0, 0.0], [len(FACTS), meters]), 2)
    found: np.ndarray = minimize(objective, start, jac=True, method="L-BFGS-B").x
    return found
