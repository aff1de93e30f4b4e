"""``baseline:analysis``: for each task the answer of the classical analysis of what the question shows.

Where a truth is computed from the very notes that are shown (the interval between two notes), the analysis
computes it again and is always right: it says that the question can be answered from what it shows. Where the
truth comes from elsewhere (a header, an annotation, the form that repeats wrote), it is a real competitor.
Theory has none: its questions are answered from words.
"""

from __future__ import annotations

from collections.abc import Callable

from eval.models.answers import character, form, harmony, reading
from symbolic.questions import Question

Analysis = Callable[[Question], str]

ANALYSES: dict[str, Analysis] = {
    "key": harmony.key,
    "time-signature": harmony.meter,
    "chords": harmony.chords,
    "harmonization": harmony.harmonization,
    "roman-numerals": harmony.roman_numerals,
    "local-key": harmony.local_key,
    "chord-name": harmony.chord_name,
    "cadence": harmony.cadence,
    "voices": harmony.voices,
    "structure": form.structure,
    "sections": form.sections,
    "phrases": form.phrases,
    "continuation": form.continuation,
    "dance": character.dance,
    "tempo-class": character.tempo,
    "instrumentation": character.instrumentation,
    "caption": character.caption,
    "interval": reading.interval,
    "scale-degree": reading.scale_degree,
    "bar-count": reading.bar_count,
    "note-count": reading.note_count,
    "highest-note": reading.highest_note,
    "returns": reading.returns,
    "motif": reading.motif,
    "wrong-bar": reading.wrong_bar,
    "completion": reading.completion,
    "transposition": reading.transposition,
    "range": reading.again,
    "texture": reading.again,
    "rhythmic-complexity": reading.again,
    "harmonic-complexity": reading.again,
}
"""Task → its analysis."""
