"""The question "which chord is this?": the one on a given beat, where the notes are exactly a chord.

Shown: some bars with key, metre and bar lines. The truth follows from the notes alone
(`symbolic.analysis.exact_chords`), in Harte's syntax without the bass. An answer is right with the same
notes and root; of an augmented triad or diminished seventh any of its notes may be the root. Half the
credit goes to the same root with the same third; mir_eval's measures stand beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from random import Random

from symbolic.analysis.chord_grid import NO_CHORD, chord_name
from symbolic.analysis.exact_chords import SYMMETRIC, PlacedChord, exact_chords
from symbolic.analysis.stated_harmony import harmony_sounds
from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.questions.base import NO_ANSWER, Grade, Question, QuestionType, Reason, too_few_notes, worded
from symbolic.questions.chord_grades import (
    MEASURES,
    compared,
    fifth_below,
    lead_sheet,
    parallel,
    relative,
)
from symbolic.questions.chord_sequence import in_short_names, read_chord
from symbolic.questions.harmony_bars import COUNTING, first_number, one_line, strip, unfit
from symbolic.questions.prose import Candidate, choose, tidy
from symbolic.score import Score
from symbolic.transform import slice_bars

TASK = "chord-name"
WORDINGS = (
    "Which chord sounds on beat {beat} of bar {bar}?",
    "Name the chord that the voices form at bar {bar}, beat {beat}.",
    "Look at bar {bar}, beat {beat}: which chord do the sounding notes make?",
    "What is the harmony on beat {beat} of bar {bar}?",
)
ANSWER_FORMAT = (
    f"{COUNTING} Answer with root and quality, in Harte's syntax (C:maj, F#:min7, B:dim, G:7, E:hdim7) or as "
    "in a lead sheet (C, F#m7); leave out the inversion."
)
WINDOW = 8
"""Bars that are shown."""
TRIES = 6
"""Windows that are searched."""
SAME_THIRD_CREDIT = 0.5
_NAMES = {
    "maj": "a major triad", "min": "a minor triad", "dim": "a diminished triad", "aug": "an augmented triad",
    "7": "a dominant seventh", "maj7": "a major seventh chord", "min7": "a minor seventh chord",
    "minmaj7": "a minor chord with major seventh", "hdim7": "a half-diminished seventh",
    "dim7": "a diminished seventh",
}  # fmt: skip


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a beat that `rng` draws, or the reason why the score cannot be asked."""
    reason = unfit(score) or one_line(score)
    if reason is not None:
        return reason
    for first in _starts(len(score.voices[0].measures), rng):
        shown = strip(slice_bars(score, first, min(first + WINDOW, len(score.voices[0].measures))))
        if too_few_notes(shown) is not None or not harmony_sounds(shown):
            continue
        places = list(islice(exact_chords(shown), None if rng else 1))
        if places:
            return _question(shown, places[0] if rng is None else rng.choice(places), rng, id, truth)
    return Reason("no-exact-chord", "on no beat are the sounding notes exactly a chord")


def _starts(bars: int, rng: Random | None) -> list[int]:
    """First bars of the windows to search."""
    starts = list(range(0, bars, WINDOW))
    return starts[:TRIES] if rng is None else rng.sample(starts, min(TRIES, len(starts)))


def _question(shown: Score, place: PlacedChord, rng: Random | None, id: str, truth: str | None) -> Question:
    bar = first_number(shown) + place.measure
    name = truth or chord_name(place.chord)
    notes = ", ".join(dict.fromkeys(pitch.spelled_class for pitch in place.pitches))
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng).format(bar=bar, beat=place.beat),
        ANSWER_FORMAT,
        shown,
        name,
        distractors=hard_distractors(name, place.chord),
        explanation=(
            f"On beat {place.beat} of bar {bar} sound {notes}, from the bass up; in thirds from "
            f"{place.chord.root} they make {_NAMES[place.chord.quality]}."
        ),
        details={"bar": bar, "beat": place.beat, "measure": place.measure},
    )


def hard_distractors(name: str, chord: ChordSymbol) -> tuple[str, ...]:
    """The bass taken for the root, the relative and parallel triads, other sevenths, the fifth below."""
    root, _, quality = name.partition(":")
    sevenths = {"maj": "7", "min": "min7", "dim": "hdim7", "7": "maj7", "maj7": "7", "min7": "7",
                "hdim7": "dim7", "dim7": "hdim7", "aug": "maj", "minmaj7": "min7"}  # fmt: skip
    names = [f"{chord.bass}:{'min' if 3 in QUALITIES[quality][1] else 'maj'}"] if chord.bass else []
    names += [parallel(name), relative(name), f"{root}:{sevenths[quality]}", fifth_below(name)]
    return tuple(wrong for wrong in dict.fromkeys(names) if not same_chord(wrong, name))


def same_chord(one: str, other: str) -> bool:
    """Whether two Harte names mean the same notes and root (any root of a symmetric chord)."""
    if NO_CHORD in (one, other):
        return one == other
    first, second = (ChordSymbol(*name.split(":", 1)) for name in (one, other))
    same_notes = set(first.pitch_classes) == set(second.pitch_classes)
    return same_notes and (first.quality in SYMMETRIC or first.pitch_classes[0] == second.pitch_classes[0])


_TOKEN = re.compile(r"\S+")


def parse(text: str) -> str | None:
    """The Harte name of the chord that a text answers with, or None.

    A letter alone is a major triad where it is the whole answer or its last line, or a sentence says so.
    """
    tidied = in_short_names(tidy(text))
    last_line = tidied.rpartition("\n")[2].strip(" .!\"'()")
    return read_chord(last_line) or choose(tidied, _candidates(tidied))


def _candidates(text: str) -> Iterator[Candidate[str]]:
    for match in _TOKEN.finditer(text):
        word = match[0].strip("\"'[].,;!?")
        word = word.strip("()") if word.startswith("(") else word
        name = read_chord(word)
        if name is not None and name != NO_CHORD:
            lead = match[0].find(word)
            yield Candidate(
                name, match.start() + lead, full=len(word) > 2 or (word[-1].isalnum() and word[1:] != "")
            )


def grade(question: Question, text: str) -> Grade:
    """Compares the chord that a text names with the truth."""
    found = parse(text)
    if found is None:
        return NO_ANSWER
    values = dict(zip(MEASURES, compared(question.truth, found), strict=True))
    scores = {name: value for name, value in values.items() if value >= 0}
    if same_chord(found, question.truth):
        return Grade.of(1.0, found, dict.fromkeys(scores, 1.0))
    return Grade.of(SAME_THIRD_CREDIT * scores.get("majmin", 0.0), found, scores)


def category(truth: str) -> str:
    """The quality of a chord's name."""
    return truth.partition(":")[2]


def spellings(truth: str) -> tuple[str, ...]:
    """Ways to write a chord's name."""
    plain = lead_sheet(truth)
    return (
        truth,
        plain,
        f"The chord is {plain}.",
        f"Answer: **{truth}**",
        f"It is {truth}, I think.",
    )


TYPE = QuestionType(
    TASK,
    "the chord that sounds on a given beat, where the notes are exactly a chord",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
)
