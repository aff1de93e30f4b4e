"""What a transcription is measured on: a recording whose score is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from symbolic.analysis.tempo import beats_a_minute
from symbolic.score import Score
from symbolic.timeline import TempoMap, measure_spans
from symbolic.transform import slice_bars
from transcription.performance import Performance
from transcription.reference import Reference

LENGTH_S = 30.0
MIN_NOTES = 16
"""Fewest notes of a score that is played."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Something to transcribe.

    Attributes:
        id: unique in its set.
        group: its texture, or the folder or work that it comes from.
        truth: the score.
        played: the notes as they were played, where they are known.
        file: the sound or MIDI file; None where `played` is to be rendered.
    """

    id: str
    group: str
    truth: Reference
    played: Performance | None = None
    file: Path | None = None

    def __post_init__(self) -> None:
        if self.played is None and self.file is None:
            raise ValueError(f"recording {self.id!r} needs the notes played or a file")

    @property
    def answer(self) -> str:
        """Key and metre at the start, for reports."""
        return f"{self.truth.keys[0][1].name}, {self.truth.meters[0][1].name}"


@dataclass(frozen=True, slots=True)
class RecordingSet:
    """Everything to transcribe; the fields are those of `eval.items.ItemSet`."""

    name: str
    items: tuple[Recording, ...]
    data_hash: str
    skipped: dict[str, int] = field(default_factory=dict)
    failures: tuple[str, ...] = ()


def opening(score: Score) -> Score:
    """The bars of the first half minute, repeats played out, at the tempo stated or the one that suits."""
    played = score.unfold()
    tempo = TempoMap.of(played)
    if played.tempo is None or played.tempo.qpm is None:
        beats = beats_a_minute(played)
        if beats is not None:
            tempo = TempoMap([(Fraction(0), beats * float(played.meter.beat_quarters))])
    spans = measure_spans(played)
    fitting = sum(tempo.to_seconds(span.onset + span.duration) <= LENGTH_S for span in spans)
    return slice_bars(played, 0, max(1, fitting)) if spans else played
