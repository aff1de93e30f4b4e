"""Between scores and `pretty_midi.PrettyMIDI` objects, by way of MIDI bytes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from symbolic.midi.reader import read_midi
from symbolic.midi.writer import write_midi
from symbolic.score import Score

if TYPE_CHECKING:
    import pretty_midi


def to_pretty_midi(score: Score) -> pretty_midi.PrettyMIDI:
    """The score as it sounds, repeats played out; seconds follow its tempo, 120 where it has none."""
    import pretty_midi

    return pretty_midi.PrettyMIDI(BytesIO(write_midi(score)))


def from_pretty_midi(midi: pretty_midi.PrettyMIDI, *, fold: bool = True) -> Score:
    """The score that a PrettyMIDI object holds; its times are rounded to its own ticks. See `read_midi`."""
    buffer = BytesIO()
    midi.write(buffer)
    return read_midi(buffer.getvalue(), fold=fold)
