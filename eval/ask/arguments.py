"""What a question in English points at: bars, notes, beats, keys, intervals.

Bars and notes are counted from 1; counted from the end they are negative (the last bar is -1). Numbers are
digits, ordinals ("3rd", "third") or words ("three"). "m. 5" and "measures 5-8" are bars as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from symbolic.key import Key, mode_named
from symbolic.pitch import Interval
from symbolic.questions.interval import interval_named

LAST = -1
_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_NUMBER_OF = (
    {word: number for number, word in enumerate(_WORDS, 1)}
    | {word: number for number, word in enumerate(_ORDINALS, 1)}
    | {"opening": 1, "last": LAST, "final": LAST, "closing": LAST}
)

CARDINAL = rf"(?:\d{{1,4}}(?![\d/])|(?:{'|'.join(reversed(_WORDS))})\b)"
ORDINAL = rf"(?:\d{{1,4}}(?:st|nd|rd|th)\b|(?:{'|'.join(reversed(_ORDINALS))}|opening|last|final|closing)\b)"
_TO = r"\s*(?:-|–|to|through|until|and|&|,)\s*(?:the\s+)?"
_BAR = r"(?:bars?|measures?|mm?\.)"

BARS = re.compile(
    rf"\b{_BAR}\s*(?:numbers?\s+|no\.?\s*|#\s*)?(?P<first>{CARDINAL})(?:{_TO}(?:{_BAR}\s*)?(?P<last>{CARDINAL}))?"
    rf"|\b(?P<side>first|opening|last|final)\s+(?P<count>{CARDINAL})\s+{_BAR}\b"
    rf"|\b(?P<nth>{ORDINAL})(?:{_TO}(?P<mth>{ORDINAL}))?\s+(?:(?:full|whole|complete)\s+)?{_BAR}(?!\w)"
)
"""Bars, in lower case."""
NOTES = re.compile(
    rf"\bnotes?\s+(?:numbers?\s+)?(?P<first>{CARDINAL})(?:{_TO}(?:note\s+)?(?P<last>{CARDINAL}))?"
    rf"|\b(?:first|opening)\s+(?P<count>{CARDINAL})\s+notes\b"
    rf"|\b(?P<nth>{ORDINAL})(?:\s+note)?(?:{_TO}(?P<mth>{ORDINAL}))?\s+notes?\b"
)
"""Notes, in lower case."""
_COUNT_OF_NOTES = re.compile(rf"\b(?P<count>{CARDINAL})[ -]notes?\b")
_BEAT = re.compile(rf"\bbeats?\s+(?P<number>{CARDINAL})|\b(?P<nth>{ORDINAL})\s+beat\b|\b(?P<down>downbeat)\b")

_SIGN = r"(?:\s?(?:##?|bb?(?![a-z])|♯|♭|x(?![a-z]))|[ -](?:double[ -])?(?:sharp|flat|natural)\b)?"
NOTE_NAME = rf"(?<![A-Za-z#])(?P<step>[A-Ga-g])(?P<sign>{_SIGN})(?![A-Za-z#])"
"""A note's name in the case in which it was typed."""
_MODES = r"(?i:major|minor|maj|min|ionian|aeolian|dorian|phrygian|lydian|mixolydian|locrian)"
_NOT_A_KEY = r"(?!\s+(?i:third|second|sixth|seventh|\d|key|mode|tonality|or\b|piece|tune|scale\?))"
"""What follows where "a major" is an article and an adjective."""
KEY_NAME = re.compile(rf"{NOTE_NAME}[ -]*(?P<mode>{_MODES})\b{_NOT_A_KEY}")
_KEY_SHORT = re.compile(r"(?<![A-Za-z#])(?P<step>[A-G])(?P<sign>#|b|♯|♭)?(?P<minor>m)(?![A-Za-z#])")
_KEY_TONIC = re.compile(rf"\b(?:to|into|in|key of)\s+(?:the\s+key\s+of\s+)?(?=[A-G]){NOTE_NAME}")

