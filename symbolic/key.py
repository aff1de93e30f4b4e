"""Keys: a tonic, a mode, the signature they imply, and accidentals written into the signature.

Names are ``tonic mode`` ("D dorian", "F# minor"); ABC's own forms ("Ador", "F#m", "D exp ^f =c",
"HP") are read by `symbolic.abc`. Two keys answer alike when tonic pitch class and mode agree
(Gb major = F# major). The seven modes differ by their place on the line of fifths relative to
major (Powers et al., "Mode", Grove Music Online).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from symbolic.pitch import FIFTHS_STEPS, MAX_ALTER, STEP_FIFTHS, alter_sign, class_fifths, spell_fifths

MODE_FIFTHS = {
    "major": 0,
    "mixolydian": -1,
    "dorian": -2,
    "minor": -3,
    "phrygian": -4,
    "locrian": -5,
    "lydian": 1,
}
"""Sharps in the signature of each mode on C."""

_MODE_PREFIXES = {
    "maj": "major", "ion": "major", "m": "minor", "min": "minor", "aeo": "minor", "mix": "mixolydian",
    "dor": "dorian", "phr": "phrygian", "lyd": "lydian", "loc": "locrian",
}  # fmt: skip
PIPE_MODES = frozenset({"HP", "Hp"})
_PIPES = {"F": 1, "C": 1}
_TONIC_SIGNS = frozenset({"", "#", "b", "##", "bb"})


def mode_named(word: str) -> str | None:
    """The mode that a word means by its first three letters, any case ("Ionian" → major), or None."""
    word = word.lower()
    return _MODE_PREFIXES.get(word if word == "m" else word[:3])


@dataclass(frozen=True)
class Key:
    """A key as a score states it.

    Attributes:
        tonic: spelled class such as ``C``, ``F#`` or ``Bb``; empty for no key at all.
        mode: a name in `MODE_FIFTHS`; ``HP`` or ``Hp`` for Great Highland bagpipe (tonic A: F and C
            sound sharp, ``HP`` without showing it); empty when there is no key.
        accidentals: (step, alter) pairs that the signature states beside the mode's own.
        explicit: the signature is `accidentals` alone (ABC's ``exp``).
    """

    tonic: str = "C"
    mode: str = "major"
    accidentals: tuple[tuple[str, int], ...] = ()
    explicit: bool = False

    def __post_init__(self) -> None:
        if self.tonic:
            if self.tonic[0] not in STEP_FIFTHS or self.tonic[1:] not in _TONIC_SIGNS:
                raise ValueError(f"tonic must be a note name such as F# or Bb, got {self.tonic!r}")
            if self.mode in PIPE_MODES:
                if self.tonic != "A":
                    raise ValueError(f"tonic of the pipes must be A, got {self.tonic!r}")
            elif self.mode not in MODE_FIFTHS:
                raise ValueError(f"mode must be one of {', '.join(MODE_FIFTHS)}, got {self.mode!r}")
        elif self.mode:
            raise ValueError(f"mode must be empty in a key without a tonic, got {self.mode!r}")
        for step, alter in self.accidentals:
            if step not in STEP_FIFTHS or abs(alter) > MAX_ALTER:
                raise ValueError(f"accidentals must be pairs such as ('F', 1), got {(step, alter)}")

    @classmethod
    def none(cls) -> Key:
        """No key (ABC ``K:none``): no signature and no tonic."""
        return cls("", "")

    @classmethod
    def parse(cls, name: str) -> Key:
        """Reads a name such as ``D dorian``, ``F# minor``, ``Bb`` (major) or ``A:min``.

        Raises:
            ValueError: not a key name.
        """
        words = name.replace(":", " ").replace("-flat", "b").replace("-sharp", "#").split()
        if words and len(words) <= 2:
            tonic = words[0][0].upper() + words[0][1:]
            mode = mode_named(words[1]) if len(words) == 2 else "major"
            if mode is not None and tonic[0] in STEP_FIFTHS and tonic[1:] in _TONIC_SIGNS:
                return cls(tonic, mode)
        raise ValueError(f"a key is written like 'D dorian' or 'F# minor', got {name!r}")

    @classmethod
    def from_fifths(cls, fifths: int, mode: str = "major") -> Key:
        """The key of `mode` whose signature has `fifths` sharps (negative: flats).

        Raises:
            ValueError: an unknown mode, or a tonic beyond double sharps and flats.
        """
        step, alter = spell_fifths(fifths - _mode_fifths(mode))
        return cls(step + alter_sign(alter), mode)

    @classmethod
    def from_pitch_class(cls, pitch_class: int, mode: str = "major") -> Key:
        """The key of `mode` on a pitch class (0 = C) with the fewest accidentals; flats win a tie."""
        return cls.from_fifths((7 * pitch_class + _mode_fifths(mode) + 6) % 12 - 6, mode)

    @cached_property
    def fifths(self) -> int:
        """Sharps in the mode's own signature (negative: flats); 0 without a key."""
        if self.mode in MODE_FIFTHS:
            return class_fifths(self.tonic) + MODE_FIFTHS[self.mode]
        return 2 if self.tonic else 0

    @cached_property
    def signature(self) -> dict[str, int]:
        """The alteration that the signature gives each of the seven steps, in semitones."""
        return dict(_signature(self))

    @property
    def pitch_class(self) -> int:
        """Pitch class of the tonic, 0 = C.

        Raises:
            ValueError: there is no tonic.
        """
        if not self.tonic:
            raise ValueError("a score without a key has no tonic")
        return 7 * class_fifths(self.tonic) % 12

    @property
    def name(self) -> str:
        """``tonic mode``, e.g. "F# minor"; "none" without a key."""
        return f"{self.tonic} {self.plain_mode}" if self.tonic else "none"

    @property
    def plain_mode(self) -> str:
        """The mode; mixolydian for the pipes, whose A scale it is."""
        return "mixolydian" if self.mode in PIPE_MODES else self.mode

    def same_answer(self, other: Key) -> bool:
        """Whether tonic pitch class and mode agree; spelling and extra accidentals do not count."""
        if not (self.tonic and other.tonic):
            return self.tonic == other.tonic
        return self.pitch_class == other.pitch_class and self.plain_mode == other.plain_mode

    def __str__(self) -> str:
        return self.name


def _mode_fifths(mode: str) -> int:
    if mode not in MODE_FIFTHS:
        raise ValueError(f"mode must be one of {', '.join(MODE_FIFTHS)}, got {mode!r}")
    return MODE_FIFTHS[mode]


@lru_cache(maxsize=1024)
def _signature(key: Key) -> tuple[tuple[str, int], ...]:
    alters = dict.fromkeys("CDEFGAB", 0)
    if key.mode in PIPE_MODES:
        alters.update(_PIPES)
    elif not key.explicit:
        for index, step in enumerate(FIFTHS_STEPS):
            alters[step] = (key.fifths - index + 6) // 7
    alters.update(key.accidentals)
    return tuple(alters.items())
