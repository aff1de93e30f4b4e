"""Instruments from a SoundFont 2 file: the sound of a key, from its sample, loop, filter and envelope.

Follows the SoundFont Technical Specification 2.04 (E-mu Systems, 2006): presets point to instruments,
instruments to samples, both divided into zones by key and velocity; section 8.1.3 has the generators and
their units (timecents, centibels, cents). Taken are pitch, loop, pan, attenuation, the volume envelope, and
the low-pass filter at the peak of its envelope and where that comes to rest. Left out are the low-frequency
oscillators, the modulators, and the sends to chorus and reverb. Attenuation counts 0.4 of what is written,
as on E-mu's own hardware, for which fonts are balanced.

(symusic's synthesizer, which plays the same files, is out of tune for samples of other rates than 44.1 kHz.)
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from symbolic.errors import SymbolicError

DRUM_BANK = 128
_FONT = "TimGM6mb.sf2"
_GENERATOR = np.dtype([("operator", "<u2"), ("amount", "<i2")])
_HEADER = np.dtype(
    [("name", "S20"), ("start", "<u4"), ("end", "<u4"), ("loop_start", "<u4"), ("loop_end", "<u4"),
     ("rate", "<u4"), ("key", "u1"), ("correction", "i1"), ("link", "<u2"), ("kind", "<u2")]
)  # fmt: skip
_PRESET = np.dtype(
    [("name", "S20"), ("preset", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("library", "<u4"),
     ("genre", "<u4"), ("morphology", "<u4")]
)  # fmt: skip
_INSTRUMENT = np.dtype([("name", "S20"), ("bag", "<u2")])
_BAG = np.dtype([("generator", "<u2"), ("modulator", "<u2")])
_LOOP_START, _LOOP_END, _FILTER, _RESONANCE, _FILTER_ENVELOPE, _PAN = 2, 3, 8, 9, 11, 17
_FILTER_DECAY, _FILTER_SUSTAIN, _ATTACK, _HOLD, _DECAY, _SUSTAIN, _RELEASE = 28, 29, 34, 35, 36, 37, 38
_INSTRUMENT_INDEX, _KEYS, _VELOCITIES, _ATTENUATION = 41, 43, 44, 48
_COARSE, _FINE, _SAMPLE, _MODE, _SCALE, _ROOT = 51, 52, 53, 54, 56, 58
_DEFAULTS = {_FILTER: 13_500, _ATTACK: -12_000, _HOLD: -12_000, _DECAY: -12_000, _RELEASE: -12_000,
             _FILTER_DECAY: -12_000, _SCALE: 100, _ROOT: -1}  # fmt: skip
_EVERYTHING = (0, 127)
ATTENUATION_SHARE = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A sample and how a key plays it.

    Attributes:
        sample: (n,) float32, -1 … 1.
        rate: samples a second.
        loop: (start, end) in samples, or None for a sample that is played once.
        root: MIDI key at which the sample has its own pitch.
        scale: cents from one key to the next.
        cents: tuning.
        gain: factor.
        pan: -1 left … 1 right.
        attack, hold, decay, release: seconds; decay and release are those of 100 dB.
        sustain_db: how far below the peak the envelope comes to rest.
        cutoff_hz: of the low-pass filter at first and at rest; `filter_decay` seconds lie between.
        resonance_db: of the filter.
    """

    sample: np.ndarray
    rate: int
    loop: tuple[int, int] | None
    root: int
    scale: int
    cents: int
    gain: float
    pan: float
    attack: float
    hold: float
    decay: float
    sustain_db: float
    release: float
    cutoff_hz: tuple[float, float]
    filter_decay: float
    resonance_db: float

    def ratio(self, key: int, sample_rate: int) -> float:
        """Samples of the file for one of the output, at a MIDI key."""
        cents = (key - self.root) * self.scale + self.cents
        return float(2 ** (cents / 1200) * self.rate / sample_rate)


def default_font() -> Path:
    """The General MIDI sound font that comes with the package pretty_midi.

    Raises:
        SymbolicError: it is not installed.
    """
    spec = find_spec("pretty_midi")
    path = None if spec is None or spec.origin is None else Path(spec.origin).parent / _FONT
    if path is None or not path.is_file():
        raise SymbolicError(f"the sound font {_FONT} of pretty_midi is missing; run: pip install pretty_midi")
    return path


