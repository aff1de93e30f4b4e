"""The task "describe this piece": a factual caption, every clause of which follows from the score.

A caption tells what MidiCaps' captions tell (Melechovsky, Roy and Herremans, "MidiCaps: a large-scale MIDI
dataset with text captions", ISMIR 2024): key, metre, tempo, chords, instruments, genre (only where the
header states it), and besides length, form, range and texture. `symbolic.questions.facts` finds these facts
in a score, writes them as a caption and finds them in a text.

Shown: the score without words, with key, metre, tempo, chord symbols and MIDI programs. A genre that the
header states has to be concluded from the music.

A text is right when its facts are the true ones, all of them. Else its credit is the F1 of
``fact_precision`` (share of the facts told that are true) and ``fact_recall`` (share of the true facts that
are told); beside them stands ``rouge_l``, the F1 of the longest common subsequence of words (Lin, "ROUGE: a
package for automatic evaluation of summaries", 2004).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
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
from symbolic.questions.facts import Facts, false_facts, find_facts, same_fact, score_facts, write_caption
from symbolic.questions.prose import tidy
from symbolic.score import LineBreak, Score
from symbolic.transform import map_events

TASK = "caption"
WORDINGS = (
    "Describe this piece in a few factual sentences.",
    "Write a factual caption for this music.",
    "What can be said for sure about this piece? Write a short description.",
)
ANSWER_FORMAT = (
    "Name its genre, key, metre, tempo, texture, number of bars, form, range, chords and instruments, as far "
    "as the score tells them."
)
FEWEST_FACTS = 4
MAX_DISTRACTORS = 5
_WORD = re.compile(r"[\w#'/]+")


def strip(score: Score) -> Score:
    """The score without words; key, metre, tempo (its number), chord symbols and programs stay."""
    bare = strip_words(score, keep=(Key, Meter, Tempo, ChordSymbol, LineBreak))
    bare = map_events(bare, lambda event: _number_only(event) if isinstance(event, Tempo) else event)
    voices = tuple(
        replace(shown, program=voice.program) for shown, voice in zip(bare.voices, score.voices, strict=True)
    )
    return replace(bare, voices=voices, tempo=None if score.tempo is None else _number_only(score.tempo))


def _number_only(tempo: Tempo) -> Tempo | None:
    return None if tempo.bpm is None else replace(tempo, text="")


def ask(
    score: Score, rng: Random | None = None, *, id: str = "", truth: str | None = None
) -> Question | Reason:
    """The task for a whole score; `rng` also draws what is false in distractors; see `QuestionType.ask`."""
    reason = too_few_notes(score)
    if reason is not None:
        return reason
    facts = score_facts(score) if truth is None else find_facts(truth)
    if len(facts) < FEWEST_FACTS:
        return Reason("few-facts", f"only {len(facts)} facts can be told about it, fewer than {FEWEST_FACTS}")
    right = truth or write_caption(facts)
    return Question(
        id,
        TASK,
        worded(WORDINGS, rng),
        ANSWER_FORMAT,
        strip(score),
        right,
        distractors=_distractors(facts, right, rng),
        explanation=f"The score tells {len(facts)} things: {', '.join(facts)}.",
    )


def _distractors(facts: Facts, right: str, rng: Random | None) -> tuple[str, ...]:
    """Captions with one false fact each."""
    changes = false_facts(facts)
    if rng is not None:
        rng.shuffle(changes)
    captions = (write_caption({**facts, **change}) for change in changes)
    return tuple(dict.fromkeys(caption for caption in captions if caption != right))[:MAX_DISTRACTORS]


def parse(text: str) -> str | None:
    """The facts that a text tells, as a caption, or None where it tells none."""
    facts = find_facts(text)
    return write_caption(facts) if facts else None


def grade(question: Question, text: str) -> Grade:
    """Checks every fact that a text tells against the true ones."""
    told, true = find_facts(text), find_facts(question.truth)
    if not told:
        return NO_ANSWER
    claims = [(field, value) for field, values in told.items() for value in values]
    wanted = [(field, value) for field, values in true.items() for value in values]
    kept = sum(
        any(same_fact(field, value, other) for other in true.get(field, ())) for field, value in claims
    )
    found = sum(
        any(same_fact(field, value, other) for other in told.get(field, ())) for field, value in wanted
    )
    precision, recall = kept / len(claims), found / len(wanted)
    f1 = 2 * precision * recall / (precision + recall) if kept else 0.0
    scores = {"fact_precision": precision, "fact_recall": recall, "rouge_l": rouge_l(text, question.truth)}
    return Grade.of(f1, write_caption(told), scores)


def rouge_l(text: str, reference: str) -> float:
    """F1 of the longest common subsequence of words, 0 … 1; 0 where either text has none."""
    one, other = (_WORD.findall(tidy(words).casefold()) for words in (text, reference))
    common = _common_length(one, other)
    return 2 * common / (len(one) + len(other)) if common else 0.0


def _common_length(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for word in one:
        diagonal = 0
        for column, wanted in enumerate(other, 1):
            above = row[column]
            row[column] = diagonal + 1 if word == wanted else max(above, row[column - 1])
            diagonal = above
    return row[-1]


def category(truth: str) -> str:
    """How many kinds of facts are to be told."""
    return f"{len(find_facts(truth))} kinds of facts"


def spellings(truth: str) -> tuple[str, ...]:
    """A caption in lines, and with its sentences in another order."""
    sentences = re.findall(r"\S[^.]*\.", truth)
    return (truth, "\n".join(sentences), " ".join(reversed(sentences)), f"**Description**\n{truth}")


TYPE = QuestionType(
    TASK,
    "a factual description, graded fact by fact",
    strip,
    ask,
    parse,
    grade,
    category,
    spellings,
)
