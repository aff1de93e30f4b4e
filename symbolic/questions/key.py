"""The question "which key?": tonic and mode of a piece whose key signature is hidden.

Shown: notes with bar lines and metre, every accidental written out (`Key.none`). Hidden: the key, changes of
key, and what names it (titles, chord symbols, annotations …). An answer is right when tonic pitch class and
mode agree with the truth (Gb major = F# major). Near answers get the credit of MIREX's weighted score:
a fifth above the truth .5, the same signature .3, the same tonic .2 (as `mir_eval.key.weighted_score`, which
gives the fifth's credit to the ascending fifth only; we extend its two last rules from major and minor to all
modes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from random import Random

from symbolic.key import Key, mode_named
from symbolic.meter import Meter
from symbolic.questions.base import (
    Grade,
    Question,
    QuestionType,
    Reason,
    strip_words,
    too_few_notes,
    worded,
)
from symbolic.questions.prose import Candidate, choose, tidy
from symbolic.score import LineBreak, Score

TASK = "key"
MODES = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian")
WORDINGS = (
    "What is the key of this piece in ABC notation? The key signature is left out and all accidentals are "
    "written on the notes.",
    "In which key is this music? Its signature is hidden; every accidental stands on its note.",
    "Name the tonic and the mode of the following tune (written without a key signature).",
    "Which scale is this piece built on, and on which tonic? K:none means that no signature is given.",
)
ANSWER_FORMAT = f'Answer with the tonic and the mode ({", ".join(MODES)}), such as "D minor" or "F# major".'
ANSWERS = tuple(Key.from_pitch_class(tonic, mode).name for mode in MODES for tonic in range(12))
"""The 12 keys of each mode."""
FIFTH_CREDIT, RELATIVE_CREDIT, PARALLEL_CREDIT = 0.5, 0.3, 0.2

_MODE_WORDS = (
    "major|minor|maj|min|ionian|ion|aeolian|aeo|dorian|dor|phrygian|phryg|phr|lydian|lyd|"
    "mixolydian|mixo|mix|locrian|loc"
)
_KEY = re.compile(
    r"(?<![A-Za-z0-9#])(?P<tonic>[A-Ga-g])"
    r"(?:(?P<sign>##?|bb?)|[ -]?(?P<word>sharp|flat|natural)\b)?"
    r"(?:(?P<short>[mM])|[\s:-]*(?:\b(?:harmonic|melodic|natural)\s+)?"
    rf"(?P<mode>(?i:{_MODE_WORDS})))?"
    r"(?![A-Za-z0-9#]|'[a-z])"
)
_NOT_A_KEY = re.compile(
    r"\s+(?:second|third|sixth|seventh|2nd|3rd|6th|7th|chord|triad|arpeggio|interval)s?\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"\s*(?:$|[.,;:!?)\"'\n])")
_WORD_SIGNS = {"sharp": "#", "flat": "b", "natural": ""}


def strip(score: Score) -> Score:
    """The score without its key and all that could name it; bars, metre and line breaks stay."""
    bare = strip_words(score, keep=(Meter, LineBreak))
    return replace(bare, key=Key.none())


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about one score, or the reason why it cannot be asked.

    Args:
        score: a score with its key; only `truth` counts where that is given.
        rng: draws the wording.
        id: names the question.
        truth: a key's name that stands instead of what the score states.

    Raises:
        ValueError: `truth` is not the name of a key.
    """
    reason = too_few_notes(score) or (_unclear(score) if truth is None else None)
    if reason is not None:
        return reason
    stated = score.key if truth is None else Key.parse(truth)
    shown = strip(score)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        shown,
        stated.name,
        ANSWERS,
        distractors=hard_distractors(stated),
        explanation=_explanation(stated),
    )


@lru_cache
def hard_distractors(key: Key) -> tuple[str, ...]:
    """The keys most easily taken for a key: same signature, a fifth above and below, same tonic."""
    other_mode = "minor" if key.mode == "major" else "major"
    found = (
        Key.from_fifths(key.fifths, other_mode),
        Key.from_pitch_class(key.pitch_class + 7, key.mode),
        Key.from_pitch_class(key.pitch_class, other_mode),
        Key.from_pitch_class(key.pitch_class + 5, key.mode),
    )
    return tuple(other.name for other in found)


