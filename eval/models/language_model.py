"""What is asked of a language model: how likely texts and answers are, and what it goes on to write.

Tokens are lists of integers. Log-probabilities are sums in nats over tokens, each given all before it in its
row; those of answers take in the token that ends them. Work is done in batches of rows of like length: the
results are those of one row at a time, up to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from eval.models.loading import load
from eval.models.trie import Trie

Rows = Sequence[Sequence[int]]
Allowed = Callable[[int, list[int]], list[int]]
"""``allowed(row, written)`` → the tokens that may come next."""
BATCH_TOKENS = 8192
BATCH_LOGITS = 1 << 25
"""Most tokens and most logits (128 MiB of them) of a batch."""
_LONGEST = 1 << 20
_LARGE_LOGIT = 32
"""Two ways of computing the same may differ by the rounding of such a logit (in bfloat16 a quarter)."""


class LanguageModel:
    """A causal language model of transformers with its tokenizer.

    Args:
        model: ready to answer (`eval`).
        tokenizer: its tokenizer, with a chat template.
        name: for messages.
    """

    def __init__(self, model: Any, tokenizer: Any, name: str = "model") -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.name = name
        self.end: int = tokenizer.eos_token_id
        self._tries: dict[tuple[tuple[int, ...], ...], Trie] = {}
        self._rows: dict[tuple[str, ...], list[list[int]]] = {}

    @classmethod
    def load(cls, argument: str) -> LanguageModel:
        """The model of ``PATH_OR_ID[+ADAPTER]``; the last one loaded is kept.

        Raises:
            SymbolicError: as `eval.models.loading.load`.
        """
        return _loaded(argument)

    @property
    def context(self) -> int:
        """The most tokens of a row."""
        held = getattr(self.model.config, "max_position_embeddings", None) or _LONGEST
        return min(int(held), int(self.tokenizer.model_max_length))

    def tokens(self, text: str) -> list[int]:
        """The tokens of a text, without any that begin or end it."""
        return self._tokenized([text])[0]

    def rows(self, texts: tuple[str, ...]) -> list[list[int]]:
        """The tokens of each text; kept, for texts that are asked for often."""
        if texts not in self._rows:
            self._rows[texts] = self._tokenized(texts)
        return self._rows[texts]

    def _tokenized(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        found: list[list[int]] = self.tokenizer(list(texts), add_special_tokens=False, verbose=False)[
            "input_ids"
        ]
        return found

    def prompts(self, questions: Sequence[str]) -> list[list[int]]:
        """The tokens of each question in the tokenizer's chat format, up to where the answer begins."""
        return self._tokenized([self.chat(text) for text in questions])

    def chat(self, question: str) -> str:
        """A question in the tokenizer's chat format, up to where the answer begins."""
        from training.prompts import question_text

        return question_text(self.tokenizer, [{"role": "user", "content": question}])

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """The text of each token inside a text; empty for those that have none of their own."""
        anchor = self.tokens("|")
        lead = self.text(anchor)
        texts = []
        for token in range(self._vocabulary):
            text = self.text([*anchor, token]).removeprefix(lead) if token < len(self.tokenizer) else ""
            texts.append("" if "\ufffd" in text else text)
        return tuple(texts)

    def trie(self, answers: Rows) -> Trie:
        """The tree of some answers; the same object for the same answers."""
        key = tuple(map(tuple, answers))
        if key not in self._tries:
            self._tries[key] = Trie.of(key, self.end)
        return self._tries[key]

    def text(self, tokens: Sequence[int]) -> str:
        """The text of some tokens."""
        text: str = self.tokenizer.decode(
            list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text

    # Scoring

    def log_likelihoods(self, rows: Rows, starts: Sequence[int] | None = None) -> list[float]:
        """The log-probability of each row's tokens from number `start` on (default 1: all but the first)."""
        import torch

        begins = [1] * len(rows) if starts is None else [max(1, start) for start in starts]
        found = [0.0] * len(rows)
        with torch.inference_mode():
            for group in _batches([len(row) for row in rows], 0, self._vocabulary):
                ids = self._padded([rows[index] for index in group])
                logits = self.model(input_ids=ids, use_cache=False).logits[:, :-1].float()
                gained = logits.gather(-1, ids[:, 1:, None])[..., 0] - logits.logsumexp(-1)
                for place, index in enumerate(group):
                    span = gained[place, begins[index] - 1 : len(rows[index]) - 1]
                    found[index] = float(span.double().sum())
        return found

    def score(self, prompts: Rows, answers: Sequence[Rows]) -> list[list[float]]:
        """The log-probability of each of its answers, with the end token, after each prompt.

        The prompt is computed once and its keys and values are shared by all answers; answers share what
        they begin with. A model that cannot be asked so (one with a recurrent state) computes each row whole.
        """
        tries = [self.trie(rows) for rows in answers]
        return self._shared(prompts, tries) if self._shares else self._recomputed(prompts, answers)

    def _recomputed(self, prompts: Rows, answers: Sequence[Rows]) -> list[list[float]]:
        rows, starts = [], []
        for prompt, own in zip(prompts, answers, strict=True):
            rows += [[*prompt, *answer, self.end] for answer in own]
            starts += [len(prompt)] * len(own)
        scores = iter(self.log_likelihoods(rows, starts))
        return [[next(scores) for _ in own] for own in answers]

    def _shared(self, prompts: Rows, tries: Sequence[Trie]) -> list[list[float]]:
        import torch

        same: dict[int, list[int]] = {}
        for index, trie in enumerate(tries):
            same.setdefault(id(trie), []).append(index)
        found: list[list[float]] = [[] for _ in prompts]
        with torch.inference_mode():
            for indices in same.values():
                trie = tries[indices[0]]
                layout = _Layout(trie, self.model)
                lengths = [len(prompts[index]) for index in indices]
                for group in _batches(lengths, len(trie), self._vocabulary, len(trie)):
                    chosen = [indices[place] for place in group]
                    scores = self._batch_shared([prompts[index] for index in chosen], layout)
                    for index, row in zip(chosen, scores, strict=True):
                        found[index] = row
        return found

    def _batch_shared(self, prompts: Rows, layout: _Layout) -> list[list[float]]:
        """Scores of answers after each prompt: the prompts first, but for their last token, then the tree."""
        import torch

        ids = self._padded([prompt[:-1] for prompt in prompts])
        past = self.model(input_ids=ids, use_cache=True, logits_to_keep=1).past_key_values
        lengths = torch.tensor([len(prompt) - 1 for prompt in prompts], device=ids.device)
        roots = torch.tensor([[prompt[-1]] for prompt in prompts], device=ids.device)
        shown = torch.arange(ids.shape[1], device=ids.device) < lengths[:, None]
        logits = self.model(
            input_ids=torch.cat((roots, layout.tokens.expand(len(prompts), -1)), dim=1),
            position_ids=lengths[:, None] + layout.depths,
            attention_mask=layout.mask(shown),
            past_key_values=past,
        ).logits.float()
        edges = logits[:, layout.nodes, layout.following] - logits.logsumexp(-1)[:, layout.nodes]
        scores: list[list[float]] = (edges.double() @ layout.paths).tolist()
        return scores

    @cached_property
    def _shares(self) -> bool:
        """Whether the tree gives what whole rows give, seen on two short prompts of unlike length."""
        import torch

        ids = [index for index, piece in enumerate(self.pieces) if piece][:12]
        prompts, answers = [ids[:9], ids[4:8]], [[ids[:2], ids[:1], ids[2:6]]] * 2
        tries = [Trie.of(own, self.end) for own in answers]
        try:
            shared = self._shared(prompts, tries)
        except (TypeError, ValueError, RuntimeError, AttributeError, NotImplementedError):
            return False  # not every architecture takes such a mask, or keeps keys and values
        whole = self._recomputed(prompts, answers)
        tolerance = max(1e-3, _LARGE_LOGIT * torch.finfo(self.model.dtype).eps)
        pairs = zip(chain(*shared), chain(*whole), strict=True)
        return all(abs(one - other) < tolerance for one, other in pairs)

    # Writing

    def generate(self, prompts: Rows, most: int, allowed: Allowed | None = None) -> list[list[int]]:
        """What the model goes on to write, greedily, without the end token.

        Args:
            prompts: of which none may be longer than the context less `most`.
            most: the most tokens to write.
            allowed: restricts the next token.
        """
        import torch
        from transformers import GenerationConfig

        padding = self.tokenizer.pad_token_id
        config = GenerationConfig(
            do_sample=False, max_new_tokens=most, pad_token_id=padding, eos_token_id=self.end
        )
        found: list[list[int]] = [[] for _ in prompts]
        lengths = [len(prompt) for prompt in prompts]
        for group in _batches(lengths, most, self._vocabulary, 1):
            ids, width = self._padded([prompts[index] for index in group], left=True), lengths[group[-1]]
            seen = torch.tensor(
                [[place >= width - lengths[index] for place in range(width)] for index in group],
                device=ids.device,
            )
            written = self.model.generate(
                ids,
                attention_mask=seen.long(),
                generation_config=config,
                prefix_allowed_tokens_fn=allowed and _restriction(allowed, group, width),
            )
            for place, index in enumerate(group):
                row = written[place, width:].tolist()
                found[index] = row[: row.index(self.end)] if self.end in row else row
        return found

    # Batches

    @property
    def _vocabulary(self) -> int:
        return int(self.model.get_input_embeddings().num_embeddings)

    def _padded(self, rows: Rows, left: bool = False) -> Any:
        import torch

        width, padding = max(map(len, rows)), self.tokenizer.pad_token_id
        filled = [
            [padding] * (width - len(row)) + list(row) if left else [*row, *[padding] * (width - len(row))]
            for row in rows
        ]
        return torch.tensor(filled, device=self.model.device)


class _Layout:
    """A tree as tensors on the model's device."""

    def __init__(self, trie: Trie, model: Any) -> None:
        import torch

        place = {"device": model.device}
        self._dtype = model.dtype
        self._lineage = torch.tensor(trie.lineage(), **place)
        self.tokens = torch.tensor([trie.tokens], dtype=torch.long, **place)
        self.depths = torch.tensor([trie.depths], **place)
        self.nodes = torch.tensor([node for node, _ in trie.edges], **place)
        self.following = torch.tensor([token for _, token in trie.edges], **place)
        self.paths = torch.zeros(len(trie.edges), len(trie.paths), dtype=torch.double, **place)
        for answer, path in enumerate(trie.paths):
            self.paths[list(path), answer] = 1

    def mask(self, shown: Any) -> Any:
        """What is added to the attention of nodes (batch, 1, nodes, prompt + nodes): 0, or far below."""
        import torch

        rows, nodes = len(shown), len(self._lineage)
        seen = torch.cat((shown[:, None].expand(-1, nodes, -1), self._lineage.expand(rows, -1, -1)), dim=2)
        far = torch.finfo(self._dtype).min
        return torch.zeros_like(seen, dtype=self._dtype).masked_fill_(~seen, far)[:, None]


def _batches(
    lengths: Sequence[int], more: int, vocabulary: int, kept: int | None = None
) -> Iterator[list[int]]:
    """Indices in groups of like length, the shortest first, each group within the limits of a batch.

    Args:
        lengths: of the rows.
        more: tokens that are computed after each row.
        vocabulary: logits of a token.
        kept: tokens of a row whose logits are computed; all where None.
    """
    group: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: lengths[index]):
        size, logits = lengths[index] + more, vocabulary * (lengths[index] if kept is None else kept)
        if group and (len(group) + 1) * max(size / BATCH_TOKENS, logits / BATCH_LOGITS) > 1:
            yield group
            group = []
        group.append(index)
    if group:
        yield group


def _restriction(allowed: Allowed, group: Sequence[int], width: int) -> Callable[[int, Any], list[int]]:
    return lambda place, ids: allowed(group[place], ids[width:].tolist())


@lru_cache(maxsize=1)
def _loaded(argument: str) -> LanguageModel:
    return LanguageModel(*load(argument), argument)
