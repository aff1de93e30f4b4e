"""Scores played and rendered: performances with the truth beside them, and audio.

A score is played by `perform` in a `Style`, given chords by `accompany`, changed by `hear` as a transcriber
would change it, made audible by `render` and written to disk by `write_audio`.
"""

from transcription.synthesis.accompany import accompany
from transcription.synthesis.files import write_audio
from transcription.synthesis.hear import Hearing, hear
from transcription.synthesis.perform import perform, play
from transcription.synthesis.reading import Reading
from transcription.synthesis.render import Reverb, render
from transcription.synthesis.style import EXACT, FOLK, PEDALLED, RUBATO, STEADY, STYLES, Style

__all__ = [
    "EXACT",
    "FOLK",
    "PEDALLED",
    "RUBATO",
    "STEADY",
    "STYLES",
    "Hearing",
    "Reading",
    "Reverb",
    "Style",
    "accompany",
    "hear",
    "perform",
    "play",
    "render",
    "write_audio",
]
