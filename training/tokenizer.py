"""Tokenizers as folders that transformers loads: made from a SentencePiece model.

A chat is ``<s><|user|>QUESTION<|assistant|>ANSWER</s>``; a plain text ``<s>TEXT</s>``. The template travels
with the tokenizer, so that vLLM and others format a question as training did.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from symbolic.errors import SymbolicError
from symbolic.tokenizers import sentencepiece

TOKENIZER_FILES = ("tokenizer.json", "tokenizer.model")
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}"
    f"{sentencepiece.ASSISTANT}{{{{ message['content'] }}}}{{{{ eos_token }}}}"
    "{% else %}"
    f"{sentencepiece.USER}{{{{ message['content'] }}}}"
    "{% endif %}{% endfor %}"
    f"{{% if add_generation_prompt %}}{sentencepiece.ASSISTANT}{{% endif %}}"
)


def from_sentencepiece(model: bytes, context: int) -> Any:
    """A transformers tokenizer with the same pieces as a SentencePiece model of ours.

    Args:
        model: as `symbolic.tokenizers.sentencepiece.train` returns it.
        context: the most tokens that the language model takes.
    """
    from transformers import LlamaTokenizer

    with tempfile.TemporaryDirectory() as folder:
        sentencepiece.write(model, Path(folder) / "tokenizer.model")
        return LlamaTokenizer.from_pretrained(
            folder,
            legacy=False,
            add_prefix_space=False,
            unk_token=sentencepiece.UNKNOWN,
            bos_token=sentencepiece.BEGIN,
            eos_token=sentencepiece.END,
            pad_token=sentencepiece.PADDING,
            model_max_length=context,
            chat_template=CHAT_TEMPLATE,
        )


def train_tokenizer(
    texts: Iterable[str], out: Path, vocabulary: int, context: int, *, phrases: bool = False
) -> Any:
    """Trains a tokenizer and saves it as a folder, whole or not at all.

    Raises:
        SymbolicError: as `symbolic.tokenizers.sentencepiece.train`.
    """
    model = sentencepiece.train(texts, vocabulary, phrases=phrases)
    tokenizer = from_sentencepiece(model, context)
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    tokenizer.save_pretrained(part)
    sentencepiece.write(model, part / "tokenizer.model")
    shutil.rmtree(out, ignore_errors=True)
    part.rename(out)
    return tokenizer


def load_tokenizer(folder: str | Path, template: str | None = None) -> Any:
    """The tokenizer of a model folder or of a model on the hub.

    Args:
        folder: which.
        template: the chat format that it is given if it has none.

    Raises:
        SymbolicError: a folder without one, nothing of that name, or no chat format.
    """
    from transformers import AutoTokenizer

    path = Path(folder)
    if path.is_dir() and not any((path / name).is_file() for name in TOKENIZER_FILES):
        raise SymbolicError(
            f"{folder} has no tokenizer (none of {', '.join(TOKENIZER_FILES)}); copy its files there"
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
    except (OSError, ValueError) as exc:
        raise SymbolicError(f"no tokenizer can be loaded from {folder}: {str(exc).splitlines()[0]}") from exc
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    if tokenizer.chat_template is None:
        tokenizer.chat_template = template
    if tokenizer.chat_template is None:
        raise SymbolicError(
            f"the tokenizer of {folder} has no chat template; take the model's chat version, or give it one "
            "with: symbolic-train tokenizer --extend"
        )
    return tokenizer
