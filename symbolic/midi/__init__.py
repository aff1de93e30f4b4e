"""Standard MIDI Files in and out, and pretty_midi objects accepted and returned."""

from __future__ import annotations

from symbolic.midi.pretty import from_pretty_midi, to_pretty_midi
from symbolic.midi.reader import read_midi, read_midi_with_problems
from symbolic.midi.writer import write_midi

__all__ = ["from_pretty_midi", "read_midi", "read_midi_with_problems", "to_pretty_midi", "write_midi"]
