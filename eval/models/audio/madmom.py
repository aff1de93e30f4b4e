"""Key, metre and chords by madmom's networks (Böck et al., ACM Multimedia 2016), where it is installed.

key             convolutional network (Korzeniowski & Widmer, 2018)
time signature  recurrent network and dynamic Bayesian network of bars in two, three or four (Böck et al.,
                2016); which note has the beat it does not say: a quarter
chords          deep chroma and a conditional random field (Korzeniowski & Widmer, 2016), by bars of equal
                length
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from symbolic.questions import Question

BEATS_PER_BAR = [2, 3, 4]
FRAMES_PER_S = 100


def key(path: Path, question: Question) -> str:
    """Tonic and mode."""
    from madmom.features.key import CNNKeyRecognitionProcessor, key_prediction_to_label

    return str(key_prediction_to_label(CNNKeyRecognitionProcessor()(str(path))))


def meter(path: Path, question: Question) -> str:
    """The number of beats between downbeats, in quarters."""
    beats = _beats(path)
    return f"{int(np.max(beats[:, 1])) if len(beats) else 4}/4"


def _beats(path: Path) -> np.ndarray:
    """(n, 2) seconds of the beats, and the number of each in its bar."""
    from madmom.features.downbeats import DBNDownBeatTrackingProcessor, RNNDownBeatProcessor

    track = DBNDownBeatTrackingProcessor(beats_per_bar=BEATS_PER_BAR, fps=FRAMES_PER_S)
    beats: np.ndarray = track(RNNDownBeatProcessor()(str(path)))
    return beats


def chords(path: Path, question: Question) -> str:
    """The chord that lasts longest in each bar."""
    from madmom.audio.chroma import DeepChromaProcessor
    from madmom.features.chords import DeepChromaChordRecognitionProcessor

    spans = DeepChromaChordRecognitionProcessor()(DeepChromaProcessor()(str(path)))
    beats = _beats(path)
    edges = [*beats[beats[:, 1] == 1, 0], max((span[1] for span in spans), default=0.0)]
    names = []
    for left, right in pairwise(edges):
        shares: dict[str, float] = {}
        for begin, end, name in spans:
            shares[name] = shares.get(name, 0.0) + max(0.0, min(end, right) - max(begin, left))
        names.append(max(shares, key=lambda name: shares[name], default="N"))
    return " | ".join(names) or "N"
