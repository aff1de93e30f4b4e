"""The question "how many notes sound together at most?": the number of sounding voices.

The truth is computed from the notes: the largest number of different pitches that sound at once, percussion
and grace notes left out; a unison counts once, a note held from before counts as long as it sounds. So the
answer does not depend on how the music is spread over staves.

Shown: the music in one staff, cut into chords wherever a note begins or ends, what goes on tied
(`symbolic.analysis.texture.sonorities`); with key, metre, bar lines and repeats of the first voice. Voices,
their number and names, would give away what is asked. An answer that is one off is near, with half the
credit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest
from random import Random

from symbolic.analysis.texture import Sonority, is_single_line, sonorities
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.questions.answers import number_spellings, off_by_one, whole_number
from symbolic.questions.base import (
    Question,
    QuestionType,
    Reason,
    strip_words,
    too_few_notes,
    worded,
)
from symbolic.score import (
    Chord,
    Event,
    LineBreak,
    Note,
    Rest,
    Score,
    TimedEvent,
    Voice,
    layer_duration,
)

TASK = "voices"
WORDINGS = (
    "What is the largest number of notes that sound together in this piece?",
    "How many voices does this music need: at most how many notes sound at once?",
    "Counting notes that are held (tied), how many notes sound at the same time where the most do?",
)
ANSWER_FORMAT = "Notes of one pitch count once. Answer with a number."


def strip(score: Score) -> Score:
    """The music in one staff as chords, without words; key, metre, bar lines and repeats stay."""
    bare = strip_words(score, keep=(Key, Meter, LineBreak))
    voices = tuple(voice for voice in bare.voices if not voice.percussion)
    if is_single_line(bare):
        return bare.with_voices(voices)
    return bare.with_voices((_one_staff(voices[0], sonorities(bare)),) if voices else ())


def _one_staff(lead: Voice, found: Sequence[Sonority]) -> Voice:
    """Sonorities in the measures of a voice; what comes after its end goes into its last measure."""
    pieces = _pieces(found)
    measures = []
    for index, measure in enumerate(lead.measures):
        length = measure.duration
        is_last = index == len(lead.measures) - 1
        filled = _filled(pieces, None if is_last else length)
        missing = length - layer_duration(filled)
        rest = (Rest(missing),) if missing > 0 else ()
        marks = (event for event in measure.events if isinstance(event, Key | Meter | LineBreak))
        measures.append(replace(measure, events=(*marks, *filled, *rest), overlays=()))
    return replace(lead, id="1", measures=tuple(measures))


def _pieces(found: Sequence[Sonority]) -> deque[TimedEvent]:
    """The sonorities as chords, notes and rests from the start on; a note that the next one holds is tied."""
    pieces: deque[TimedEvent] = deque()
    if found and found[0].onset:
        pieces.append(Rest(found[0].onset))
    for sonority, following in zip_longest(found, found[1:]):
        held = {pitch.midi for pitch in following.pitches} - following.struck if following else frozenset()
        pieces.append(_sounded(sonority, held))
    return pieces


def _sounded(sonority: Sonority, held: AbstractSet[int]) -> TimedEvent:
    if not sonority.pitches:
        return Rest(sonority.duration)
    notes = tuple(Note(pitch, sonority.duration, pitch.midi in held) for pitch in sonority.pitches)
    return notes[0] if len(notes) == 1 else Chord(notes)


def _filled(pieces: deque[TimedEvent], length: Fraction | None) -> list[Event]:
    """Takes the pieces that fill a measure, all that are left where `length` is None; the last one is cut."""
    taken: list[Event] = []
    room = length
    while pieces and (room is None or room > 0):
        piece = pieces.popleft()
        if room is not None and piece.duration > room:
            pieces.appendleft(_lasting(piece, piece.duration - room))
            piece = _lasting(piece, room, tied=True)
        taken.append(piece)
        room = None if room is None else room - piece.duration
    return taken


def _lasting(piece: TimedEvent, duration: Fraction, tied: bool = False) -> TimedEvent:
    """A piece with another length; tied to what follows, or as it was."""
    if isinstance(piece, Rest):
        return Rest(duration)
    if isinstance(piece, Chord):
        return Chord(tuple(Note(note.pitch, duration, tied or note.tie) for note in piece.notes))
    return Note(piece.pitch, duration, tied or piece.tie)


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The question about a whole score; see `QuestionType.ask`."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    found = _counted(score)
    if isinstance(found, Reason):
        return found
    most, explanation = found
    count = int(truth) if truth else most
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        strip(score),
        str(count),
        distractors=tuple(str(count + step) for step in (1, -1, 2, -2, 3) if count + step > 0),
        explanation=explanation,
    )


def _counted(score: Score) -> tuple[int, str] | Reason:
    """The largest number of notes that sound together, and where they first do."""
    if is_single_line(score) and not score.voices[0].percussion:
        return 1, "It is one voice of single notes, without a chord: 1."
    fullest = max(sonorities(score), key=lambda sonority: len(sonority.pitches), default=None)
    if fullest is None:
        return Reason("percussion", "it is written for percussion alone")
    names, most = ", ".join(map(str, fullest.pitches)), len(fullest.pitches)
    at = f"{float(fullest.onset):g} quarter notes from the start"
    return most, f"{at} the notes {names} sound at once, and nowhere more: {most}."


def category(truth: str) -> str:
    """The number itself, up to six."""
    return truth if int(truth) <= 6 else "more than 6"


TYPE = QuestionType(
    TASK,
    "the largest number of notes that sound together",
    strip,
    ask,
    whole_number,
    off_by_one,
    category,
    number_spellings,
)