_SEMITONES = re.compile(rf"\b(?P<number>{CARDINAL}|an?)\s*(?P<size>semitones?|half[ -]?(?:steps?|tones?))\b")
_TONES = re.compile(rf"\b(?P<number>{CARDINAL}|an?)\s*(?:whole[ -]?)?(?:tones?|steps?)\b")
_NAMED = re.compile(
    r"\b(?:(?P<quality>perfect|major|minor|augmented|diminished|maj|min|aug|dim|perf)\.?[ -])?"
    rf"(?P<number>(?:{'|'.join(_ORDINALS[1:])}|\d{{1,2}}(?:st|nd|rd|th)|octave|unison|tritone))\b"
)
_DOWN = re.compile(r"\b(?:down|lower|below|beneath|under|descending)\b")
_PERFECT = (1, 4, 5, 8, 11, 12, 15)


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a question points at.

    Attributes:
        bars: first and last.
        notes: which notes of a bar, or of the piece.
        size: of a motif, in notes.
        beat: of a bar.
        extreme: ``highest`` or ``lowest``.
        key: the key that is named.
        interval: how far to transpose; downwards it is negative.
        counts: a number of times is asked for, not a place.
    """

    bars: tuple[int, int] | None = None
    notes: tuple[int, ...] = ()
    size: int | None = None
    beat: int | None = None
    extreme: str = "highest"
    key: Key | None = None
    interval: Interval | None = None
    counts: bool = False


def arguments(text: str) -> Arguments:
    """Everything that the words of a question point at, as far as it is there."""
    low = text.lower()
    bars = _bars(low)
    rest = BARS.sub(" ", low)
    size, notes = _notes(rest)
    beat = _BEAT.search(low)
    return Arguments(
        bars,
        notes,
        size,
        _beat(beat) if beat else None,
        "lowest" if re.search(r"\b(?:lowest|bottom|deepest)\b", low) else "highest",
        key_in(text),
        interval_in(NOTES.sub(" ", rest)),
        bool(re.search(r"\bhow (?:often|many)\b|\bcount\b|\bnumber of\b", low)),
    )


def number(word: str) -> int:
    """The number that digits, an ordinal or a word mean."""
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else _NUMBER_OF[word]


def _bars(low: str) -> tuple[int, int] | None:
    match = BARS.search(low)
    if match is None:
        return None
    if match["count"]:
        count = number(match["count"])
        return (-count, LAST) if number(match["side"]) == LAST else (1, count)
    first = number(match["first"] or match["nth"])
    last = match["last"] or match["mth"]
    return first, number(last) if last else first


def _notes(low: str) -> tuple[int | None, tuple[int, ...]]:
    """How many notes a motif has, and which notes are meant."""
    match = NOTES.search(low)
    if match is None:
        size = _COUNT_OF_NOTES.search(low)
        return (number(size["count"]) if size else None), ()
    if match["count"]:
        count = number(match["count"])
        return count, tuple(range(1, count + 1))
    first, last = match["first"] or match["nth"], match["last"] or match["mth"]
    if last is None:  # "the first note and the last note", "from note 2 to the 5th"
        again = NOTES.search(low, match.end())
        last = (again["first"] or again["nth"]) if again else None
    return None, (number(first),) if last is None else (number(first), number(last))


def _beat(match: re.Match[str]) -> int:
    return 1 if match["down"] else number(match["number"] or match["nth"])


def note_name(match: re.Match[str]) -> str:
    """The spelled class of a match of `NOTE_NAME`: "e flat" → Eb."""
    sign = match["sign"].strip(" -").lower()
    words = {"sharp": "#", "flat": "b", "natural": "", "♯": "#", "♭": "b", "x": "##"}
    double = sign.startswith("double")
    plain = words.get(sign.removeprefix("double").strip(" -"), sign)
    return match["step"].upper() + plain * (2 if double else 1)


def key_in(text: str) -> Key | None:
    """The first key that a text names with its mode, or as the aim of "to D", "in the key of F#"."""
    match = KEY_NAME.search(text)
    if match:
        return Key(note_name(match), mode_named(match["mode"]) or "major")
    match = _KEY_SHORT.search(text)
    if match:
        sign = {"♯": "#", "♭": "b"}.get(match["sign"] or "", match["sign"] or "")
        return Key(match["step"] + sign, "minor")
    match = _KEY_TONIC.search(text)
    return Key(note_name(match)) if match else None


def interval_in(low: str) -> Interval | None:
    """The interval that a text in lower case names; downwards it is negative.

    A second, third, sixth or seventh without its quality is major, a fourth or fifth perfect.
    """
    size = _interval_size(low)
    if size is None:
        return None
    return -size if _DOWN.search(low) else size


def _interval_size(low: str) -> Interval | None:
    match = _NAMED.search(low)
    if match:
        return _named_interval(match["quality"], match["number"])
    match = _SEMITONES.search(low)
    if match:
        return _of_semitones(1 if match["number"] in ("a", "an") else number(match["number"]))
    match = _TONES.search(low)
    if match:
        return _of_semitones(2 * (1 if match["number"] in ("a", "an") else number(match["number"])))
    return None


def _named_interval(quality: str | None, word: str) -> Interval | None:
    if word in ("octave", "unison", "tritone"):
        return interval_named(word)
    degree = number(word)
    return interval_named(f"{quality or ('perfect' if degree in _PERFECT else 'major')} {degree}")


_SIMPLE = ("P1", "m2", "M2", "m3", "M3", "P4", "A4", "P5", "m6", "M6", "m7", "M7")


def _of_semitones(semitones: int) -> Interval:
    octaves, rest = divmod(semitones, 12)
    simple = Interval.parse(_SIMPLE[rest])
    return Interval(simple.steps + 7 * octaves, semitones)
