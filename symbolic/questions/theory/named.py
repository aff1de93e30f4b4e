"""What a text of theory names: keys, chords, pitches, intervals, metres, note values, clefs, instruments.

`read(text)` finds them by their own spelling, whatever sentence they stand in; nothing is asked of the
sentence. Each kind is taken out of the text before the next one is looked for, the longest names first: the
"minor seventh" of "D minor seventh chord" is no interval. A capital A before a word of English is an article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from symbolic.harmony import ChordSymbol
from symbolic.pitch import Interval, Pitch, class_fifths
from symbolic.questions.interval import NUMBERS, QUALITIES, interval_named
from symbolic.questions.theory.clefs import CLEFS
from symbolic.questions.theory.lengths import BRITISH, NAMED, PLAIN
from symbolic.questions.theory.names import CHORDS, SCALES
from symbolic.questions.theory.transposition import INSTRUMENTS

FARTHEST_TONIC = 11
"""Fifths from C to the farthest tonics that are read: E# and Abb."""
Scale: TypeAlias = tuple[str, str]
"""Tonic, and a kind in `names.SCALES` or ``minor``."""


@dataclass(slots=True)
class Named:
    """The things that a text names, each kind in the order of the text.

    Attributes:
        words: all words in lower case, for what is told of a thing only where the text touches upon it.
        scales: keys, modes and scales.
        chords: symbols, and chords in words.
        numerals: Roman numerals such as ``V7/ii``.
        pitches: with octaves.
        notes: without; of a chain such as "F A C" each one.
        intervals: in words.
        metres: time signatures.
        values: how many notes of what length, a fraction of a whole note.
        figures: figured bass, such as ``6/5``.
        clefs: names in `clefs.CLEFS`.
        places: staff places as in `clefs.place_words`, 0 on the lowest line.
        degrees: numbers of degrees, 1 … 7.
        signatures: sharps, negative: flats.
        bars: how many bars.
        hertz: frequencies.
        groups: sums such as ``2+3+2``.
        instruments: names in `transposition.INSTRUMENTS`.
        numbers: what other whole numbers there are.
    """

    words: frozenset[str]
    scales: list[Scale] = field(default_factory=list)
    chords: list[ChordSymbol] = field(default_factory=list)
    numerals: list[str] = field(default_factory=list)
    pitches: list[Pitch] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)
    metres: list[str] = field(default_factory=list)
    values: list[tuple[int, Fraction]] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    clefs: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    degrees: list[int] = field(default_factory=list)
    signatures: list[int] = field(default_factory=list)
    bars: list[int] = field(default_factory=list)
    hertz: list[float] = field(default_factory=list)
    groups: list[tuple[int, ...]] = field(default_factory=list)
    instruments: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def says(self, *words: str) -> bool:
        """Whether the text has one of the words."""
        return not self.words.isdisjoint(words)


_ROOT = r"(?<![A-Za-z0-9#'^_=/])([A-G](?:##|#|bb|b|x)?)"
_END = r"(?![A-Za-z0-9#'])"
_SCALE_KINDS = {"ionian": "major", "aeolian": "minor", "whole tone": "whole-tone"} | {
    kind: kind for kind in (*SCALES, "minor")
}
_CHORD_KINDS = {"half-diminished": "half-diminished seventh"} | {kind: kind for kind in CHORDS}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_TONIC_WORDS = {
    "tonic": 1, "supertonic": 2, "mediant": 3, "subdominant": 4, "dominant": 5, "submediant": 6,
    "leading note": 7, "leading-note": 7, "leading tone": 7, "subtonic": 7,
}  # fmt: skip
_LENGTHS = (
    {name.removesuffix(" note"): length for name, length in NAMED.items()}
    | {
        f"{dots}{british}": PLAIN[name] * by
        for name, british in BRITISH.items()
        for dots, by in (("", 1), ("dotted ", Fraction(3, 2)), ("double-dotted ", Fraction(7, 4)))
    }
    | {"16th": Fraction(1, 16), "32nd": Fraction(1, 32), "8th": Fraction(1, 8)}
)


