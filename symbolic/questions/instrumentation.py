"""The question "which instruments?": the General MIDI families that play in a piece.

The sixteen families of eight programs are those of the General MIDI standard (MIDI Manufacturers
Association, *General MIDI System Level 1*, 1991, table 1); voices on the drum channel are ``drums``. The
truth comes from the programs that a score (read from MIDI, or with ``%%MIDI program``) gives to each of its
voices.

Shown: notes with key, metre and bar lines, each voice apart. Hidden: programs, names, clefs, words, and the
drum channel. What is left to go by is what the parts do together: register and range, one note at a time or
chords, doublings, the few recurring "pitches" of drums. So a score of one voice is not asked.

An answer is right when it names the same set of families. Else its credit is the F1 of the families, which
is scored as ``f1`` with ``precision`` and ``recall``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import Random

from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.pitch import spell_simply
from symbolic.questions.base import (
    NO_ANSWER,
    Grade,
    Question,
    QuestionType,
    Reason,
    strip_words,
    too_few_notes,
    worded,
)
from symbolic.questions.prose import tidy
from symbolic.score import Chord, LineBreak, Note, Score

TASK = "instrumentation"
PROGRAMS_IN_FAMILY = 8
DRUMS = "drums"
INSTRUMENTS: Mapping[str, str] = {
    "piano": "pianos harpsichord clavinet clavichord keyboard",
    "chromatic percussion": "celesta glockenspiel vibraphone marimba xylophone bells dulcimer",
    "organ": "organs accordion harmonica",
    "guitar": "guitars",
    "bass": "basses",
    "strings": "string violin viola cello violoncello contrabass harp timpani",
    "ensemble": "ensembles choir voices",
    "brass": "trumpet trombone tuba horn",
    "reed": "reeds sax saxophone oboe bassoon clarinet",
    "pipe": "pipes flute piccolo recorder ocarina",
    "synth lead": "synthesizer",
    "synth pad": "pad",
    "synth effects": "",
    "ethnic": "sitar banjo shamisen koto kalimba bagpipe fiddle shanai",
    "percussive": "woodblock agogo taiko",
    "sound effects": "applause gunshot",
    DRUMS: "drum percussion kit",
}
"""Families in the order of their programs, and further words that mean them."""
FAMILIES = tuple(INSTRUMENTS)
_RELATED = (
    ("piano", "organ", "guitar", "chromatic percussion"),
    ("strings", "ensemble", "synth pad", "organ"),
    ("brass", "reed", "pipe", "synth lead"),
    ("bass", "guitar", "strings", "synth lead"),
    (DRUMS, "percussive", "chromatic percussion", "sound effects"),
    ("ethnic", "guitar", "pipe", "reed"),
    ("synth effects", "synth pad", "synth lead", "sound effects"),
)
"""Families that are easily taken for each other."""
WORDINGS = (
    "Which General MIDI families of instruments play in this piece? Their names are left out.",
    "For which families of instruments is this music scored?",
    "Judging by register, range and writing, which instrument families play these voices?",
)
ANSWER_FORMAT = f"Answer with all families that play, out of: {', '.join(FAMILIES)} (the drum channel)."

_KNOWN = {word: family for family, words in INSTRUMENTS.items() for word in words.split()}
_KNOWN |= {family: family for family in FAMILIES} | {
    "english horn": "reed",
    "double bass": "strings",
    "electric bass": "bass",
    "drum kit": DRUMS,
    "drum set": DRUMS,
    "steel drums": "percussive",
    "string ensemble": "ensemble",
}
_FAMILY = re.compile(
    rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(_KNOWN, key=len, reverse=True)))})(?![\w-])",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|without|neither|nor|instead of|rather than)\s+(?:an?\s+|the\s+|any\s+)?$", re.IGNORECASE
)
_ANSWER = re.compile(r"\banswers?\s*(?:is|are|:)", re.IGNORECASE)


def strip(score: Score) -> Score:
    """The score without programs, names, clefs, words and the drum channel; key and metre stay."""
    bare = strip_words(score, keep=(Key, Meter, LineBreak))
    return bare.with_voices(tuple(replace(voice, percussion=False) for voice in bare.voices))


def families(score: Score) -> tuple[str, ...] | None:
    """The families that play, in the order of `FAMILIES`; None where a voice states no program."""
    playing = [voice for voice in score.voices if any(measure.events for measure in voice.measures)]
    if any(voice.program is None and not voice.percussion for voice in playing):
        return None
    return _in_order(
        DRUMS if voice.percussion else FAMILIES[(voice.program or 0) // PROGRAMS_IN_FAMILY]
        for voice in playing
    )


def _in_order(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found), key=FAMILIES.index))


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a score of several voices; see `QuestionType.ask`."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    if len(score.voices) < 2:
        return Reason("one-voice", "a single line does not show its instrument")
    found = families(score) if truth is None else tuple(truth.split(", "))
    if not found:
        return Reason("no-programs", "it does not say which instruments play")
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        strip(score),
        ", ".join(found),
        distractors=hard_distractors(found),
        explanation=_explanation(score, found),
    )


def hard_distractors(found: tuple[str, ...]) -> tuple[str, ...]:
    """The families with one replaced by a related one, with one more, and with one fewer."""
    made: list[tuple[str, ...]] = []
    for family in found:
        for group in _RELATED:
            made += [
                _in_order({*found, other} - {family})
                for other in group
                if family in group and other not in found
            ]
    made.append(_in_order({*found, DRUMS if DRUMS not in found else "bass"}))
    made += [_in_order({*found} - {family}) for family in found if len(found) > 1]
    return tuple(dict.fromkeys(", ".join(families) for families in made if families != found))[:6]


def _explanation(score: Score, found: tuple[str, ...]) -> str:
    """Register of each voice."""
    registers = []
    for number, voice in enumerate(score.voices, 1):
        notes = sorted(
            note.pitch.midi + voice.transposition
            for measure in voice.measures
            for layer in measure.layers
            for event in layer
            for note in (
                (event,) if isinstance(event, Note) else event.notes if isinstance(event, Chord) else ()
            )
        )
        if notes:
            registers.append(f"voice {number} from {spell_simply(notes[0])} to {spell_simply(notes[-1])}")
    return f"There are {len(score.voices)} voices: {', '.join(registers)}. They are for {', '.join(found)}."


def parse(text: str) -> str | None:
    """The families that a text answers with, in their order, or None.

    What follows the last "answer:" counts, else the last line that names a family.
    """
    tidied = tidy(text)
    stated = [match.end() for match in _ANSWER.finditer(tidied)]
    parts = [tidied[stated[-1] :]] if stated else reversed(tidied.split("\n"))
    return next((", ".join(named) for part in parts if (named := _named(part))), None)


def _named(text: str) -> tuple[str, ...]:
    """The families that a text names and does not deny."""
    return _in_order(
        _KNOWN[match[0].casefold()]
        for match in _FAMILY.finditer(text)
        if not _DENIED.search(text[max(0, match.start() - 30) : match.start()])
    )


def grade(question: Question, text: str) -> Grade:
    """Compares the families that a text names with the true ones."""
    answer = parse(text)
    if answer is None:
        return NO_ANSWER
    named, true = set(answer.split(", ")), set(question.truth.split(", "))
    common = len(named & true)
    f1 = 2 * common / (len(named) + len(true))
    return Grade.of(f1, answer, {"f1": f1, "precision": common / len(named), "recall": common / len(true)})


def category(truth: str) -> str:
    """How many families play."""
    count = truth.count(",") + 1
    return "1 family" if count == 1 else f"{count} families" if count < 4 else "4 families or more"


def spellings(truth: str) -> tuple[str, ...]:
    """The families in another order, in a sentence, and in capitals."""
    names = truth.split(", ")
    return (
        truth,
        " and ".join(reversed(names)),
        f"It is scored for {truth}.",
        f"Answer: **{truth.title()}**",
    )


TYPE = QuestionType(
    TASK,
    "the General MIDI families that play, from programs that are hidden",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
)
