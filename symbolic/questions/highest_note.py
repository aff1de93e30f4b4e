"""The question "which is the highest (or lowest) note?": of some bars, or of a whole melody.

The key is shown, so that its signature has to be applied. Notes are named with their octave in the scientific
convention (middle C, ABC's ``C``, is C4). An answer that sounds the same in another spelling is right; the
right letter and sign in another octave, or without one, is near, with half the credit.
"""

from __future__ import annotations

import re
from random import Random

from symbolic.pitch import Pitch, alter_of
from symbolic.questions.base import NO_ANSWER, Grade, Question, QuestionType, Reason, worded
from symbolic.questions.prose import Candidate, choose, tidy
from symbolic.questions.reading import COUNTING, bar_range, counted_bars, range_words, strip
from symbolic.score import Score

TASK = "highest-note"
WORDINGS = (
    "Which is the {extreme} note of {where}?",
    "Name the {extreme} note in {where}, the key signature applied.",
    "What is the {extreme} pitch in {where}? Mind the key signature.",
)
ANSWER_FORMAT = (
    f'{COUNTING} Answer with letter, sign and octave, such as "F#5" or "Bb3"; ABC\'s C is C4, its c is C5.'
)
CLASS_CREDIT = 0.5
_NOTE = re.compile(
    r"(?<![A-Za-z0-9#])(?P<step>[A-G])(?:(?P<sign>##?|bb?|x)|[ -](?P<word>sharp|flat)\b)?"
    r"[ ]?(?P<octave>-?\d)?(?![A-Za-z0-9#])"
)


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about bars that `rng` draws; see `QuestionType.ask`."""
    bars = counted_bars(score)
    if isinstance(bars, Reason):
        return bars
    first, last = bar_range(bars, rng)
    whole = (first, last) == (1, len(bars))
    pitches = [note.pitch for note in (*(bars.upbeat if whole else ()), *bars.numbered(first, last))]
    if not pitches:
        return Reason("no-notes", "the bars hold no notes")
    extreme = "highest" if rng is None else rng.choice(("highest", "lowest"))
    ranked = sorted(dict.fromkeys(pitches), key=lambda pitch: pitch.midi, reverse=extreme == "highest")
    right = truth or str(ranked[0])
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng).format(extreme=extreme, where=range_words(first, last, len(bars))),
        ANSWER_FORMAT,
        strip(score),
        right,
        distractors=_distractors(Pitch.parse(right), ranked[1:]),
        explanation=(
            f"From the {extreme} the notes are {', '.join(map(str, ranked[:4]))}"
            f"{' …' if len(ranked) > 4 else ''}: {ranked[0]} is the {extreme}."
        ),
        details={"first_bar": first, "last_bar": last, "extreme": extreme},
    )


def _distractors(truth: Pitch, others: list[Pitch]) -> tuple[str, ...]:
    """The next notes of the music, the truth without its sign or an octave off."""
    made = (
        *others[:2],
        Pitch(truth.step, 0 if truth.alter else 1, truth.octave),
        Pitch(truth.step, truth.alter, truth.octave + 1),
        Pitch(truth.step, truth.alter, truth.octave - 1),
    )
    by_sound = {pitch.midi: str(pitch) for pitch in reversed(made) if pitch.midi != truth.midi}
    names = {str(pitch) for pitch in made if by_sound.get(pitch.midi) == str(pitch)}
    return tuple(dict.fromkeys(str(pitch) for pitch in made if str(pitch) in names))


def parse(text: str) -> str | None:
    """The note that a text answers with ("F#5", "B flat 4"), without octave where none is given, or None."""
    tidied = tidy(text)
    return choose(
        tidied,
        (
            Candidate(_name(match), match.start(), full=match["octave"] is not None)
            for match in _NOTE.finditer(tidied)
        ),
    )


def _name(match: re.Match[str]) -> str:
    sign = match["sign"] or {"sharp": "#", "flat": "b"}.get(match["word"] or "", "")
    return f"{match['step']}{sign.replace('x', '##')}{match['octave'] or ''}"


def grade(question: Question, text: str) -> Grade:
    """Compares the note that a text answers with and the truth."""
    name = parse(text)
    if name is None:
        return NO_ANSWER
    truth = Pitch.parse(question.truth)
    step, sign, octave = re.fullmatch(r"([A-G])(#*|b*)(-?\d?)", name).groups()  # type: ignore[union-attr]
    answer = Pitch(step, alter_of(sign), int(octave) if octave else truth.octave)
    if octave and answer.midi == truth.midi:
        return Grade.of(1.0, name)
    return Grade.of(CLASS_CREDIT if answer.pitch_class == truth.pitch_class else 0.0, name)


def category(truth: str) -> str:
    """The octave."""
    return f"octave {truth.lstrip('ABCDEFG#b')}"


def spellings(truth: str) -> tuple[str, ...]:
    """A note as it is, in a sentence, and with its sign as a word."""
    words = truth.replace("#", " sharp ").replace("b", " flat ")
    return (truth, f"It is {truth}.", *((words,) if "##" not in truth and "bb" not in truth else ()))


TYPE = QuestionType(
    TASK,
    "the highest or lowest note of some bars",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
    audible=False,
)