def _explanation(key: Key) -> str:
    """What a signature says: how many sharps or flats, and on which note the scale rests."""
    count, sign = abs(key.fifths), "sharp" if key.fifths > 0 else "flat"
    signature = f"{count} {sign}{'s' if count > 1 else ''}" if count else "no sharps or flats"
    return (
        f"The notes fit a signature of {signature}, and the music rests on {key.tonic}: it is in {key.name}."
    )


def _unclear(score: Score) -> Reason | None:
    """Why the score's own key cannot be the truth, or None."""
    key = score.key
    if not key.tonic:
        return Reason("no-key", "it states no key")
    if key.mode not in MODES:
        return Reason("pipe-key", f"K:{key.mode} is a bagpipe scale, which names no tonic")
    if key.explicit:
        return Reason("explicit-key", "its signature is written out by hand, which leaves the mode open")
    if any(isinstance(event, Key) and not event.same_answer(key) for event in score.events()):
        return Reason("key-changes", "its key changes")
    if len({voice.transposition % 12 for voice in score.voices}) > 1:
        return Reason("transposing-voices", "its voices are written in different keys")
    return None


def parse(text: str) -> str | None:
    """The name of the key that a text answers with, or None.

    Understands "F# minor", "F-sharp minor", "F♯m", "f# min", "K:Ador", "Answer: **Bb**" in prose; a tonic
    alone means major, where it is the whole answer or its last line, or a sentence says that it is so.
    """
    tidied = tidy(text)
    last_line = tidied.rpartition("\n")[2].strip(" .!\"'()")
    found = _KEY.fullmatch(last_line)
    key = _key_of(found) if found else choose(tidied, _candidates(tidied))
    return key.name if key else None


def _candidates(text: str) -> Iterator[Candidate[Key]]:
    for match in _KEY.finditer(text):
        if _NOT_A_KEY.match(text, match.end()):
            continue
        lower = match["tonic"].islower()
        if lower and not match["mode"]:
            continue
        if match["tonic"] == "a" and not (
            match["sign"] or match["word"] or _SENTENCE_END.match(text, match.end())
        ):
            continue  # an article: "in a minor key"
        yield Candidate(_key_of(match), match.start(), full=bool(match["mode"] or match["short"]))


def _key_of(match: re.Match[str]) -> Key:
    sign = match["sign"] or _WORD_SIGNS.get(match["word"] or "", "")
    mode = mode_named(match["mode"]) if match["mode"] else "minor" if match["short"] == "m" else "major"
    return Key(match["tonic"].upper() + sign, mode or "major")


def credit(truth: Key, answer: Key) -> float:
    """MIREX's weighted score of an answer, 0 … 1 (see the module's first lines)."""
    if answer.same_answer(truth):
        return 1.0
    ascent = (answer.pitch_class - truth.pitch_class) % 12
    if answer.mode == truth.mode:
        return FIFTH_CREDIT if ascent == 7 else 0.0
    if (answer.fifths - truth.fifths) % 12 == 0:
        return RELATIVE_CREDIT
    return PARALLEL_CREDIT if ascent == 0 else 0.0


def grade(question: Question, text: str) -> Grade:
    """Compares the key that a text answers with and the truth."""
    answer = parse(text)
    if answer is None:
        return Grade("none", 0.0)
    value = credit(Key.parse(question.truth), Key.parse(answer))
    return Grade("right" if value == 1 else "near" if value else "wrong", value, answer)


def category(truth: str) -> str:
    """The mode of a key's name."""
    return Key.parse(truth).mode


def spellings(truth: str) -> tuple[str, ...]:
    """Ways to write a key, its enharmonic equal among them."""
    key = Key.parse(truth)
    words = key.tonic.replace("#", "-sharp").replace("b", "-flat")
    short = key.tonic + ("m" if key.mode == "minor" else "" if key.mode == "major" else f" {key.mode[:3]}")
    same = Key.from_pitch_class(key.pitch_class, key.mode).name
    return (truth, f"{words} {key.mode}", f"The key is {short}.", f"Answer: **{same}**")


TYPE = QuestionType(
    TASK,
    "tonic and mode of a piece whose key signature is hidden",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
)
