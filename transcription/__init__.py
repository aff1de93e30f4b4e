"""From audio and performance MIDI to notated scores.

    >>> from transcription import transcribe
    >>> score = transcribe("song.wav")  # doctest: +SKIP

What is heavy (onnxruntime, scipy) is loaded by the adapter that needs it, when it is needed.
"""

from __future__ import annotations

from transcription.pipeline import Options, Transcription, transcribe, transcribe_with_details

__all__ = ["Options", "Transcription", "transcribe", "transcribe_with_details"]
