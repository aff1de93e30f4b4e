"""The tasks and the kinds of model that there are; each loads its own module when it is used.

To add a task: a question type in `symbolic.questions`, metrics in `eval.metrics`, and a line in `TASKS`. To
add a kind of model: a module in `eval.models` with ``names(task)`` and ``build(argument, task)`` (language
models: ``build(argument, task, decoding)``), and a line in `MODEL_KINDS`.

`TRANSCRIPTION` is a task that asks no question: its models write scores (`eval.models.transcribers`), and
`eval.transcription` runs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from importlib import import_module
from typing import TYPE_CHECKING, Any

from eval.metrics import Metric
from eval.models import BEST, Decoding, Model
from symbolic.errors import SymbolicError
from symbolic.questions import Question, question_type

if TYPE_CHECKING:
    from eval.models.transcribers import Transcriber

DEFAULT = "default"
ANALYSIS, MAJORITY = "baseline:analysis", "baseline:majority"
"""The best classical method, whatever its own name, and the commonest answer."""
LANGUAGE, THEORY = "hf:default", "hf:theory"
"""The shipped language models."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task: its question type has the same name in `symbolic.questions`, or it asks no question.

    Attributes:
        name: as the command line names it.
        metrics_module: holds ``METRICS``, the main one first.
        default_model: the best shipped model.
        category_name: what reports split the answers by.
        group_name: what the groups of its items are.
        category_detail: the member of a question's details that says it, where the truth alone does not.
        benchmark: what is asked about where no data are given; see `eval.benchmarks`.
        summary: one line, for a task that asks no question.
    """

    name: str
    metrics_module: str = "eval.metrics.plain"
    default_model: str = "baseline:analysis"
    category_name: str = "answer"
    group_name: str = "collection"
    category_detail: str = ""
    benchmark: str = "abc_tunes"
    summary: str = ""

    @property
    def description(self) -> str:
        """One line: what is asked."""
        return self.summary or question_type(self.name).description

    def category(self, question: Question) -> str:
        """The class under which reports count a question."""
        detail = question.details.get(self.category_detail)
        return question_type(self.name).category(question.truth) if detail is None else str(detail)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The task's metrics, the main one first."""
        found: tuple[Metric, ...] = import_module(self.metrics_module).METRICS
        return found


@dataclass(frozen=True, slots=True)
class ModelKind:
    """A kind of model, written ``PREFIX:ARGUMENT``.

    Attributes:
        module: has ``names(task)`` and ``build(argument, task)``, or with `decodes` a third argument.
        argument: what stands after the colon, for help texts.
        description: one line.
        open_ended: takes any argument, not only those that ``names`` lists.
        decodes: a `Decoding` says how it finds its answers.
        optional: arguments that are there only where their packages are installed.
    """

    module: str
    argument: str
    description: str
    open_ended: bool = False
    decodes: bool = False
    optional: frozenset[str] = frozenset()


TASKS = {
    task.name: task
    for task in (
        Task("key", "eval.metrics.key", LANGUAGE, "mode"),
        Task("time-signature", "eval.metrics.time_signature", LANGUAGE, "metre"),
        Task("chords", "eval.metrics.chords", LANGUAGE, "length", benchmark="harmony"),
        Task("structure", "eval.metrics.structure", LANGUAGE, "form"),
        Task(
            "harmonization",
            "eval.metrics.chords",
            category_name="length",
            benchmark="harmony",
        ),
        Task(
            "roman-numerals",
            "eval.metrics.roman_numerals",
            category_name="length",
            benchmark="harmony",
        ),
        Task("local-key", "eval.metrics.key", category_name="mode", benchmark="harmony"),
        Task("chord-name", category_name="quality", benchmark="harmony"),
        Task("cadence", category_name="cadence", benchmark="harmony"),
        Task("sections", "eval.metrics.boundaries", category_name="length"),
        Task("phrases", "eval.metrics.boundaries", category_name="length"),
        Task("returns", category_name="length"),
        Task("motif"),
        Task("continuation", category_name="letter"),
        Task("wrong-bar"),
        Task("completion"),
        Task("transposition"),
        Task("tempo-class", category_name="class"),
        Task("dance", category_name="dance"),
        Task("voices", category_name="voices", benchmark="ensembles"),
        Task("instrumentation", category_name="family", benchmark="ensembles"),
        Task("texture", category_name="texture", benchmark="ensembles"),
        Task("rhythmic-complexity", category_name="level"),
        Task("harmonic-complexity", category_name="level", benchmark="ensembles"),
        Task("range", category_name="range"),
        Task("caption", "eval.metrics.caption", category_name="length"),
        Task("interval", category_name="interval"),
        Task("scale-degree", category_name="degree"),
        Task("bar-count", category_name="length"),
        Task("note-count", category_name="count"),
        Task("highest-note", category_name="octave"),
        Task(
            "theory",
            default_model=THEORY,
            category_name="area",
            group_name="subject",
            category_detail="area",
            benchmark="theory",
        ),
    )
}