def _any(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_SAXOPHONES = (("soprano", "Bb"), ("alto", "Eb"), ("tenor", "Bb"), ("baritone", "Eb"))
_INSTRUMENT_NAMES = (
    {name.lower(): name for name in INSTRUMENTS}
    | {name.lower().partition(" (")[0]: name for name in INSTRUMENTS}
    | {
        f"{root.lower()} {plain}": name
        for name in INSTRUMENTS
        for plain, _, root in [name.partition(" (")[0].rpartition(" in ")]
        if plain and root != "A"
    }
    | {"french horn": "horn in F", "english horn": "cor anglais"}
    | {f"{size} sax": f"{size} saxophone in {root}" for size, root in _SAXOPHONES}
    | {f"{size} saxophone": f"{size} saxophone in {root}" for size, root in _SAXOPHONES}
)
_INSTRUMENT = re.compile(rf"\b({_any(_INSTRUMENT_NAMES)})(?!\w| in [A-G])", re.IGNORECASE)
_WORD = re.compile(r"[a-zà-ÿ'-]+")
_SIGN_WORD = re.compile(r"\b([A-G])[ -]((?:double[ -])?)(sharp|flat|natural)\b")
_SIGNS = str.maketrans({"♯": "#", "♭": "b", "–": "-", "♮": None, "−": "-"})
_HERTZ = re.compile(r"(\d+(?:\.\d+)?) ?(?:Hz|hertz)\b")
_METRE = re.compile(r"(?<![\w/:.=])(\d{1,2}(?:\+\d{1,2})*/(?:1|2|4|8|16|32))(?![\w/])")
_FIGURES = re.compile(r"(?<![\w/])(5/3|6/4/2|6/4|6/5|4/3|4/2)(?![\w/])")
_SINGLE_FIGURE = re.compile(r"\b(?:figures?|figured)(?: in a figured bass)? (6|7)\b")
_GROUPS = re.compile(r"(?<![\w/])(\d(?:\+\d)+)(?![\w/])")
_CHORD_WORDS = re.compile(
    rf"{_ROOT}[ -](?:({_any(kind for kind in _CHORD_KINDS if kind not in ('major', 'minor'))})"
    r"(?! (?:second|third|fourth|fifth|sixth|scale|pentatonic))|(major|minor)(?= (?:triad|chord)))\b",
)
_SCALE = re.compile(rf"(?<![A-Za-z0-9#'^_=/])([A-Gb-g](?:##|#|bb|b|x)?)[ -]((?i:{_any(_SCALE_KINDS)}))\b")
_PITCH = re.compile(rf"{_ROOT}(-?[0-9]){_END}")
_CHORD = re.compile(
    rf"{_ROOT}((?:maj|min|dim|aug|sus|add|m|M|ø|°|\+|7|6|9|11|13|b5|#5|b9|#9|2|4)*)(/[A-G](?:##|#|bb|b)?)?{_END}"
)
_NUMERAL = re.compile(
    r"(?<![A-Za-z0-9#'/-])(b?(?:VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(?:°|o|ø|\+)?7?"
    r"(?:/(?:VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i))?)(?![A-Za-z0-9#'])"
)
_INTERVAL = re.compile(
    r"(?<!parallel )(?<!hidden )(?<!direct )(?<!consecutive )(?:\b[Aa]n? )?"
    rf"\b((?:{'|'.join(QUALITIES.values())}) (?:{'|'.join(NUMBERS)})|octave|tritone|unison)s?(?! chord)\b"
)
_VALUE = re.compile(
    r"(?:\b[Aa]n? )?(?:(?<![\w/])(\d+)(?: single| separate)? )?"
    rf"\b({_any(_LENGTHS)})((?: |-)?(?:note|rest)s?|s)?\b"
)
_PART_OF = re.compile(r"(?:fractions?|parts?|\d) of a $")
_BARS = re.compile(r"\b(\d+) (?:\w+ )?bars?\b")
_MODE = re.compile(
    r"\b(?:dorian|phrygian|lydian|mixolydian|locrian|ionian|aeolian|whole-tone"
    r"|(?:major|minor) pentatonic|(?:natural|harmonic|melodic) minor)\b",
    re.IGNORECASE,
)
_CLEF_WORDS = re.compile(rf"\b({_any(CLEFS)})\b", re.IGNORECASE)
_LEDGER = re.compile(
    r"(space just (?P<side>above|below) )?the (?P<count>\d|\w+?)(?:st|nd|rd|th)? ledger line (above|below)"
)
_BESIDE = re.compile(r"space (?:just )?(above|below) the staff")
_LINE = re.compile(
    rf"\b(\d(?:st|nd|rd|th)|{_any(_ORDINALS)}|lowest|bottom|top|highest|middle) (line|space)\b"
)
_DEGREE = re.compile(
    rf"\b(?:(\d)(?:st|nd|rd|th)|({_any(_ORDINALS)})) (?:scale )?(?:degree|note|tone)|degree (\d)\b"
)
_TONIC_WORD = re.compile(rf"\b({_any(_TONIC_WORDS)})\b", re.IGNORECASE)
_SIGNATURE = re.compile(r"\b(\d|one|two|three|four|five|six|seven|no) (sharp|flat)s?\b")
_COUNTS = {word: n for n, word in enumerate("no one two three four five six seven".split())}
_NUMBER = re.compile(r"(?<![\w.#/])(\d{1,5})(?:st|nd|rd|th)?(?![\w.]*\w)")
_PITCH_WORDS = ("midi", "octave", "octaves", "semitones", "cents", "clef", "ledger", "harmonic", "frequency")
_ARTICLE = re.compile(r" [a-z]")
_FOLLOWS_ARTICLE = re.compile(rf" (?:{_any(_ORDINALS)}|octave|ninth|tenth|key|interval)\b")
_AFTER_NOTE = frozenset(
    "and or is in up down on has lead sound leads sounds above below to as with at".split()
)


def plain(text: str) -> str:
    """The text with # and b for the signs and words that mean them."""
    text = text.translate(_SIGNS)
    if "sharp" not in text and "flat" not in text:
        return text
    marks = {"sharp": "#", "flat": "b", "natural": ""}
    return _SIGN_WORD.sub(lambda found: found[1] + marks[found[3]] * (2 if found[2] else 1), text)


def read(text: str) -> Named:
    """The things that a text names."""
    lower = text.lower()
    named = Named(frozenset(_WORD.findall(lower)))
    text = _taken(
        _INSTRUMENT, text, lambda found: named.instruments.append(_INSTRUMENT_NAMES[found[1].lower()])
    )
    text = _taken(_HERTZ, text, lambda found: _hertz(float(found[1]), named))
    if named.says("figure", "figures", "figured"):
        text = _taken(_FIGURES, text, lambda found: named.figures.append(found[1]))
        text = _taken(_SINGLE_FIGURE, text, lambda found: named.figures.append(found[1]))
    text = _taken(_METRE, text, lambda found: named.metres.append(found[1]))
    text = _taken(_GROUPS, text, lambda found: named.groups.append(tuple(map(int, found[1].split("+")))))
    named.bars += [int(found[1]) for found in _BARS.finditer(text)]
    text = _pitched(text, named)
    if not named.scales and named.notes and (found := _MODE.search(text)) and _is_tonic(named.notes[0]):
        named.scales.append((named.notes[0], _SCALE_KINDS[found[0].lower()]))
    text = _counted(text, named)
    text = _taken(_NUMERAL, text, lambda found: _numeral(found[1], named))
    for found in _NUMBER.finditer(text):
        named.numbers.append(int(found[1]))
    return named


def _pitched(text: str, named: Named) -> str:
    """Takes scales, chords, pitches and notes out of a text."""

    def words(found: re.Match[str]) -> bool:
        if (
            found[1] == "A"
            and _is_head(text, found)
            and not text.startswith((" chord", " triad"), found.end())
        ):
            return False
        quality = CHORDS[_CHORD_KINDS[found[2] or found[3]]][0]
        named.chords.append(ChordSymbol(_class(found[1]), quality))
        return True

    def scale(found: re.Match[str]) -> bool:
        if found[1] == "A" and _is_head(text, found) and _FOLLOWS_ARTICLE.match(text, found.end()):
            return False
        tonic = _class(found[1])
        if not _is_tonic(tonic):
            return False
        named.scales.append((tonic, _SCALE_KINDS[found[2].lower()]))
        return True

    text = _taken(_CHORD_WORDS, text, words)
    text = _taken(_SCALE, text, scale)
    octaves = {found[2] for found in _PITCH.finditer(text)}
    if (
        octaves - {"6", "7", "9"}
        or named.instruments
        or named.says(*_PITCH_WORDS)
        or (named.says("pitch") and not named.says("classes"))
    ):
        text = _taken(_PITCH, text, lambda found: named.pitches.append(Pitch.parse(found[1] + found[2])))
    text = _taken(_INTERVAL, text, lambda found: _interval(found[1], named))
    return _taken(_CHORD, text, lambda found: _chord(found, text, named))


def _chord(found: re.Match[str], text: str, named: Named) -> bool:
    if not found[2] and not found[3]:
        if found[1] == "A" and _is_article(text, found):
            return False
        named.notes.append(_class(found[1]))
        return True
    chord = ChordSymbol.parse(found[0])
    if chord is not None:
        named.chords.append(chord)
    return chord is not None


def _counted(text: str, named: Named) -> str:
    """Takes what is counted out of a text: note values, clefs, places, degrees and signatures."""

    def value(found: re.Match[str]) -> bool:
        if found[2] == "whole" and _PART_OF.search(text, 0, found.start(2)):
            return False  # a fraction of a whole note
        plain_word = not (found[1] or found[3]) and (found[2] in PLAIN or found[2][0].isdigit())
        if plain_word and not named.values and "/" not in text:
            return False  # half a page
        named.values.append((int(found[1] or 1), Fraction(_LENGTHS[found[2]])))
        return True

    if named.says("clef", "clefs"):
        text = _taken(_CLEF_WORDS, text, lambda found: named.clefs.append(found[1].lower()))
    text = _taken(_LEDGER, text, lambda found: _ledger(found, named))
    text = _taken(_BESIDE, text, lambda found: named.places.append(9 if found[1] == "above" else -1))
    text = _taken(_LINE, text, lambda found: _line(found, named))
    text = _taken(_VALUE, text, value)
    text = _taken(_SIGNATURE, text, lambda found: _signature(found, named))
    text = _taken(
        _DEGREE, text, lambda found: named.degrees.append(_ordinal(found[1] or found[2] or found[3]))
    )
    return _taken(_TONIC_WORD, text, lambda found: named.degrees.append(_TONIC_WORDS[found[1].lower()]))


def _taken(pattern: re.Pattern[str], text: str, take: Callable[[re.Match[str]], object]) -> str:
    """The text without what a pattern finds and `take` does not refuse with False."""
    parts, end = [], 0
    for found in pattern.finditer(text):
        if take(found) is not False:
            parts += [text[end : found.start()], "·"]
            end = found.end()
    return text if not parts else "".join((*parts, text[end:]))


def _class(name: str) -> str:
    return name[0].upper() + name[1:].replace("x", "##")


def _is_article(text: str, found: re.Match[str]) -> bool:
    """Whether a capital A is the article: at the head of a sentence, before a word that follows no note."""
    if not _is_head(text, found):
        return False
    word = _WORD.match(text, found.end() + 1)
    return bool(_ARTICLE.match(text, found.end())) and word is not None and word[0] not in _AFTER_NOTE


def _is_tonic(name: str) -> bool:
    """Whether the scales on a note can be spelled with double signs at most."""
    return abs(class_fifths(name)) <= FARTHEST_TONIC


def _is_head(text: str, found: re.Match[str]) -> bool:
    """Whether something stands at the head of a sentence."""
    before = text[: found.start()].rstrip(" \"'")
    return not before or before[-1] in ".?!:;"


def _hertz(value: float, named: Named) -> bool:
    if value:
        named.hertz.append(value)
    return value > 0


def _interval(name: str, named: Named) -> bool:
    found = interval_named(name)
    if found is not None:
        named.intervals.append(found)
    return found is not None


def _numeral(name: str, named: Named) -> bool:
    if name == "I" and not named.scales and not named.numerals:
        return False  # the pronoun
    named.numerals.append(name.replace("o", "°"))
    return True


def _ordinal(word: str) -> int:
    return int(word[0]) if word[0].isdigit() else _ORDINALS.index(word) + 1


def _line(found: re.Match[str], named: Named) -> None:
    ends = {"lowest": 1, "bottom": 1, "middle": 3, "top": 5, "highest": 5}
    space = found[2] == "space"
    number = (
        ends[found[1]] - (space and found[1] in ("top", "highest"))
        if found[1] in ends
        else _ordinal(found[1])
    )
    named.places.append(2 * number - 1 if space else 2 * number - 2)


def _ledger(found: re.Match[str], named: Named) -> None:
    count = found["count"]
    number = int(count) if count.isdigit() else _ORDINALS.index(count) + 1 if count in _ORDINALS else 1
    steps = 2 * number + bool(found["side"])
    named.places.append(8 + steps if found[4] == "above" else -steps)


def _signature(found: re.Match[str], named: Named) -> None:
    count = int(found[1]) if found[1].isdigit() else _COUNTS[found[1]]
    named.signatures.append(count if found[2] == "sharp" else -count)
