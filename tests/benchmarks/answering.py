"""Throughput of scoring every allowed answer, beside lm-evaluation-harness on the same work in the same run.

    python -m tests.benchmarks.answering MODEL [--task TASK] [--items N] [--threads N] [--batch N ...]

MODEL is a folder as ``hf:`` takes it. Both get the same prompts and the same answers with the token that ends
them, tokenize them, and give the log-probability of each answer; the harness (`lm_eval`, which must be
installed) as its multiple-choice tasks do, with the fastest of several batch sizes, ours over the shared
prompt. Then: whether the scores and the best answers are the same, and our speed on many questions.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any, TypeVar

from eval.models.answerer import Answerer
from eval.models.choices import Choices
from eval.models.decoding import Decoding
from eval.models.language_model import LanguageModel
from eval.runner import prepare
from symbolic.questions import Question

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What some work gives, and how many seconds it takes."""
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def ours(language: LanguageModel, questions: Sequence[Question]) -> list[list[float]]:
    """The log-probability of each text of each question."""
    prompts = language.prompts([question.prompt.strip() for question in questions])
    return language.score(prompts, [language.rows(Choices.of(question).texts) for question in questions])


def theirs(harness: Any, language: LanguageModel, questions: Sequence[Question]) -> list[list[float]]:
    """The same by lm-evaluation-harness, one request for each text."""
    from lm_eval.api.instance import Instance

    end = language.tokenizer.eos_token
    requests, counts = [], []
    for question in questions:
        prompt = language.chat(question.prompt.strip())
        texts = Choices.of(question).texts
        counts.append(len(texts))
        for number, text in enumerate(texts):
            requests.append(Instance("loglikelihood", {}, (prompt, text + end), number))
    scores = iter(score for score, _ in harness.loglikelihood(requests, disable_tqdm=True))
    return [[next(scores) for _ in range(count)] for count in counts]


def compare(
    language: LanguageModel, questions: Sequence[Question], batches: Sequence[int]
) -> dict[str, float | int | str]:
    """Both on the same questions."""
    from lm_eval.models.huggingface import HFLM

    ours(language, questions[:1])
    mine, seconds = timed(lambda: ours(language, questions))
    best: tuple[list[list[float]], float, int] | None = None
    for batch in batches:
        harness = HFLM(
            language.model,
            tokenizer=language.tokenizer,
            batch_size=batch,
            add_bos_token=False,
            max_length=language.context,
        )
        other, spent = timed(lambda harness=harness: theirs(harness, language, questions))
        if best is None or spent < best[1]:
            best = other, spent, batch
    assert best is not None
    other, spent, batch = best
    pairs = list(zip(mine, other, strict=True))
    return {
        "items": len(questions),
        "answers": len(mine[0]),
        "ours_per_s": len(questions) / seconds,
        "harness": f"lm_eval {version('lm_eval')}, batch {batch}",
        "harness_per_s": len(questions) / spent,
        "ratio": spent / seconds,
        "largest_difference_nats": max(
            abs(a - b) for one, two in pairs for a, b in zip(one, two, strict=True)
        ),
        "same_best": sum(one.index(max(one)) == two.index(max(two)) for one, two in pairs),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model")
    parser.add_argument("--task", default="key")
    parser.add_argument("--items", type=int, default=16)
    parser.add_argument("--many", type=int, default=200, help="questions for our own speed")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, nargs="+", default=[16, 64])
    options = parser.parse_args(argv)
    import torch

    torch.set_num_threads(options.threads)
    language = LanguageModel.load(options.model)
    asked = prepare(options.task, limit=options.many).questions
    fitting = [
        question
        for question in asked
        if len(language.prompts([question.prompt.strip()])[0]) < language.context - 16
    ]
    figures: dict[str, Any] = {"threads": options.threads, "task": options.task}
    figures |= compare(language, fitting[: options.items], options.batch)
    answerer = Answerer("model", language, Decoding("score", False, False))
    _, seconds = timed(lambda: list(answerer.answers(asked)))
    figures["many"], figures["many_per_s"] = len(asked), len(asked) / seconds
    print(
        json.dumps(
            {name: round(x, 5) if isinstance(x, float) else x for name, x in figures.items()}, indent=1
        )
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
