"""``hf:PATH_OR_ID[+ADAPTER]``: causal language models of transformers; two are shipped (`SHIPPED`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.models.decoding import Decoding
from eval.models.loading import SHIPPED, shipped_folder
from eval.models.notate.weights import stored
from symbolic.errors import SymbolicError
from symbolic.questions import TASKS as QUESTION_TASKS

if TYPE_CHECKING:
    from eval.models.answerer import Answerer


def names(task: str) -> tuple[str, ...]:
    """The shipped models that are for a task, where this installation has them."""
    if task not in QUESTION_TASKS:
        return ()
    return tuple(name for name in SHIPPED if name in (SHIPPED[0], task) and shipped_folder(name).is_dir())


def build(argument: str, task: str, decoding: Decoding) -> Answerer:
    """The model of a path, a name on the hub, or one of `SHIPPED`.

    Raises:
        SymbolicError: it cannot be loaded (`eval.models.loading`), or cannot answer the task so.
    """
    folder = shipped_folder(argument) if argument in SHIPPED else argument
    chosen = decoding.resolved(task, stored(folder).choices.get(task))
    if chosen.method == "notate":
        from eval.models.notate import TASKS

        if task not in TASKS:
            raise SymbolicError(
                f"{task} has no notation to compare; --decode notate does {', '.join(sorted(TASKS))}"
            )
    from eval.models.loading import needed_packages

    with needed_packages():
        from eval.models.answerer import Answerer
        from eval.models.language_model import LanguageModel

        return Answerer(f"hf:{argument}", LanguageModel.load(argument), chosen)
