"""What the information fields say: ``K:``, ``M:``, ``L:``, ``Q:``, ``V:``, ``U:``, ``m:`` and text.

Each function takes the text after the colon, without comment, and returns a value or raises
ValueError with a message for a person. Section numbers refer to the ABC 2.1 standard.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache

from symbolic.key import Key, mode_named
from symbolic.meter import Meter, Tempo

CLEFS = ("treble", "bass", "alto", "tenor", "soprano", "mezzosoprano", "baritone", "perc", "none", "auto")
_CLEF = re.compile(rf"(?:{'|'.join(CLEFS)}|[GCFPgcf])\d?(?:[+^-](?:8|15)|_8|_15)?")
_PROPERTY = re.compile(r"""([A-Za-z_-]+)\s*=\s*("[^"]*"|\S+)|("[^"]*")|(\S+)""")
_TONIC = re.compile(r"([A-Ga-g])(#|b|)\s*")
_ACCIDENTAL = re.compile(r"(\^\^?|__?|=)([A-Ga-g])")
_ALTERS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}


@dataclass(frozen=True, slots=True)
class StaffWords:
    """The clef and transposition words that ``K:`` and ``V:`` share (4.6).

    Attributes:
        clef: clef name, or empty.
        octave: octaves by which written notes are moved when read.
        transposition: semitones from written to sounding pitch, without the clef's.
        properties: other (name, value) pairs, in order.
        rest: words that are none of these.
    """

    clef: str = ""
    octave: int = 0
    transposition: int = 0
    properties: tuple[tuple[str, str], ...] = ()
    rest: tuple[str, ...] = ()
    given: frozenset[str] = field(default_factory=frozenset)


def _small_int(text: str, name: str) -> int:
    try:
        value = int(text)
    except ValueError:
        raise ValueError(f"{name} must be a whole number, got {text!r}") from None
    if abs(value) > 96:
        raise ValueError(f"{name} must lie between -96 and 96, got {value}")
    return value


@lru_cache(maxsize=1024)
def parse_staff_words(text: str) -> StaffWords:
    """Reads clef, ``octave=``, ``transpose=`` and other ``name=value`` words."""
    clef, octave, transposition = "", 0, 0
    properties: list[tuple[str, str]] = []
    rest: list[str] = []
    given: set[str] = set()
    for name, value, quoted, word in _PROPERTY.findall(text):
        value = value.strip('"')
        match name.lower():
            case "clef":
                clef = value
                given.add("clef")
            case "octave":
                octave = _small_int(value, "octave")
                given.add("octave")
            case "transpose":
                transposition = _small_int(value, "transpose")
                given.add("transpose")
            case "":
                if word and _CLEF.fullmatch(word):
                    clef = word
                    given.add("clef")
                else:
                    rest.append(word or quoted)
            case other:
                properties.append((other, value))
    return StaffWords(clef, octave, transposition, tuple(properties), tuple(rest), frozenset(given))


def clef_octave(clef: str) -> int:
    """Semitones by which a clef such as ``treble-8`` moves what sounds (4.6)."""
    match = re.search(r"([+^_-])(8|15)$", clef)
    if match is None:
        return 0
    return (12 if match[2] == "8" else 24) * (1 if match[1] in "+^" else -1)


@lru_cache(maxsize=4096)
def parse_key(text: str) -> tuple[Key | None, StaffWords]:
    """Reads ``K:`` (3.1.14): the key, None where only staff words stand, and those words.

    Knows ``Ador``, ``A Dorian``, ``AMIX``, ``F#m``, ``D exp ^f =c``, ``Dphr ^f``, ``HP``, ``Hp``, ``none``.

    Raises:
        ValueError: not a key.
    """
    text = text.strip()
    if not text:
        return Key.none(), StaffWords()
    first = text.split()[0]
    if first in {"HP", "Hp"}:
        return Key("A", first), parse_staff_words(text[2:])
    if first.lower() == "none":
        return Key.none(), parse_staff_words(text[4:])
    is_staff_word = first.startswith(("clef", "cue")) or (len(first) > 1 and _CLEF.fullmatch(first))
    match = None if is_staff_word else _TONIC.match(text)
    if match is None:
        words, accidentals = _without_accidentals(parse_staff_words(text))
        if accidentals:
            return Key("C", "major", accidentals, explicit=True), words
        if words.rest or not (words.given or words.properties):
            raise ValueError(f"a key is written like K:D, K:F#m or K:A mix, got {text!r}")
        return None, words
    tonic = match[1].upper() + match[2]
    rest = text[match.end() :]
    mode = "major"
    word = re.match(r"[A-Za-z]+", rest)
    if word is not None and (named := mode_named(word[0])) is not None:
        mode, rest = named, rest[word.end() :]
    exp = re.match(r"\s*exp\b", rest)
    words, accidentals = _without_accidentals(parse_staff_words(rest[exp.end() :] if exp else rest))
    return Key(tonic, mode, accidentals, explicit=exp is not None), words


def _without_accidentals(words: StaffWords) -> tuple[StaffWords, tuple[tuple[str, int], ...]]:
    """Takes ``^f _b`` out of the words that are left over."""
    accidentals: list[tuple[str, int]] = []
    rest = []
    for word in words.rest:
        if _ACCIDENTAL.sub("", word):
            rest.append(word)
        else:
            accidentals += [(step.upper(), _ALTERS[sign]) for sign, step in _ACCIDENTAL.findall(word)]
    return replace(words, rest=tuple(rest)), tuple(accidentals)


@lru_cache(maxsize=1024)
def parse_meter(text: str) -> Meter:
    """Reads ``M:`` (3.1.6)."""
    return Meter.parse(text)


@lru_cache(maxsize=256)
def parse_unit(text: str) -> Fraction:
    """Reads ``L:`` (3.1.7); returns quarter notes."""
    match = re.fullmatch(r"\s*(\d{1,3})\s*(?:/\s*(\d{1,4}))?\s*", text)
    if match is None or not int(match[1]) or (match[2] and not int(match[2])):
        raise ValueError(f"a unit note length is written like 1/8, got {text!r}")
    return 4 * Fraction(int(match[1]), int(match[2] or 1))


def default_unit(meter: Meter) -> Fraction:
    """The unit length without ``L:``: a sixteenth when the metre is under 3/4, else an eighth (3.1.7)."""
    short = not meter.is_free and meter.bar_quarters < 3
    return Fraction(1, 4) if short else Fraction(1, 2)


_TEMPO_TEXT = re.compile(r'"([^"]*)"')
_TEMPO = re.compile(r"((?:\d+/\d+\s*)+)=\s*(\d+(?:\.\d+)?)|C?(\d*)\s*=\s*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)")


@lru_cache(maxsize=1024)
def parse_tempo(text: str, unit: Fraction) -> Tempo:
    """Reads ``Q:`` (3.1.8) with its older forms ``Q:120`` and ``Q:C3=40``, which count unit lengths.

    Raises:
        ValueError: not a tempo.
    """
    words = " ".join(part.strip() for part in _TEMPO_TEXT.findall(text) if part.strip())
    mark = _TEMPO_TEXT.sub(" ", text).strip()
    if not mark:
        return Tempo(text=decode_text(words))
    match = _TEMPO.match(mark)
    if match is None:
        raise ValueError(f"a tempo is written like 1/4=120, got {text!r}")
    beats, bpm, count, counted_bpm, bare_bpm = match.groups()
    if beats:
        beat = 4 * sum((_ratio(part) for part in beats.split()), Fraction(0))
    else:
        beat = unit * int(count or 1)
    return Tempo(Fraction(bpm or counted_bpm or bare_bpm), beat, decode_text(words))


def _ratio(text: str) -> Fraction:
    top, bottom = text.split("/")
    if not int(bottom):
        raise ValueError(f"a tempo's beat is written like 1/4, got {text!r}")
    return Fraction(int(top), int(bottom))


# Text strings (8.2)

_COMBINING = {"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "u": "\u0306",
              "v": "\u030c", "H": "\u030b", "c": "\u0327", "=": "\u0304", "r": "\u030a",
              ";": "\u0328"}  # fmt: skip
_MNEMONIC = re.compile(
    r"""\\(?:u([0-9a-fA-F]{4})|(AE|ae|OE|oe|AA|aa|ss|/[Oo]|DH|dh|TH|th)|([`'^~"uvHc=r;])([A-Za-z])|([\\%&"-]))"""
)
_LIGATURES = {"AE": "Æ", "ae": "æ", "OE": "Œ", "oe": "œ", "AA": "Å", "aa": "å", "ss": "ß", "/O": "Ø",
              "/o": "ø", "DH": "Ð", "dh": "ð", "TH": "Þ", "th": "þ"}  # fmt: skip


def _mnemonic(match: re.Match[str]) -> str:
    code, ligature, accent, letter, escaped = match.groups()
    if code:
        return chr(int(code, 16))
    if ligature:
        return _LIGATURES[ligature]
    if accent:
        composed = unicodedata.normalize("NFC", letter + _COMBINING[accent])
        return composed if len(composed) == 1 else match[0]
    return str(escaped)


def decode_text(text: str) -> str:
    r"""A text string with its accents: ``\'e``, ``\u00e9``, ``&eacute;``, ``\%``, ``\\``."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    return _MNEMONIC.sub(_mnemonic, text) if "\\" in text else text


def encode_text(text: str) -> str:
    """The reverse of `decode_text`, touching only what would otherwise be misread."""
    text = re.sub(r"[\r\n]+", " ", text).replace("\\", "\\\\").replace("%", "\\%")
    return re.sub(r"&(?=[#\w]+;)", "&amp;", text)


# Macros (3.1.10) and user symbols (4.16)


def parse_user_symbol(text: str) -> tuple[str, str]:
    """Reads ``U:``: the letter and the decoration it stands for (empty: none)."""
    letter, sign, meaning = text.partition("=")
    meaning = meaning.strip().strip("!+").strip()
    if not sign or len(letter.strip()) != 1:
        raise ValueError(f"a user symbol is written like U:T = !trill!, got {text!r}")
    return letter.strip(), "" if meaning in {"nil", "none"} else meaning


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro: `pattern` in the music becomes `result`; a transposing one has ``n`` for the note."""

    pattern: str
    result: str

    @classmethod
    def parse(cls, text: str) -> Macro:
        """Reads ``m:``, e.g. ``~g3 = g{a}g{f}g`` or ``~n2 = (3{o}n{m}n``."""
        pattern, sign, result = text.partition("=")
        if not sign or not pattern.strip():
            raise ValueError(f"a macro is written like m:~g2 = {{a}}g{{f}}g, got {text!r}")
        return cls(pattern.strip(), result.strip())

    def expand(self, line: str) -> str:
        """The line with the macro's uses replaced."""
        head, note, tail = self.pattern.partition("n")
        if not note:
            return line.replace(self.pattern, self.result)
        use = re.compile(re.escape(head) + r"([A-Ga-g])([,']*)" + re.escape(tail) + r"(?![\d/,'])")
        return use.sub(lambda match: self._moved(match[1], match[2]), line)

    def _moved(self, letter: str, marks: str) -> str:
        centre = "CDEFGABcdefgab".index(letter) + 7 * (marks.count("'") - marks.count(","))

        def name(match: re.Match[str]) -> str:
            if len(match[0]) > 1:  # a decoration's own name
                return match[0]
            octave, index = divmod(centre + ord(match[0]) - ord("n"), 7)
            letter = "CDEFGAB"[index]
            return letter.lower() + "'" * (octave - 1) if octave > 0 else letter + "," * -octave

        return re.sub(r"![^!]*!|[h-z]", name, self.result)