class SoundFont:
    """The instruments of a SoundFont 2 file.

    Args:
        path: of the file.

    Raises:
        SymbolicError: it is not a SoundFont 2 file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        data = Path(path).read_bytes()
        try:
            chunks = dict(_chunks(data, 0, len(data)))
            self._samples = np.frombuffer(chunks["smpl"], "<i2")
            self._headers = np.frombuffer(chunks["shdr"], _HEADER)
            self._presets = _zoned(chunks, "phdr", _PRESET, "pbag", "pgen")
            self._instruments = _zoned(chunks, "inst", _INSTRUMENT, "ibag", "igen")
        except (KeyError, ValueError, struct.error) as error:
            raise SymbolicError("not a SoundFont 2 file", path=os.fspath(path)) from error
        heads = np.frombuffer(chunks["phdr"], _PRESET)[:-1]
        self._preset_of = {(int(head["bank"]), int(head["preset"])): n for n, head in enumerate(heads)}
        self._regions: dict[tuple[int, int, int, int], Region] = {}

    def regions(self, bank: int, program: int, key: int, velocity: int) -> tuple[Region, ...]:
        """What sounds when a key is struck; empty for a key that the instrument does not have.

        Raises:
            SymbolicError: the file has no such instrument.
        """
        if (bank, program) not in self._preset_of:
            raise SymbolicError(f"the sound font has no program {program} in bank {bank}")
        zones = []
        for number, outer in enumerate(self._presets[self._preset_of[bank, program]]):
            if _INSTRUMENT_INDEX not in outer or not _matches(outer, key, velocity):
                continue
            for inner_number, inner in enumerate(self._instruments[outer[_INSTRUMENT_INDEX]]):
                if _SAMPLE in inner and _matches(inner, key, velocity):
                    name = (bank, program, number, inner_number)
                    if name not in self._regions:
                        self._regions[name] = self._region(outer, inner)
                    zones.append(self._regions[name])
        return tuple(zones)

    def _region(self, outer: dict[int, int], inner: dict[int, int]) -> Region:
        def value(operator: int) -> int:
            return inner.get(operator, _DEFAULTS.get(operator, 0)) + outer.get(operator, 0)

        head = self._headers[inner[_SAMPLE]]
        start, end = int(head["start"]), int(head["end"])
        loop = (
            int(head["loop_start"]) - start + value(_LOOP_START),
            int(head["loop_end"]) - start + value(_LOOP_END),
        )
        is_looped = inner.get(_MODE, 0) in {1, 3} and 0 <= loop[0] < loop[1] <= end - start
        root = inner.get(_ROOT, -1)
        rest = 1 - value(_FILTER_SUSTAIN) / 1000
        at_first, at_rest = (value(_FILTER) + share * value(_FILTER_ENVELOPE) for share in (1.0, rest))
        return Region(
            sample=self._samples[start:end].astype(np.float32) / 32_768,
            rate=int(head["rate"]),
            loop=loop if is_looped else None,
            root=root if root >= 0 else int(head["key"]),
            scale=value(_SCALE),
            cents=100 * value(_COARSE) + value(_FINE) + int(head["correction"]),
            gain=float(10 ** (-ATTENUATION_SHARE * value(_ATTENUATION) / 200)),
            pan=float(np.clip(value(_PAN) / 500, -1, 1)),
            attack=_seconds(value(_ATTACK)),
            hold=_seconds(value(_HOLD)),
            decay=_seconds(value(_DECAY)),
            sustain_db=float(np.clip(value(_SUSTAIN) / 10, 0, 100)),
            release=_seconds(value(_RELEASE)),
            cutoff_hz=(_hertz(at_first), _hertz(at_rest)),
            filter_decay=_seconds(value(_FILTER_DECAY)),
            resonance_db=max(0.0, value(_RESONANCE) / 10),
        )


@cache
def load_font(path: Path) -> SoundFont:
    """A sound font, read once."""
    return SoundFont(path)


def _chunks(data: bytes, at: int, end: int) -> Iterator[tuple[str, memoryview]]:
    """The chunks of a RIFF file by name, those inside lists too."""
    while at + 8 <= end:
        name, size = struct.unpack_from("<4sI", data, at)
        if name in {b"RIFF", b"LIST"}:
            yield from _chunks(data, at + 12, at + 8 + size)
        else:
            yield name.decode("ascii"), memoryview(data)[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _zoned(
    chunks: dict[str, memoryview], heads: str, kind: np.dtype[np.void], bags: str, generators: str
) -> list[list[dict[int, int]]]:
    """The zones of each preset or instrument as generator → amount, those of its global zone included."""
    first_bag = np.frombuffer(chunks[heads], kind)["bag"]
    first_generator = np.frombuffer(chunks[bags], _BAG)["generator"]
    pairs = np.frombuffer(chunks[generators], _GENERATOR)
    inner = _INSTRUMENT_INDEX if heads == "phdr" else _SAMPLE
    found = []
    for start, stop in zip(first_bag[:-1].tolist(), first_bag[1:].tolist(), strict=True):
        zones = []
        for bag in range(start, stop):
            part = pairs[first_generator[bag] : first_generator[bag + 1]]
            zones.append(dict(zip(part["operator"].tolist(), part["amount"].tolist(), strict=True)))
        common = zones[0] if zones and inner not in zones[0] else {}
        found.append([common | zone for zone in zones])
    return found


def _matches(zone: dict[int, int], key: int, velocity: int) -> bool:
    for operator, value in ((_KEYS, key), (_VELOCITIES, velocity)):
        packed = zone.get(operator)
        low, high = _EVERYTHING if packed is None else (packed & 255, packed >> 8 & 255)
        if not low <= value <= high:
            return False
    return True


def _seconds(timecents: int) -> float:
    return float(2 ** (timecents / 1200)) if timecents > -12_000 else 0.0


def _hertz(cents: float) -> float:
    return float(8.176 * 2 ** (min(cents, _DEFAULTS[_FILTER]) / 1200))
