"""Recordings whose score is known: the benchmark's four textures, or a folder of one's own."""

from __future__ import annotations

from eval.recordings.base import Recording, RecordingSet
from eval.recordings.folders import load
from eval.recordings.textures import benchmark

__all__ = ["Recording", "RecordingSet", "benchmark", "load"]
