"""What the fields and notes of an ABC text mean that stands in a question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from symbolic.abc import parse
from symbolic.key import Key
from symbolic.pitch import Pitch
from symbolic.questions.theory.names import signature_words
from symbolic.questions.theory.notation import FIELDS, SIGNS, note_text
from symbolic.questions.theory.notation_lengths import length_text
from symbolic.score import Note, Rest
from symbolic.transform import unfold

_FIELD = re.compile(r"\b([A-Za-z]):(?=[ ,.?]|$)")
_UNIT = re.compile(r"L:\s?(\d+/[1-9]\d*)|length (1/[1-9]\d*)")
_HEADER_METRE = re.compile(r"M:\s?([1-9]\d*/[1-9]\d*)")
_HEADER_KEY = re.compile(r"K:\s?([A-G][#b]?)\s?(maj|min|mix|m|dor|phr|lyd|loc|)")
_NOTE_TEXT = r"(?:\^\^?|__?|=)?[A-Ga-gzx][,']*\d*(?:/+\d*)?"
_MUSIC = re.compile(rf"(?<![\w:])(?:\([2-9])?(?:{_NOTE_TEXT}[<>]*|[|:\]])+(?![\w:'])")
_PITCH = re.compile(r"\b[A-G](?:##?|bb?)?\d\b(?! ?=)(?<!C4)")
_OF_WHOLE = re.compile(r"(?<![\w/:])\d+(?:/[1-9]\d*)?(?= of a whole)|(?<=length of )\d+(?:/[1-9]\d*)?")
_ASIDE = re.compile(
    r"\(?middle C ?=? ?(?:C4)?\)?|C4 = 60|\bABC\b|\b[A-Z]:\S*|\ba(?= )|(?<![\^_=])\bA(?= [a-z])"
)
_IS_ABC = re.compile(r"(?<!orm )\bABC\b|\b[KLM]:|\|:[A-Ga-gz^_=]")


def is_abc(text: str) -> bool:
    """Whether a text speaks of ABC notation."""
    return bool(_IS_ABC.search(text))


def abc(text: str) -> Iterator[str]:
    """What the fields and the notes of an ABC text mean."""
    unit = _UNIT.search(text)
    length = Fraction(unit[1] or unit[2]) if unit else None
    metre, header = _HEADER_METRE.search(text), _HEADER_KEY.search(text)
    key = Key.parse(f"{header[1]} {header[2] or 'major'}") if header else Key()
    if header and header[0] != "K:C":
        yield f"K:{header[1]}{header[2]} {signature_words(key.fifths)}"
    if metre:
        default = Fraction(1, 16) if Fraction(metre[1]) < Fraction(3, 4) else Fraction(1, 8)
        bar = f"bar {Fraction(metre[1]) / length} units" if length else f"default L:{default}"
        yield f"M:{metre[1]} {bar}"
    for found in _FIELD.finditer(text):
        if f"{found[1]}:" in FIELDS and not unit:
            yield f"{found[1]}: {FIELDS[f'{found[1]}:']}"
    for sign, meaning in SIGNS.items():
        if f" {sign} " in text or f'"{sign}"' in text or meaning in text:
            yield f"{sign} {meaning}"
    music = _ASIDE.sub("·", _HEADER_KEY.sub("·", text))
    for pitch in _PITCH.findall(text) if unit is None else ():
        yield f"{pitch} = {note_text(Pitch.parse(pitch))}"
    for fraction in _OF_WHOLE.findall(text) if length else ():
        units = Fraction(fraction) / (length or 1)
        yield f"{fraction} = {units} units, written {length_text(units) or 'alone'}"
    passages = [found[0] for found in _MUSIC.finditer(music) if _is_music(found[0])]
    for passage in passages[:4]:
        told = ", ".join(_passage(passage, key, length, length is not None, several=bool(metre)))
        if told:
            yield told


def _is_music(text: str) -> bool:
    return bool(re.search(r"[A-Ga-gzx]", text))


def _passage(text: str, key: Key, unit: Fraction | None, lengths: bool, several: bool) -> Iterator[str]:
    score = parse(f"X:1\nL:1/4\nK:{key}\n{text}\n")
    notes = [event for event in score.events() if isinstance(event, Note | Rest)]
    if "|:" in text or ":|" in text or text.count("|") > 2:
        yield f"{len(unfold(score).voices[0].measures)} bars played"
        return
    if lengths and unit:
        told = " ".join(str(note.duration * unit) for note in notes) if len(notes) < 5 else ""
        total = sum((note.duration for note in notes), Fraction(0))
        yield f"{text.strip('|')} {told}".strip() + (
            f" total {total * unit} ({total} units)" if len(notes) > 1 else ""
        )
    if not lengths or ("|" in text and len(notes) < 5 and not several):
        sounding = (str(note.pitch) for note in notes if isinstance(note, Note))
        yield f"{text.strip('|')}: {' '.join(sounding)}"
