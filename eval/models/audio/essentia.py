"""The key by essentia's extractor, where it is installed.

See Bogdanov et al. (ISMIR 2013); the profiles are those of Faraldo et al. (ECIR 2016).
"""

from __future__ import annotations

from pathlib import Path

from symbolic.questions import Question

PROFILE = "bgate"


def key(path: Path, question: Question) -> str:
    """Tonic and mode."""
    from essentia.standard import KeyExtractor, MonoLoader

    tonic, mode, _ = KeyExtractor(profileType=PROFILE)(MonoLoader(filename=str(path))())
    return f"{tonic} {mode}"
