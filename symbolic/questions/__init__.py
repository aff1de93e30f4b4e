r"""Questions about scores: made, worded and graded in one place for training, evaluation and rewards.

    >>> from symbolic import Score
    >>> from symbolic.questions import question_type
    >>> key = question_type("key")
    >>> question = key.ask(Score.from_abc("X:1\nL:1/8\nK:D\nDEFG ABcd|"), id="scale")
    >>> question.truth, key.grade(question, "It is in D-sharp major.").verdict
    ('D major', 'wrong')

A question never shows its answer. Each type lives in a module of its own, loaded when it is asked for.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

from symbolic.errors import SymbolicError
from symbolic.questions.base import Grade, Question, QuestionType, Reason, multiple_choice

__all__ = ["TASKS", "Grade", "Question", "QuestionType", "Reason", "multiple_choice", "question_type"]

TASKS = {
    "key": "symbolic.questions.key",
    "time-signature": "symbolic.questions.time_signature",
    "interval": "symbolic.questions.interval",
    "scale-degree": "symbolic.questions.scale_degree",
    "bar-count": "symbolic.questions.bar_count",
    "note-count": "symbolic.questions.note_count",
    "highest-note": "symbolic.questions.highest_note",
    "structure": "symbolic.questions.structure",
    "sections": "symbolic.questions.sections",
    "tempo-class": "symbolic.questions.tempo_class",
    "dance": "symbolic.questions.dance",
    "voices": "symbolic.questions.voices",
    "instrumentation": "symbolic.questions.instrumentation",
    "rhythmic-complexity": "symbolic.questions.rhythmic_complexity",
    "harmonic-complexity": "symbolic.questions.harmonic_complexity",
    "range": "symbolic.questions.range",
    "texture": "symbolic.questions.texture",
    "caption": "symbolic.questions.caption",
    "chords": "symbolic.questions.chords",
    "harmonization": "symbolic.questions.harmonization",
    "roman-numerals": "symbolic.questions.roman_numerals",
    "local-key": "symbolic.questions.local_key",
    "chord-name": "symbolic.questions.chord_name",
    "cadence": "symbolic.questions.cadence",
    "phrases": "symbolic.questions.phrases",
    "returns": "symbolic.questions.returns",
    "motif": "symbolic.questions.motif",
    "continuation": "symbolic.questions.continuation",
    "wrong-bar": "symbolic.questions.wrong_bar",
    "completion": "symbolic.questions.completion",
    "transposition": "symbolic.questions.transposition",
    "theory": "symbolic.questions.theory",
}
"""Task name → the module whose ``TYPE`` is the question type."""


def question_type(task: str) -> QuestionType:
    """The question type of a task.

    Raises:
        SymbolicError: there is no task of that name.
    """
    if task not in TASKS:
        close = get_close_matches(task, TASKS, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise SymbolicError(f"unknown task {task!r}{hint} Tasks: {', '.join(TASKS)}")
    found: QuestionType = import_module(TASKS[task]).TYPE
    return found
