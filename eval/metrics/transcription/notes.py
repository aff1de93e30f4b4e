"""Notes as heard against notes as played, in seconds: mir_eval's transcription metrics (Raffel et al., 2014).

A heard note is right when a played note of its pitch begins within 50 ms; each counts once. With offsets it
must also end within 50 ms of that note's end, or within a fifth of its length. Onsets alone leave the pitch
out.
"""

from __future__ import annotations

import numpy as np

from transcription.performance import Performance

ONSET_TOLERANCE_S = 0.05
_SHORTEST_S = 1e-3
"""mir_eval refuses notes without length."""


def note_scores(heard: Performance, played: Performance) -> dict[str, float]:
    """The F1 of heard notes by name: ``note_f1``, ``note_offset_f1`` and ``onset_f1``.

    Two silences agree.
    """
    if not len(heard.notes) or not len(played.notes):
        agree = float(len(heard.notes) == len(played.notes))
        return {"note_f1": agree, "note_offset_f1": agree, "onset_f1": agree}
    from mir_eval.transcription import onset_precision_recall_f1, precision_recall_f1_overlap

    (truth, truth_hz), (found, found_hz) = _as_intervals(played), _as_intervals(heard)
    notes = (truth, truth_hz, found, found_hz)
    tolerance = {"onset_tolerance": ONSET_TOLERANCE_S}
    return {
        "note_f1": float(precision_recall_f1_overlap(*notes, offset_ratio=None, **tolerance)[2]),
        "note_offset_f1": float(precision_recall_f1_overlap(*notes, **tolerance)[2]),
        "onset_f1": float(onset_precision_recall_f1(truth, found, **tolerance)[2]),
    }


def _as_intervals(performance: Performance) -> tuple[np.ndarray, np.ndarray]:
    """(n, 2) beginnings and ends in seconds, and (n,) pitches in hertz."""
    notes = performance.notes
    ends = notes["onset_s"] + np.maximum(notes["duration_s"], _SHORTEST_S)
    hertz = 440.0 * 2.0 ** ((notes["pitch"] - 69) / 12)
    return np.stack([notes["onset_s"], ends], axis=1), hertz
