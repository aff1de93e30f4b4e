"""Forms of answers: how a note, an interval, a key, a number … is asked for, found in prose and respelled.

Spelling counts in theory: G# does not answer for Ab. Signs may be written in any way (``G♯``, ``G sharp``).
A question whose options must be seen ("Which of these …") has the form ``choice`` and no open answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symbolic.harmony import ChordSymbol
from symbolic.questions import interval as interval_question
from symbolic.questions import key as key_question
from symbolic.questions.answers import Parse, name_spellings, number_spellings, one_of, whole_number
from symbolic.questions.prose import Candidate, choose, tidy
from symbolic.questions.theory.names import DEGREES, SCALES, signature_words


@dataclass(frozen=True, slots=True)
class Form:
    """A form of answers.

    Attributes:
        name: what `Question.details` calls it.
        sentence: how the open question asks for it; empty where options must be seen.
        parse: the answer that a text gives, in the form of a truth, or None.
        answers: the closed set, where there is one.
        spell: ways to write an answer.
    """

    name: str
    sentence: str
    parse: Parse
    answers: tuple[str, ...] = ()
    spell: Callable[[str], Sequence[str]] = name_spellings


_SIGN = r"(?:##?|bb?|x)?"
_LETTER = r"(?<![A-Za-z0-9#'])[A-G]"
_END = r"(?![A-Za-z0-9#'])"
_WORD_SIGN = re.compile(
    r"(?<![A-Za-z])([A-Ga-g])[ -](?:(double)[ -])?(sharp|flat|natural)(?![a-z])", re.IGNORECASE
)
_NOTE = re.compile(_LETTER + _SIGN + _END)
_PITCH = re.compile(_LETTER + _SIGN + r"-?\d" + _END)
_NOTES = re.compile(rf"{_LETTER}{_SIGN}(?:(?:\s*,\s*|\s*-\s*|\s+)(?:and\s+)?[A-G]{_SIGN}{_END})+")
_CHORD = re.compile(_LETTER + r"[^\s,.;:!?\"')]*(?:\([^\s)]*\))?")
_NUMERAL = re.compile(
    r"(?<![A-Za-z0-9/])(?:b|#)?(?:VII|VI|V|IV|III|II|I|vii|vi|v|iv|iii|ii|i)"
    r"(?:°|ø|o|\+)?7?(?:/(?:VII|VI|V|IV|III|II|vii|vi|v|iv|iii|ii))?(?![A-Za-z0-9/'])"
)
_FRACTION = re.compile(r"(?<![\d/.])(\d{1,4})(?:\s*/\s*(\d{1,4}))?(?![\d/])")
_ARTICLE = re.compile(r"\s+[a-z]")
_QUALITY_WORDS = (
    ("half-diminished seventh", "m7b5"), ("half diminished seventh", "m7b5"), ("diminished seventh", "dim7"),
    ("minor-major seventh", "mM7"), ("dominant seventh", "7"), ("major seventh", "maj7"),
    ("minor seventh", "m7"), ("diminished", "dim"), ("augmented", "aug"), ("major", ""), ("minor", "m"),
)  # fmt: skip
_QUALITY = re.compile(rf"\s+(?:{'|'.join(words for words, _ in _QUALITY_WORDS)})\b", re.IGNORECASE)


def _signed(text: str) -> str:
    """The tidied text with signs for the words sharp and flat."""

    def sign(match: re.Match[str]) -> str:
        mark = {"sharp": "#", "flat": "b", "natural": ""}[match[3].lower()]
        return match[1].upper() + mark * (2 if match[2] else 1)

    return _WORD_SIGN.sub(sign, tidy(text))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finder(pattern: re.Pattern[str], canonical: Callable[[str], str | None]) -> Parse:
    """A parser that takes the last line where it is an answer alone, else the answer that the prose means."""

    def parse(text: str) -> str | None:
        signed = _signed(text)
        last = signed.rpartition("\n")[2].strip().removeprefix("Answer:").strip(" .!\"'()")
        whole = _capitalised(last)
        if pattern.fullmatch(whole) and (found := canonical(whole)):
            return found
        return choose(signed, _found(pattern, canonical, signed))

    return parse


def _found(
    pattern: re.Pattern[str], canonical: Callable[[str], str | None], text: str
) -> Iterator[Candidate[str]]:
    for match in pattern.finditer(text):
        if match[0] in ("A", "I") and _ARTICLE.match(text, match.end()):
            continue  # a word of English
        value = canonical(match[0])
        if value:
            yield Candidate(value, match.start())


def _canonical_note(text: str) -> str:
    return text.replace("x", "##")


def _canonical_notes(text: str) -> str:
    return " ".join(_canonical_note(name) for name in re.findall(rf"[A-G]{_SIGN}", text))


def _canonical_chord(text: str) -> str | None:
    found = ChordSymbol.parse(text)
    return None if found is None else str(found)


def _chord(text: str) -> str | None:
    """The chord symbol that a text gives; "D minor seventh" is Dm7."""
    signed = _signed(text)
    for words, suffix in _QUALITY_WORDS:
        signed = re.sub(
            rf"({_LETTER}(?:##?|bb?)?)\s+{words}(?:\s+(?:chord|triad))?\b", rf"\g<1>{suffix}", signed
        )
    return _finder(_CHORD, _canonical_chord)(signed)


def _canonical_numeral(text: str) -> str:
    return text.replace("o", "°")


def _numeral(text: str) -> str | None:
    """The Roman numeral that a text gives; its letter case counts."""
    tidied = tidy(text)
    last = tidied.rpartition("\n")[2].strip().removeprefix("Answer:").strip(" .!\"'()")
    if _NUMERAL.fullmatch(last):
        return _canonical_numeral(last)
    return choose(tidied, _found(_NUMERAL, _canonical_numeral, tidied))


def _fraction(text: str) -> str | None:
    """The fraction that a text gives, in lowest terms; a whole number where it stands as the answer."""
    tidied = tidy(text)
    last = tidied.rpartition("\n")[2].removeprefix("Answer:").strip(" .!")
    if re.fullmatch(r"[0-9]{1,4}", last):
        return str(int(last))
    return choose(
        tidied,
        (
            Candidate(_quotient(match), match.start(), full=bool(match[2]))
            for match in _FRACTION.finditer(tidied)
            if int(match[2] or 1)
        ),
    )


def _quotient(match: re.Match[str]) -> str:
    return fraction_text(Fraction(int(match[1]), int(match[2] or 1)))


def fraction_text(value: Fraction) -> str:
    """``3/8``, ``2``."""
    return str(value)


def _sign_spellings(truth: str) -> tuple[str, ...]:
    """A name with other signs, and in a sentence."""
    words = re.sub(r"\b([A-G])#(?!#)", r"\1-sharp", truth)
    words = re.sub(r"\b([A-G])b(?!b)", r"\1-flat", words)
    return (truth, truth.replace("#", "♯"), f"The answer is {truth}.", f"Answer: **{truth}**", words)


def _plain_spellings(truth: str) -> tuple[str, ...]:
    return (truth, f"The answer is {truth}.", f"Answer: **{truth}**")


def _words(name: str, sentence: str, names: Mapping[str, Sequence[str]]) -> Form:
    """The form of a closed set of words, each with its aliases."""
    return Form(name, sentence, one_of(tuple(names), names), tuple(names))


NOTE_NAMES = tuple(step + sign for sign in ("", "#", "b", "##", "bb") for step in "CDEFGAB")
SIGNATURES = {signature_words(n): () for n in range(-7, 8) if n} | {signature_words(0): ("no accidentals",)}

NOTE = Form("note", 'Answer with a note name such as "F#" or "Bb".', _finder(_NOTE, _canonical_note),
NOTE_NAMES,
            _sign_spellings)  # fmt: skip
PITCH = Form("pitch", 'Answer with note name and octave, such as "F#4" (middle C is C4).',
             _finder(_PITCH, _canonical_note), spell=_sign_spellings)  # fmt: skip
NOTES = Form("notes", 'Answer with the note names in order, such as "D F# A".',
             _finder(_NOTES, _canonical_notes), spell=_sign_spellings)  # fmt: skip
INTERVAL = Form("interval", 'Answer with quality and number, such as "minor third" or "octave".',
                interval_question.parse, interval_question.ANSWERS, interval_question.spellings)  # fmt: skip
KEY = Form("key", 'Answer with tonic and mode, such as "D minor" or "F# major".', key_question.parse,
           spell=_sign_spellings)  # fmt: skip
CHORD = Form("chord", 'Answer with a chord symbol such as "F#m7" or "Bbdim".', _chord, spell=_plain_spellings)
NUMERAL = Form("numeral", 'Answer with a Roman numeral such as "IV", "ii" or "vii°".', _numeral,
               spell=_plain_spellings)  # fmt: skip
NUMBER = Form("number", "Answer with a whole number.", whole_number, spell=number_spellings)
FRACTION = Form("fraction", 'Answer with a fraction of a whole note, such as "3/8".', _fraction,
                spell=_plain_spellings)  # fmt: skip
CHOICE = Form("choice", "", lambda text: tidy(text) or None, spell=_plain_spellings)

SIGNATURE = _words("signature", 'Answer like "3 flats", "1 sharp" or "no sharps or flats".', SIGNATURES)
DEGREE = _words("degree", "Answer with the name of the degree, such as mediant.",
                dict.fromkeys(DEGREES, ()) | {"leading note": ("leading tone", "leading-note"),
                "subtonic": ()})  # fmt: skip
SCALE = _words("scale", f"Answer with one of: {', '.join(SCALES)}.",
               dict.fromkeys(SCALES, ()) | {"whole-tone": ("whole tone",),
               "natural minor": ("aeolian",)})  # fmt: skip
TRIAD = _words("triad", "Answer major, minor, diminished or augmented.",
               dict.fromkeys(("major", "minor", "diminished", "augmented"), ()))  # fmt: skip
SEVENTH = _words(
    "seventh", "Answer with the kind of seventh chord, such as dominant seventh.",
    dict.fromkeys(("dominant seventh", "major seventh", "minor seventh", "half-diminished seventh",
                   "diminished seventh", "minor-major seventh"), ())
    | {"half-diminished seventh": ("half diminished seventh", "half-diminished", "minor seventh flat five"),
       "minor-major seventh": ("minor major seventh",)},
)  # fmt: skip
POSITION = _words("position", "Answer root position, first inversion, second inversion or third inversion.",
                  dict.fromkeys(("root position", "first inversion", "second inversion", "third "
                                                                                         "inversion"),
                                                                                         ()))  # fmt: skip
METRE_CLASS = _words(
    "metre class", "Answer like simple duple or compound triple.",
    dict.fromkeys([f"{division} {beats}" for division in ("simple", "compound")
                   for beats in ("duple", "triple", "quadruple")], ()),
)  # fmt: skip
CADENCE = _words(
    "cadence", "Answer authentic, plagal, half or deceptive.",
    {"authentic": ("perfect",), "plagal": (), "half": ("imperfect", "semicadence"),
     "deceptive": ("interrupted",)},
)  # fmt: skip
FAULT = _words(
    "fault", "Answer parallel fifths, parallel octaves, hidden fifths, hidden octaves, voice crossing or "
    "unresolved leading note.",
    {"parallel fifths": ("consecutive fifths",), "parallel octaves": ("consecutive octaves",),
     "hidden fifths": ("direct fifths",), "hidden octaves": ("direct octaves",),
     "voice crossing": ("crossed voices",), "unresolved leading note": ("unresolved leading tone",)},
)  # fmt: skip
MOTION = _words("motion", "Answer parallel, similar, contrary or oblique.",
                dict.fromkeys(("parallel", "similar", "contrary", "oblique"), ()))  # fmt: skip
NON_CHORD = _words(
    "non-chord tone", "Answer passing tone, neighbour tone, suspension, appoggiatura, escape tone or "
                      "anticipation.",
    {"passing tone": ("passing note",), "neighbour tone": ("neighbor tone", "neighbour note", "auxiliary "
                                                                                              "note"),
     "suspension": (), "appoggiatura": (), "escape tone": ("échappée", "escape note"), "anticipation": ()},
)  # fmt: skip
SEMITONE = _words(
    "semitone",
    "Answer diatonic or chromatic.",
    dict.fromkeys(("diatonic", "chromatic", "enharmonic", "neither"), ()),
)
SIXTH = _words("augmented sixth", "Answer Italian, French or German.",
               dict.fromkeys(("Italian", "French", "German", "Neapolitan"), ()))  # fmt: skip

FORMS = {
    form.name: form
    for form in (
        NOTE, PITCH, NOTES, INTERVAL, KEY, CHORD, NUMERAL, NUMBER, FRACTION, CHOICE, SIGNATURE, DEGREE,
        SCALE, TRIAD, SEVENTH, POSITION, METRE_CLASS, CADENCE, FAULT, MOTION, NON_CHORD,
        SEMITONE, SIXTH,
    )
}  # fmt: skip
"""Every form by its name."""
