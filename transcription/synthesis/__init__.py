"""Scores played and rendered: performances with the truth beside them, and audio.

A score is played by `perform` in a `Style`, given chords by `accompany`, changed by `hear` as a transcriber
would change it, made audible by `render` and written to disk by `write_audio`, or as MIDI by
`transcription.midi.write_performance`.

Graces, trills, mordents, turns, rolls, slides and rolled chords are sounded here, in audio and performances.
MIDI that is written from a score (`Score.to_midi`, ``symbolic-convert score.abc out.mid``) holds the written
notes alone, so that the score can be read from it again; with its ornaments sounded a score becomes MIDI by

    >>> from transcription.midi import write_performance
    >>> midi = write_performance(perform(score, AS_WRITTEN).performance)  # doctest: +SKIP
"""

from transcription.synthesis.accompany import accompany
from transcription.synthesis.files import AS_WRITTEN, write_audio
from transcription.synthesis.hear import Hearing, hear
from transcription.synthesis.perform import perform, play
from transcription.synthesis.reading import Reading
from transcription.synthesis.render import Reverb, render
from transcription.synthesis.style import EXACT, FOLK, PEDALLED, RUBATO, STEADY, STYLES, Style

__all__ = [
    "AS_WRITTEN",
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
