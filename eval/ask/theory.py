"""Questions of theory in words, worked out: keys, signatures, scales, intervals, chords, degrees.

"What is the relative minor of E flat major?", "Which notes are in F#m7?", "What is a perfect fifth above D?".
Each rule of `RULES` reads one kind of question and computes its answer with the tables of the theory
questions (`symbolic.questions.theory.names`) and a sentence that says why. A question that names a key, a
chord or a note and no score but fits no rule is about theory too: a model has to answer it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from eval.ask.arguments import (
    CARDINAL,
    NOTE_NAME,
    ORDINAL,
    interval_in,
    key_in,
    note_name,
    number,
)
from symbolic.analysis.exact_chords import exact_chord
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.pitch import Interval, Pitch, class_fifths
from symbolic.questions.interval import interval_name
from symbolic.questions.theory import forms, names
from symbolic.questions.theory.forms import Form
from symbolic.questions.theory.named import plain, read
from symbolic.questions.theory.told import told
from symbolic.roman import RomanNumeral


@dataclass(frozen=True, slots=True)
class Worked:
    """An answer and the sentence that leads to it."""

    answer: str
    reason: str


_NOTE = re.compile(NOTE_NAME)
_PIECE = re.compile(
    r"\b(?:this|here|these|its?|(?:the|my|our) (?:\w+ )?(?:piece|tune|song|melody|music|score|file|work)"
    r"|bars? \w+|measures? \w+|\w+ (?:bar|measure)|transpose|rewrite|(?:put|write|play) it)\b"
)
"""Words that point at a score, or ask to change one."""
_SUBJECT = re.compile(
    r"\b(?:relative|parallel|enharmonic\w*|key signature|circle of fifths|tritone|leading (?:note|tone)"
    r"|triads?|inversions?|intervals?|scales?|semitones?|chords?|sharps?|flats?|degree|dominant|subdominant|mediant"
    r"|submediant|supertonic|above|below|notes? (?:in|of|are|make)|clefs?|transposing)\b"
)
_ANY_BAR = re.compile(r"\b(?:a|one|each|every) (?:bar|measure) (?:of|in) (?=\d)")
_MODE = re.compile(
    r"(?i)\b(?:ionian|dorian|phrygian|lydian|mixolydian|aeolian|locrian|(?:harmonic|melodic|natural) minor)\b"
)
_TRANSPOSES = re.compile(r"\b(?:sound|writ|read|concert|transpos|pitch)")
"""How the theory of instruments is asked about."""
_DEFINES = re.compile(
    r"^\s*(?:please\s+)?(?:what(?:'s| is| are| does)|define|explain)\s+"
    r"(?:an?\s+\w+|the difference|the meaning|\w+ mean)\b|\bmeans?\b"
)


def is_about_theory(text: str) -> bool:
    """Whether a question asks about music in general and not about a piece."""
    low = text.lower()
    if _PIECE.search(low):
        return False
    names_something = bool(_named_notes(text) or key_in(text) or _named_chord(text))
    return bool(
        (_SUBJECT.search(low) and (names_something or _SIGNATURE_OF.search(low))) or _DEFINES.search(low)
    )


def is_known(text: str) -> bool:
    """Whether a text that points at no piece names what theory knows: a clef, a key, a term."""
    low = _ANY_BAR.sub("", text.lower())
    if _PIECE.search(low) or (read(text).instruments and not _TRANSPOSES.search(low)):
        return False
    return bool(told(text))


_FORMS = (
    (r"how many (?:sharps|flats)|signature", forms.SIGNATURE),
    (r"how many|frequency|midi|cents|semitones", forms.NUMBER),
    (r"interval|how far", forms.INTERVAL),
    (r"notes|spell", forms.NOTES),
    (r"numeral", forms.NUMERAL),
    (r"(?:which|what) (?:\w+ )?key|relative|parallel", forms.KEY),
    (r"chords?|triad", forms.CHORD),
    (r"notes?|tones?|tonic|(?:super|sub)?(?:tonic|dominant|mediant)|same|enharmonic", forms.NOTE),
)
"""What a question asks for, by its words; the first that fits."""
_UNLIKE = {forms.NUMBER.name: re.compile("/"), forms.INTERVAL.name: re.compile(r"\d")}
"""What does not stand in answers of a form: the fraction 9/8 is no number, the pitches C4-A4 no interval."""
_PARTS = re.compile(r"[;:,=()]|\.(?!\d)")


def form_of(text: str) -> Form | None:
    """The form of the answer that a question of theory asks for, or None where its words do not say."""
    low = text.lower()
    return next((form for words, form in _FORMS if re.search(rf"\b(?:{words})\b", low)), None)


def answers_among(facts: str, form: Form, asked: str) -> tuple[str, ...]:
    """The answers of a form that stand in facts; what the question names only where there is nothing else."""
    found: dict[str, None] = {}
    unlike = _UNLIKE.get(form.name)
    for part in _PARTS.split(facts):
        words = part.split()
        pairs = [" ".join(pair) for pair in pairwise(words)]
        for span in [part] if form is forms.NOTES else [*pairs, *words]:
            answer = form.parse(span) if unlike is None or not unlike.search(span) else None
            if answer is not None:
                found[answer] = None
    new = tuple(answer for answer in found if answer not in plain(asked))
    return new or tuple(found)


def work_out(text: str) -> Worked | None:
    """The answer to a question of theory, or None where no rule reads it."""
    return next((found for rule in RULES if (found := rule(text)) is not None), None)


def _named_notes(text: str) -> list[str]:
    """The note names in a text: capital letters, or small ones with a sign ("e flat")."""
    return [
        note_name(match) for match in _NOTE.finditer(text) if match["step"].isupper() or match["sign"].strip()
    ]


def _key(text: str) -> Key | None:
    """The key that a text names; a note alone is a major key, but not where a mode stands beside it."""
    found = key_in(text)
    notes = _named_notes(text) if not _MODE.search(text) else []
    return found or (Key(notes[0]) if notes else None)


# One rule for each kind of question


def _relative(text: str) -> Worked | None:
    match = re.search(r"\b(?P<kind>relative|parallel)\b", text.lower())
    key = _key(re.sub(r"(?i)\b(?:relative|parallel)\s+(?:major|minor)\b", " ", text)) if match else None
    if match is None or key is None or key.mode not in ("major", "minor"):
        return None
    wanted = re.search(r"\b(?:relative|parallel)\s+(major|minor)\b", text.lower())
    mode = wanted[1] if wanted else "minor" if key.mode == "major" else "major"
    if mode == key.mode:
        # "the relative minor of A": what was named without a mode is of the other one
        if key_in(text.replace(wanted[0], "") if wanted else text):
            return None
        key = Key(key.tonic, "minor" if mode == "major" else "major")
    if match["kind"] == "parallel":
        other = Key(key.tonic, mode)
        return Worked(other.name, f"Parallel keys share their tonic, {key.tonic}.")
    other = Key.from_fifths(key.fifths, mode)
    return Worked(
        other.name, f"{key.name} and {other.name} share a signature of {names.signature_words(key.fifths)}."
    )


_SIGNATURE_OF = re.compile(rf"\bkeys?\b.*?\b(?P<count>{CARDINAL}|no)\s+(?P<sign>sharp|flat)s?\b")


def _key_of_signature(text: str) -> Worked | None:
    low = text.lower()
    match = _SIGNATURE_OF.search(low)
    if match is None:
        return None
    count = 0 if match["count"] == "no" else number(match["count"])
    fifths = count if match["sign"] == "sharp" else -count
    if count > 7:
        return None
    wanted = re.search(r"\b(major|minor)\b", low)
    modes = (wanted[1],) if wanted else ("major", "minor")
    found = [Key.from_fifths(fifths, mode).name for mode in modes]
    notes = " ".join(names.signature_notes(fifths))
    return Worked(
        " or ".join(found),
        f"The signature is {names.signature_words(fifths)}{f' ({notes})' if notes else ''}.",
    )


def _signature(text: str) -> Worked | None:
    low = text.lower()
    key = _key(text)
    if key is None or not re.search(r"\bsharps?\b|\bflats?\b|\baccidentals\b|\bsignature\b", low):
        return None
    if not re.search(r"\bhow many\b|\bsignature\b|\bwhich (?:sharps|flats|accidentals)\b", low):
        return None
    words, notes = names.signature_words(key.fifths), " ".join(names.signature_notes(key.fifths))
    return Worked(
        f"{words}{f' ({notes})' if notes else ''}",
        f"{key.name} has the notes {' '.join(names.scale_of(key))}.",
    )


_SCALE_KINDS = sorted(names.SCALES, key=len, reverse=True)
_SCALE = re.compile(
    rf"{NOTE_NAME}[ -]*(?P<kind>(?i:{'|'.join(_SCALE_KINDS)}|whole tone|pentatonic|minor|aeolian|ionian))\b"
)
_KIND_OF = {"whole tone": "whole-tone", "pentatonic": "major pentatonic", "minor": "natural minor",
            "aeolian": "natural minor", "ionian": "major"}  # fmt: skip


def _scale(text: str) -> Worked | None:
    match = _SCALE.search(text)
    low = text.lower()
    if (
        match is None
        or not re.search(r"\bscale\b|\bmode\b", low)
        or not re.search(r"\bnotes?\b|\bspell\b|\bwhat\b", low)
    ):
        return None
    if re.search(r"\bdegree\b", low) or _DEGREE.search(low):
        return None
    kind = match["kind"].lower()
    kind = _KIND_OF.get(kind, kind)
    notes = names.scale(note_name(match), kind)
    steps = ", ".join(names.long_name(short) for short in names.SCALES[kind].split()[1:])
    return Worked(" ".join(notes), f"Above the tonic the {kind} scale has a {steps}.")


_CHORD_WORDS = {
    "dominant seventh": "7", "dominant 7th": "7", "major seventh": "maj7", "major 7th": "maj7",
    "minor seventh": "min7", "minor 7th": "min7", "half-diminished seventh": "hdim7",
    "half diminished": "hdim7", "half-diminished": "hdim7", "diminished seventh": "dim7",
    "diminished 7th": "dim7", "diminished": "dim",
    "augmented": "aug", "major": "maj", "minor": "min", "seventh": "7", "7th": "7",
}  # fmt: skip
_CHORD_NAME = re.compile(
    rf"{NOTE_NAME}[ -]*(?P<kind>(?i:{'|'.join(sorted(_CHORD_WORDS, key=len, reverse=True))}))"
    r"(?:\s+(?i:chord|triad|seventh))?"
)
_CHORD_SYMBOL = re.compile(r"(?<![\w#])[A-G][#b]?(?:m|maj|min|dim|aug|sus|add|°|ø|\d|\+|b5|#5)+(?![\w#])")


def _named_chord(text: str) -> ChordSymbol | None:
    """The chord that a text names by a symbol or in words."""
    match = _CHORD_SYMBOL.search(text)
    symbol = ChordSymbol.parse(match[0]) if match else None
    if symbol is not None:
        return symbol
    words = _CHORD_NAME.search(text)
    return ChordSymbol(note_name(words), _CHORD_WORDS[words["kind"].lower()]) if words else None


def _chord_notes(text: str) -> Worked | None:
    low = text.lower()
    if not re.search(r"\bnotes?\b|\bspell\b|\btones?\b|\bmake up\b", low):
        return None
    if not (re.search(r"\bchord\b|\btriad\b", low) or _CHORD_SYMBOL.search(text)):
        return None
    chord = _named_chord(text) or (ChordSymbol(notes[0]) if (notes := _named_notes(text)) else None)
    kind = next(
        (kind for kind, (quality, _) in names.CHORDS.items() if chord and quality == chord.quality), None
    )
    if chord is None or kind is None:
        return None
    parts = ", ".join(names.long_name(short) for short in names.CHORDS[kind][1].split()[1:])
    return Worked(" ".join(names.chord(chord.root, kind)), f"A {kind} chord has a {parts} above its root.")


def _chord_of_notes(text: str) -> Worked | None:
    notes = _named_notes(text)
    if len(notes) < 3 or not re.search(r"\bchord\b|\btriad\b", text.lower()):
        return None
    chord = exact_chord(names.rising(notes, 4))
    if chord is None:
        return None
    root = f" over {chord.bass}" if chord.bass else ""
    return Worked(
        str(chord), f"In thirds from {chord.root} the notes are a chord of the quality {chord.quality}{root}."
    )


def _note_at(text: str) -> Worked | None:
    low = text.lower()
    where = re.search(r"\b(above|below|up from|down from|higher than|lower than|under|over)\b", low)
    interval = interval_in(low)
    notes = _named_notes(text[where.end() :]) if where else []
    if where is None or interval is None or not notes:
        return None
    size = abs(interval.steps), abs(interval.semitones)
    down = where[1] in ("below", "down from", "lower than", "under")
    moved = Interval(-size[0], -size[1]) if down else Interval(*size)
    found = names.pitched(notes[0], 4).transpose(moved).spelled_class
    way = "below" if down else "above"
    return Worked(found, f"{found} lies {size[0]} steps and {size[1]} semitones {way} {notes[0]}.")


def _interval(text: str) -> Worked | None:
    low = text.lower()
    notes = _named_notes(text)
    if len(notes) != 2 or not re.search(
        r"\binterval\b|\bhow far\b|\bdistance\b|\bbetween\b|\bhow many semitones\b", low
    ):
        return None
    low_note, high_note = names.rising(notes, 4)
    if high_note.midi < low_note.midi:
        high_note = Pitch(high_note.step, high_note.alter, high_note.octave + 1)
    interval = Interval.between(low_note, high_note)
    try:
        name = interval_name(interval)
    except ValueError:
        return None
    count = f"{interval.semitones} semitone{'s' if interval.semitones != 1 else ''}"
    answer = count if "how many semitones" in low else name
    return Worked(
        answer, f"From {notes[0]} up to {notes[1]} there are {interval.steps + 1} letter names and {count}."
    )


_DEGREE = re.compile(
    rf"\b(?P<name>{'|'.join((*names.DEGREES, 'leading tone', 'subtonic'))})\b"
    rf"|\b(?P<nth>{ORDINAL})\s+(?:scale\s+)?(?:degree|note)\b"
)


def _degree(text: str) -> Worked | None:
    match = _DEGREE.search(text.lower())
    if match is None or (match["name"] == "dominant" and "seventh" in text.lower()):
        return None
    key = _key(text)
    if key is None:
        return None
    called = {"leading tone": "leading note", "subtonic": "leading note"}.get(
        match["name"] or "", match["name"]
    )
    degree = number(match["nth"]) if match["nth"] else names.DEGREES.index(called) + 1
    if not 1 <= degree <= 7:
        return None
    scale = names.scale_of(key)
    raised = called == "leading note" and match["name"] != "subtonic" and key.mode == "minor"
    notes = names.scale(key.tonic, "harmonic minor") if raised else scale
    return Worked(notes[degree - 1], f"The scale of {key.name} is {' '.join(notes)}.")


_NUMERAL = re.compile(
    r"(?<![\w#])(?P<numeral>[b#]?(?:[IV]{1,3}|[iv]{1,3})(?:o|ø|\+)?(?:maj7|7|65|64|43|42|6)?)(?![\w#])"
)


def _numeral(text: str) -> Worked | None:
    match = _NUMERAL.search(text)
    key = key_in(text)
    numeral = RomanNumeral.parse(match["numeral"]) if match else None
    if match is None or numeral is None or key is None:
        return None
    chord = numeral.chord(key)
    return Worked(str(chord), f"{numeral} in {key.name} stands on degree {numeral.degree}, {chord.root}.")


def _enharmonic(text: str) -> Worked | None:
    notes = _named_notes(text)
    if "enharmonic" not in text.lower() or not notes:
        return None
    key = key_in(text)
    place = class_fifths(notes[0])
    other = Pitch.from_fifths(place + 12 if place <= 0 else place - 12, 60).spelled_class
    if key is not None:
        return Worked(f"{other} {key.mode}", f"{notes[0]} and {other} are the same key on the piano.")
    return Worked(other, f"{notes[0]} and {other} are the same key on the piano.")


RULES: tuple[Callable[[str], Worked | None], ...] = (
    _relative,
    _enharmonic,
    _key_of_signature,
    _signature,
    _degree,
    _numeral,
    _scale,
    _chord_of_notes,
    _chord_notes,
    _note_at,
    _interval,
)
"""The first that reads a question answers it."""
