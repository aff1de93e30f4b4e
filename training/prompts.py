"""From texts and chats to tokens, each token with what it teaches.

The tokens of a plain text are TEXT. Of a chat, the last answer is ANSWER and what comes before it is SHOWN,
which pretraining counts as text (the music in a question is music too) and finetuning leaves out. So does
pretraining with the music that an answer writes out first: it is long, and would drown what is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from symbolic.questions.base import ANSWER_LINE, NOTATE


class Kind(IntEnum):
    """What a token teaches; the loss of each kind is averaged by itself."""

    IGNORED = 0
    TEXT = 1
    ANSWER = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """One training sequence.

    Attributes:
        ids: tokens.
        kinds: the `Kind` of each, as the target of a prediction.
    """

    ids: list[int]
    kinds: list[int]


def text_samples(tokenizer: Any, texts: Sequence[str]) -> list[Sample]:
    """Plain texts between the tokens that begin (where there is one) and end a text."""
    begin = [] if tokenizer.bos_token_id is None else [tokenizer.bos_token_id]
    found = []
    for ids in tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]:
        whole = [*begin, *ids, tokenizer.eos_token_id]
        found.append(Sample(whole, [int(Kind.TEXT)] * len(whole)))
    return found


def chat_samples(
    tokenizer: Any, chats: Sequence[Sequence[dict[str, str]]], shown: Kind = Kind.IGNORED
) -> list[Sample]:
    """Chats whose last turn is the assistant's, in the tokenizer's own chat format.

    Args:
        tokenizer: with a chat template.
        chats: of each, the messages (``role``, ``content``).
        shown: the kind of all tokens before the last answer; as `Kind.TEXT` also that of written-out music.
    """
    prompts = [question_text(tokenizer, chat[:-1]) for chat in chats]
    wholes = [_formatted(tokenizer, chat) for chat in chats]
    found = []
    asked = tokenizer(prompts, add_special_tokens=False, verbose=False)["input_ids"]
    for prompt, whole, before in zip(prompts, wholes, asked, strict=True):
        rest = whole.removeprefix(prompt).partition(tokenizer.eos_token)[0]
        after = [*tokenizer(rest, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
        music = 0
        if shown is Kind.TEXT and NOTATE in prompt:
            written = rest.rpartition(ANSWER_LINE)[0]
            music = len(tokenizer(written, add_special_tokens=False)["input_ids"])
        kinds = [int(shown)] * (len(before) + music) + [int(Kind.ANSWER)] * (len(after) - music)
        found.append(Sample([*before, *after], kinds))
    return found


def question_text(tokenizer: Any, messages: Sequence[dict[str, str]]) -> str:
    """The messages as the model sees them, up to where its answer begins."""
    return _formatted(tokenizer, messages, add_generation_prompt=True)


def _formatted(tokenizer: Any, messages: Sequence[dict[str, str]], **options: Any) -> str:
    """By the tokenizer's template; a model that can think before it answers (Qwen3) is asked not to."""
    text: str = tokenizer.apply_chat_template(
        list(messages), tokenize=False, enable_thinking=False, **options
    )
    return text