TRANSCRIPTION = Task(
    "transcription",
    "eval.metrics.transcription",
    "pipeline:basic-pitch",
    "key and metre",
    "texture",
    summary="a recording or a performance written as a score",
)

MODEL_KINDS = {
    "baseline": ModelKind("eval.models.baseline", "NAME", "a classical method"),
    "hf": ModelKind(
        "eval.models.huggingface",
        "PATH_OR_ID[+ADAPTER]",
        "a causal language model of transformers",
        open_ended=True,
        decodes=True,
    ),
    "openai": ModelKind(
        "eval.models.openai",
        "MODEL",
        "a model behind OPENAI_BASE_URL (vLLM, Ollama, a vendor)",
        open_ended=True,
        decodes=True,
    ),
    "audio": ModelKind(
        "eval.models.audio",
        "NAME",
        "hears the recording and never sees notes (with --input audio)",
        optional=frozenset({"madmom", "essentia"}),
    ),
    "pipeline": ModelKind("eval.models.pipeline", "BACKEND", "symbolic-transcribe, its notes by BACKEND"),
    "scripted": ModelKind("eval.models.scripted", "TEXT", "always answers TEXT (for tests)", open_ended=True),
}


def hint(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest known one, if any is near."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def task_named(name: str) -> Task:
    """The task of a name.

    Raises:
        SymbolicError: there is none.
    """
    known = {**TASKS, TRANSCRIPTION.name: TRANSCRIPTION}
    if name not in known:
        raise SymbolicError(f"unknown task {name!r}{hint(name, known)} (--task list shows all)")
    return known[name]


def model_names(task: Task) -> list[str]:
    """Every model that can be named in full for a task."""
    return [DEFAULT] + [
        f"{prefix}:{name}" for prefix, kind in MODEL_KINDS.items() for name in _names(kind, task.name)
    ]


def _names(kind: ModelKind, task: str) -> tuple[str, ...]:
    found: tuple[str, ...] = import_module(kind.module).names(task)
    return found


def choose_models(patterns: Sequence[str], tasks: Sequence[Task]) -> dict[str, list[str]]:
    """For each task the models that it is put to, in the order given and each once.

    Args:
        patterns: names of models; ``*`` and ``?`` stand for any letters, and bring the default model in
            under its own name only where ``default`` is not among the names before.
        tasks: a pattern has to match something in one of them at least.

    Raises:
        SymbolicError: a pattern matches nothing.
    """
    chosen: dict[str, list[str]] = {task.name: [] for task in tasks}
    for pattern in patterns:
        found = False
        for task in tasks:
            matches = _matches(pattern, task)
            found = found or bool(matches)
            present = set(chosen[task.name])
            if matches != [pattern]:  # what stands there under another name is not brought in twice
                present |= {task.default_model} if DEFAULT in present else set()
                has_names = any(name.startswith("baseline:") for name in set(matches) - {ANALYSIS, MAJORITY})
                present |= {ANALYSIS} if has_names else set()
            chosen[task.name] += [name for name in matches if name not in present]
        if not found:
            known = dict.fromkeys(name for task in tasks for name in model_names(task))
            raise SymbolicError(f"unknown model {pattern!r}{hint(pattern, known)} (--model list shows all)")
    return chosen


def _matches(pattern: str, task: Task) -> list[str]:
    found = [name for name in model_names(task) if name == pattern or fnmatchcase(name, pattern)]
    prefix, colon, argument = pattern.partition(":")
    kind = MODEL_KINDS.get(prefix) if colon else None
    if found or kind is None or task is TRANSCRIPTION:
        return found
    return [pattern] if argument and (kind.open_ended or argument in kind.optional) else []


def build_model(name: str, task: Task, decoding: Decoding = BEST) -> Model:
    """The model of a full name (no pattern) for a task; `decoding` is for those that it concerns.

    Raises:
        SymbolicError: there is none.
    """
    model: Model = _build(name, task, decoding)
    return model


def build_transcriber(name: str) -> Transcriber:
    """The model of a full name that writes scores.

    Raises:
        SymbolicError: there is none, or it is not installed.
    """
    transcriber: Transcriber = _build(name, TRANSCRIPTION, BEST)
    return transcriber


def _build(name: str, task: Task, decoding: Decoding) -> Any:
    if name not in choose_models([name], [task])[task.name]:
        raise SymbolicError(f"unknown model {name!r} (--model list shows all)")
    prefix, _, argument = (task.default_model if name == DEFAULT else name).partition(":")
    kind = MODEL_KINDS[prefix]
    options = (decoding,) if kind.decodes else ()
    return import_module(kind.module).build(argument, task.name, *options)
