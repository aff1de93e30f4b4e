"""Published key profiles: how strongly each of the twelve pitch classes belongs to a major or minor key.

A profile has twelve weights from the tonic upwards in semitones. A key-finding method in the manner of
Krumhansl and Schmuckler correlates the pitch-class durations of a piece with the 24 rotated profiles
(Krumhansl, *Cognitive Foundations of Musical Pitch*, 1990, ch. 4). The numbers are those of the sources,
unscaled; a correlation does not depend on their scale.
"""

from __future__ import annotations

from dataclasses import dataclass

Weights = tuple[float, ...]
PITCH_CLASSES = 12


@dataclass(frozen=True, slots=True)
class KeyProfile:
    """A pair of key profiles.

    Attributes:
        name: as in `PROFILES`.
        source: where the numbers were published.
        major: twelve weights from the tonic of a major key upwards in semitones.
        minor: the same for a minor key.

    Raises:
        ValueError: not twelve weights.
    """

    name: str
    source: str
    major: Weights
    minor: Weights

    def __post_init__(self) -> None:
        for weights in (self.major, self.minor):
            if len(weights) != PITCH_CLASSES:
                raise ValueError(f"a profile must have {PITCH_CLASSES} weights, got {len(weights)}")


_ALL = (
    KeyProfile(
        "krumhansl-schmuckler",
        "probe-tone ratings: Krumhansl and Kessler, Psychological Review 89, 1982; used for key finding by "
        "Krumhansl and Schmuckler in Krumhansl 1990",
        (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
    ),
    KeyProfile(
        "temperley-kostka-payne",
        "share of segments that hold the pitch class, harmony textbook of Kostka and Payne: Temperley, "
        "Music and Probability, 2007, ch. 6",
        (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
        (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
    ),
    KeyProfile(
        "aarden-essen",
        "share of notes in the Essen folk-song collection: Aarden, Dynamic melodic expectancy, PhD thesis, "
        "Ohio State University, 2003",
        (17.7661, 0.145624, 14.9265, 0.160186, 19.8049, 11.3587, 0.291248, 22.062, 0.145624, 8.15494,
         0.232998, 4.95122),
        (18.2648, 0.737619, 14.0499, 16.8599, 0.702494, 14.4362, 0.702494, 18.6161, 4.56621, 1.93186,
         7.37619, 1.75623),
    ),
    KeyProfile(
        "bellman-budge",
        "chord tones counted by Budge, A study of chord frequencies, 1943, as weighted by Bellman, About the "
        "determination of key of a musical excerpt, CMMR 2005",
        (16.80, 0.86, 12.95, 1.41, 13.49, 11.93, 1.25, 20.28, 1.80, 8.04, 0.62, 10.57),
        (18.16, 0.69, 12.99, 13.34, 1.07, 11.15, 1.38, 21.07, 7.49, 1.53, 0.92, 10.21),
    ),
    KeyProfile(
        "albrecht-shanahan",
        "share of duration in 490 pieces of art music: Albrecht and Shanahan, The use of large corpora to "
        "train a new type of key-finding algorithm, Music Perception 31(1), 2013",
        (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
        (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
    ),
)  # fmt: skip

PROFILES: dict[str, KeyProfile] = {profile.name: profile for profile in _ALL}
"""Profiles by the name of the key-finding method that uses them."""
