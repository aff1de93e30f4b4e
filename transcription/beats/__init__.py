"""Beats, bars and metre of a performance: see `transcription.beats.search`."""

from transcription.beats.search import find_beats

__all__ = ["find_beats"]
