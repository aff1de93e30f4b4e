"""What a reference book says of the keys, scales and signatures that a text names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from symbolic.key import MODE_FIFTHS, Key
from symbolic.questions.reading import ordinal
from symbolic.questions.theory.enharmonics import ALL_NAMES
from symbolic.questions.theory.modes import CHARACTERS
from symbolic.questions.theory.named import Named, Scale
from symbolic.questions.theory.names import (
    DEGREES,
    above,
    pitch_class,
    scale,
    signature_notes,
    signature_words,
)


def key_of(named: Scale) -> Key:
    """The key whose signature a scale goes with."""
    tonic, kind = named
    mode = kind if kind in MODE_FIFTHS else "minor" if "minor" in kind else "major"
    return Key(tonic, mode)


@lru_cache(maxsize=2048)
def notes_of(named: Scale) -> tuple[str, ...]:
    """The notes of a scale; none where they cannot be spelled."""
    try:
        return scale(named[0], "natural minor" if named[1] == "minor" else named[1])
    except ValueError:
        return ()


def keys(named: Named) -> Iterator[str]:
    """What is told of each key or scale."""
    for found in dict.fromkeys(named.scales[:3]):
        yield ", ".join(_scale(found, named))
    if len(named.scales) > 1:
        one, other = (key_of(found).fifths for found in named.scales[:2])
        if one != other and named.says("signatures", "circle", "differ", "apart"):
            yield f"signatures {abs(one - other)} apart"


def _scale(found: Scale, named: Named) -> Iterator[str]:
    """Signature and notes, and what the text touches upon."""
    key, notes = key_of(found), notes_of(found)
    plain = len(notes) != 7
    yield f"{' '.join(found)}: {' '.join(notes) if plain else signature_words(key.fifths)}"
    if plain:
        return
    yield " ".join(notes)
    yield from _places(found, notes, named)
    if notes and (named.says("semitone", "semitones", "pattern") or {"half", "steps"} <= named.words):
        yield from _steps(notes)
    if named.says("signature", "accidentals", "flattened", "sharpened", "sharp", "flat") and key.fifths:
        yield f"order {' '.join(signature_notes(max(-7, min(7, key.fifths))))}"
    if found[1] in CHARACTERS:
        yield from _character(key)
    elif "relative" in named.words or not (
        named.chords or named.numerals or named.degrees or named.intervals
    ):
        yield f"relative {_relative(key).name}"
    if "parallel" in named.words:
        other = Key(key.tonic, "major" if key.mode == "minor" else "minor")
        yield f"parallel {other.name} {signature_words(other.fifths)}"
    yield from _neighbours(key, named)


def _places(found: Scale, notes: tuple[str, ...], named: Named) -> Iterator[str]:
    """The degrees that the text names, and those of its notes."""
    if len(notes) != 7:
        return
    degrees = (*DEGREES[:6], "leading note" if notes[6] == above(found[0], "M7") else "subtonic")
    for place in dict.fromkeys(named.degrees[:2] if not named.says("secondary") else ()):
        yield f"degree {place} {degrees[place - 1]} {notes[place - 1]}"
    if named.says("leading", "doubled") and (degrees[6] == "subtonic" or 7 not in named.degrees):
        yield f"leading note {above(found[0], 'M7')}"
    if not named.chords and len(named.notes) <= 2:
        mode = key_of(found).mode
        for note in dict.fromkeys(named.notes):
            if note not in notes or note == found[0]:
                continue
            place = notes.index(note)
            yield f"{note} {place + 1} {degrees[place]}"
            if named.says("mode", "modes", "played"):
                rotated = next(
                    other for other in MODE_FIFTHS if Key(note, other).fifths == Key(found[0], mode).fifths
                )
                yield f"from {note}: {note} {rotated}"


def _steps(notes: tuple[str, ...]) -> Iterator[str]:
    pairs = list(zip(notes, (*notes[1:], notes[0]), strict=True))
    sizes = [(pitch_class(high) - pitch_class(low)) % 12 for low, high in pairs]
    yield " ".join({1: "H", 2: "W"}.get(size, f"{size}H") for size in sizes)
    halves = [f"{low}-{high}" for (low, high), size in zip(pairs, sizes, strict=True) if size == 1]
    yield f"half steps {' and '.join(halves)}"


def _character(key: Key) -> Iterator[str]:
    """The parent scale of a mode, and what sets it apart."""
    yield f"parent {Key.from_fifths(key.fifths).name}"
    model, degree, by = CHARACTERS[key.mode]
    note = notes_of((key.tonic, key.mode))[degree - 1]
    yield f"{model} with {'raised' if by > 0 else 'lowered'} {ordinal(degree)} degree {note}"


def _relative(key: Key) -> Key:
    return Key.from_fifths(key.fifths, "major" if key.mode == "minor" else "minor")


def _neighbours(key: Key, named: Named) -> Iterator[str]:
    """Keys on the circle of fifths, as far as the text touches upon them."""

    def moved(by: int) -> Key:
        return Key.from_fifths(key.fifths + by, key.mode)

    if named.says("related", "closely"):
        near = [found for by in (1, -1) for found in (moved(by), _relative(moved(by)))]
        yield f"closely related {', '.join(found.name for found in (_relative(key), *near))}"
    if named.says("fugue", "exposition", "recapitulation", "theme", "sonata"):
        yield f"dominant {moved(1).name}"
        yield f"subdominant {moved(-1).name}"
    if named.says("circle", "clockwise", "anticlockwise", "counterclockwise") and named.numbers:
        by = named.numbers[0]
        yield from (
            f"{by} {way} {_plain(key.fifths + sign * by, key.mode).name}"
            for way, sign in (("clockwise", 1), ("anticlockwise", -1))
        )
    if named.says("enharmonic", "enharmonically", "sounds", "sounding", "equal"):
        other = Key.from_fifths(key.fifths + (12 if key.fifths < 0 else -12), key.mode)
        if abs(other.fifths) <= 7:
            yield f"sounds as {other.name} {signature_words(other.fifths)}"


def _plain(fifths: int, mode: str) -> Key:
    """The key with a signature of at most six signs that sounds like another one."""
    while abs(fifths) > 7:
        fifths -= 12 if fifths > 0 else -12
    return Key.from_fifths(fifths, mode)


def signatures(named: Named) -> Iterator[str]:
    """The keys of a signature, and the mode on each note that is named."""
    if named.scales:
        return
    for fifths in dict.fromkeys(named.signatures[:2]):
        told = [signature_words(fifths)]
        told += [" ".join(signature_notes(fifths))] * bool(fifths)
        told += [Key.from_fifths(fifths, mode).name for mode in ("major", "minor")]
        for note in dict.fromkeys(named.notes):
            told += [
                f"on {key.name}"
                for mode in MODE_FIFTHS
                if (key := Key.from_fifths(fifths, mode)).tonic == note
            ]
        yield ": ".join((told[0], ", ".join(told[1:])))


@lru_cache(maxsize=64)
def equals(name: str) -> tuple[str, ...]:
    """The other spellings of a note."""
    return tuple(other for other in ALL_NAMES if other != name and pitch_class(other) == pitch_class(name))


def spellings(named: Named) -> Iterator[str]:
    """Other spellings of the notes that are named."""
    if named.scales or named.chords or named.intervals or named.pitches or len(named.notes) > 8:
        return
    if named.says(
        "enharmonic", "enharmonically", "sounds", "same", "respell", "keyboard", "natural", "spelled"
    ):
        for note in dict.fromkeys(named.notes):
            yield f"{note} = {' '.join(equals(note))}"
