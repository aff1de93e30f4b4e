"""From what was understood to a question that a model can be put to: one builder for each type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from eval.ask import form_questions, harmony_questions, note_questions
from eval.ask.arguments import Arguments
from eval.ask.draft import MISSING, Asked, Outcome, bare
from symbolic.questions import Reason, question_type
from symbolic.score import Score

EXAMPLES = {
    "interval": "Which interval is between the 2nd and the 3rd note of bar 5?",
    "scale-degree": "Which scale degree is the 2nd note of bar 5?",
    "chord-name": "Which chord sounds on beat 1 of bar 5?",
    "local-key": "In which key are bars 5 to 8?",
    "returns": "Where does bar 5 come back?",
    "completion": "What is missing in bar 5?",
    "transposition": "Transpose bars 1 to 4 up a tone.",
}
"""Task → a question that says all that is needed."""
PLACEHOLDERS = {
    "key": "C major",
    "time-signature": "4/4",
    "tempo-class": "moderato",
    "dance": "reel",
    "instrumentation": "piano",
}
"""Task → any answer, for types that ask only about scores with a known one. It is taken out again."""


BUILDERS: dict[str, Callable[[Score, str, Arguments], Outcome]] = {
    "interval": note_questions.interval,
    "scale-degree": note_questions.scale_degree,
    "bar-count": note_questions.bar_count,
    "note-count": note_questions.of_bars,
    "highest-note": note_questions.of_bars,
    "structure": form_questions.form,
    "sections": form_questions.form,
    "phrases": form_questions.phrases,
    "returns": form_questions.returns,
    "motif": form_questions.motif,
    "continuation": form_questions.continuation,
    "wrong-bar": note_questions.wrong_bar,
    "completion": note_questions.completion,
    "transposition": note_questions.transposition,
    "chords": harmony_questions.chords,
    "harmonization": harmony_questions.chords,
    "roman-numerals": harmony_questions.roman_numerals,
    "local-key": harmony_questions.local_key,
    "chord-name": harmony_questions.chord_name,
    "cadence": harmony_questions.cadence,
}
"""Task → how it is asked; the others ask about the whole score."""


def ask_about(score: Score, task: str, given: Arguments) -> Outcome:
    """The question of a type about a score, or the reason why it cannot be asked."""
    builder = BUILDERS.get(task, _whole)
    outcome = builder(score, task, given)
    if isinstance(outcome, Reason) and outcome.code == MISSING:
        return replace(outcome, message=f"{outcome.message}, as in: {EXAMPLES[task]}")
    return outcome


def _whole(score: Score, task: str, given: Arguments) -> Outcome:
    """Types that ask about a whole score."""
    kind = question_type(task)
    found = kind.ask(score)
    if isinstance(found, Reason) and task in PLACEHOLDERS:
        found = kind.ask(score, truth=PLACEHOLDERS[task])
    return found if isinstance(found, Reason) else Asked(bare(found))
