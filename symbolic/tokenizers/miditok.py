"""Scores as MidiTok's tokens of MIDI (Fradet et al. 2021, MidiTok): REMI, TSD, MIDI-like, Structured.

The MIDI is that of `symbolic.midi.writer`: the measures as they are written, repeats not played out. What
MIDI does not hold is lost (spelling, slurs, repeat signs …), and so are velocities, which scores do not have,
and the tempo. Voices with the same instrument become one, as MidiTok has it. Times are rounded to
`RESOLUTION` steps of a beat, which the denominator of the metre names: sixteenths, triplets and much that is
finer are exact, quintuplets are not; a length above four beats is rounded to a quarter of one, and 16 beats
are the longest.

A bar sign in these encodings is a bar's length after the last one, so the time signature of a bar of another
length than its metre's is told as the music has it, over 16 at the finest: 28/32 is 14/16. A length that no
denominator up to 16 tells stays in the bar before it.

REMI: Huang and Yang (2020), Pop Music Transformer. MIDI-like: Oore et al. (2018), This Time with Feeling.
Structured: Hadjeres and Crestel (2021), The Piano Inpainting Application. TSD is MidiTok's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

from symbolic.errors import MissingDependencyError, SymbolicError
from symbolic.midi import read_midi
from symbolic.midi.writer import to_symusic
from symbolic.score import Score

if TYPE_CHECKING:
    from symusic import core

ENCODINGS = ("REMI", "TSD", "MIDILike", "Structured")
"""Those of MidiTok that are one sequence of single tokens, as a language model needs it."""
RESOLUTION, COARSE_RESOLUTION = 24, 4
_FINE_BEATS, _LONGEST_BEATS = 4, 16
_SIGNATURES = {2: (1, 8), 4: (1, 12), 8: (1, 24), 16: (1, 32)}
"""Denominator → the least and largest numerator that have a token."""
_FINEST_UNIT = max(_SIGNATURES)


class MidiTokenizer:
    """One of `ENCODINGS`. Satisfies `symbolic.tokenizers.base.MusicTokenizer`.

    Args:
        encoding: its name.

    Raises:
        SymbolicError: there is none of that name here.
        MissingDependencyError: the package miditok is not installed.
    """

    def __init__(self, encoding: str = "REMI") -> None:
        if encoding not in ENCODINGS:
            close = get_close_matches(encoding, ENCODINGS, n=1, cutoff=0.4)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise SymbolicError(f"encoding must be one of {', '.join(ENCODINGS)}, got {encoding!r}{hint}")
        self.name = f"MidiTok {encoding}"
        miditok = _package()
        self._tokenizer = getattr(miditok, encoding)(
            miditok.TokenizerConfig(
                pitch_range=(0, 127),
                beat_res={
                    (0, _FINE_BEATS): RESOLUTION,
                    (_FINE_BEATS, _LONGEST_BEATS): COARSE_RESOLUTION,
                },
                special_tokens=["PAD", "BOS", "EOS"],
                use_velocities=False,
                use_programs=True,
                program_changes=encoding != "Structured",  # there each note names its own
                use_time_signatures=True,
                time_signature_range=_SIGNATURES,
            )
        )

    def __len__(self) -> int:
        """How many tokens the encoding has."""
        return len(self._tokenizer)

    def encode(self, score: Score) -> list[int]:
        """The tokens of what the score sounds; none where it is silent.

        Raises:
            UnsupportedFeatureError: a pitch outside MIDI's 0 … 127.
        """
        midi = to_symusic(score, unfold=False)
        _tell_bars(midi)
        ids: list[int] = self._tokenizer.encode(midi).ids if midi.note_num() else []
        return ids

    def decode(self, ids: Sequence[int]) -> Score:
        """The score that the MIDI is read as.

        Raises:
            SymbolicError: no tokens, or an id that the encoding does not have.
        """
        if not ids:
            raise SymbolicError("there are no tokens to decode")
        for index in ids:
            if not 0 <= index < len(self):
                raise SymbolicError(f"token ids must lie between 0 and {len(self) - 1}, got {index}")
        midi = self._tokenizer.decode(list(ids))
        midi.tempos.clear()  # MidiTok's default
        for track in midi.tracks:
            track.name = ""
        return read_midi(midi.dumps_midi(), fold=False)

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The names of tokens, such as ``Pitch_60``."""
        return [self._tokenizer[index] for index in ids]


def _tell_bars(midi: core.ScoreTick) -> None:
    """Reduces time signatures to those that have a token, and leaves out the others."""
    from symusic import core

    told = []
    for mark in midi.time_signatures:
        while mark.denominator > _FINEST_UNIT and mark.numerator % 2 == 0:
            mark.numerator, mark.denominator = mark.numerator // 2, mark.denominator // 2
        least, largest = _SIGNATURES.get(mark.denominator, (1, 0))
        if least <= mark.numerator <= largest:
            told.append(mark)
    midi.time_signatures = core.TimeSignatureTickList(told)


def _package() -> Any:
    try:
        return import_module("miditok")
    except ImportError as exc:
        raise MissingDependencyError("miditok", "train") from exc
