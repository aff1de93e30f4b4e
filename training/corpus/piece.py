"""A piece of a corpus, and what was turned away: what every step of `training.corpus` passes to the next.

A step takes a `Piece` and gives a new one, or a `Rejected` with a stable reason to count by. Labels that a
step repairs stand beside the score, which keeps its own header: `label_key` and `label_meter` say what holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.score import Score
from symbolic.tunes import Split

SCORES = "scores"
"""The source of a user's own folder or archive."""
SPLITS: tuple[Split, ...] = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of music with where it comes from and what holds of it.

    Attributes:
        id: ``<source>/<path in the source>#<tune>``, unique.
        source: a name in ``data/sources.toml``, or `SCORES`.
        score: the music, headers and all.
        commercial: whether what is fitted to it may be used commercially.
        split: ``train``, ``dev`` or ``test``.
        family: id of the first piece of its tune family; empty before families are found.
        key: name of the key that stands instead of the header's; empty where there is no usable key, None
            where the header holds.
        meter: the same for the metre.
        noticed: (code, words) of what is wrong with a piece that is kept all the same.

    Raises:
        ValueError: an empty id or source, an unknown split, or a label that is no key or metre.
    """

    id: str
    source: str
    score: Score
    commercial: bool
    split: str = "train"
    family: str = ""
    key: str | None = None
    meter: str | None = None
    noticed: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.id or not self.source:
            raise ValueError(f"id and source must not be empty, got {self.id!r} and {self.source!r}")
        if self.split not in SPLITS:
            raise ValueError(f"split must be one of {', '.join(SPLITS)}, got {self.split!r}")
        if self.key:
            Key.parse(self.key)
        if self.meter:
            Meter.parse(self.meter)

    @property
    def label_key(self) -> str:
        """The name of the key that holds; empty where there is none."""
        if self.key is not None:
            return self.key
        return self.score.key.name if self.score.key.tonic else ""

    @property
    def label_meter(self) -> str:
        """The name of the metre that holds; empty where there is none."""
        if self.meter is not None:
            return self.meter
        return "" if self.score.meter.is_free else self.score.meter.name


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece or file that is left out: its id, a stable `reason` to count by, and words for a person."""

    id: str
    reason: str
    message: str
