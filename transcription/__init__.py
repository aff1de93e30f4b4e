"""From audio and performance MIDI to notated scores."""
