from random import Random

import pytest

from eval.models.trie import Trie

torch = pytest.importorskip("torch")

from eval.models import language_model  # noqa: E402
from eval.models.language_model import LanguageModel  # noqa: E402
from tests.eval.models.tiny import question  # noqa: E402

ANSWERS = ("G major", "G minor", "F# minor", "F# mixolydian", "C major", "F")


def _prompts(language: LanguageModel) -> list[list[int]]:
    return language.prompts(
        [
            question().prompt,
            "Which key?",
            question("time-signature").prompt,
            question(more="GAB c2A|" * 6).prompt,
        ]
    )


def _by_hand(language: LanguageModel, prompt: list[int], answer: list[int]) -> float:
    """One row, token by token, from the logits of the model."""
    row = [*prompt, *answer, language.end]
    with torch.no_grad():
        logits = language.model(torch.tensor([row])).logits[0].double().log_softmax(-1)
    return sum(float(logits[place - 1, row[place]]) for place in range(len(prompt), len(row)))


def test_prompts_are_what_training_shows(language: LanguageModel) -> None:
    from training.prompts import chat_samples

    asked = question()
    chat = [{"role": "user", "content": asked.prompt}, {"role": "assistant", "content": asked.truth}]
    (sample,) = chat_samples(language.tokenizer, [chat])
    (prompt,) = language.prompts([asked.prompt])
    assert [*prompt, *language.tokens(asked.truth), language.end] == sample.ids


def test_the_shared_prefix_gives_what_whole_rows_give(language: LanguageModel) -> None:
    prompts = _prompts(language)
    answers = [
        language.rows(ANSWERS),
        language.rows(ANSWERS[:2]),
        language.rows(ANSWERS),
        language.rows(ANSWERS),
    ]
    assert language._shares
    scores = language.score(prompts, answers)
    for prompt, own, row in zip(prompts, answers, scores, strict=True):
        assert row == pytest.approx([_by_hand(language, prompt, answer) for answer in own], abs=2e-4)


def test_a_model_that_cannot_share_is_asked_row_by_row(
    folder: object, language: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the tree's mask is lost, as where an architecture ignores it."""
    plain = LanguageModel(language.model, language.tokenizer)
    monkeypatch.setattr(
        language_model._Layout, "mask", lambda self, shown: shown.new_zeros(len(shown), 1, 1, 1).float()
    )
    assert not plain._shares
    prompts, answers = _prompts(language)[:2], [language.rows(ANSWERS)] * 2
    by_hand = [
        [_by_hand(language, prompt, answer) for answer in own]
        for prompt, own in zip(prompts, answers, strict=True)
    ]
    assert plain.score(prompts, answers) == [pytest.approx(row, abs=2e-4) for row in by_hand]


@pytest.mark.parametrize("limit", [64, 1 << 20])
def test_batches_change_nothing(language: LanguageModel, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_model, "BATCH_TOKENS", limit)
    prompts = _prompts(language)
    answers = [language.rows(ANSWERS)] * len(prompts)
    alone = [language.score([prompt], [own])[0] for prompt, own in zip(prompts, answers, strict=True)]
    assert language.score(prompts, answers) == [pytest.approx(row, abs=2e-4) for row in alone]
    assert language.generate(prompts, 12) == [language.generate([prompt], 12)[0] for prompt in prompts]
    assert language.log_likelihoods(prompts) == pytest.approx(
        [language.log_likelihoods([prompt])[0] for prompt in prompts], abs=1e-3
    )


def test_likelihoods_add_up(language: LanguageModel) -> None:
    prompt, answer = _prompts(language)[0], language.tokens("G major")
    row = [*prompt, *answer, language.end]
    (whole,), (asked,) = language.log_likelihoods([row]), language.log_likelihoods([prompt])
    (after,) = language.log_likelihoods([row], [len(prompt)])
    assert whole == pytest.approx(asked + after, abs=1e-3)
    assert after == pytest.approx(language.score([prompt], [[answer]])[0][0], abs=2e-4)


def test_all_answers_and_their_ends_are_at_most_certain(language: LanguageModel) -> None:
    """Probabilities of different whole answers are of disjoint events: F is not the start of F# minor."""
    import math

    (scores,) = language.score(_prompts(language)[:1], [language.rows(ANSWERS)])
    assert 0 < sum(map(math.exp, scores)) < 1


def test_generation_stops_at_the_end_and_keeps_to_what_is_allowed(language: LanguageModel) -> None:
    rows = language.rows(ANSWERS)
    trie = language.trie(rows)
    prompts = _prompts(language)
    written = language.generate(prompts, 8, lambda row, so_far: trie.allowed(so_far, language.end))
    assert all(row in rows for row in written)
    first = language.tokens("G")[0]
    assert language.generate(prompts[:1], 5, lambda row, so_far: [language.end] if so_far else [first]) == [
        [first]
    ]


def test_pieces_are_the_texts_of_tokens(language: LanguageModel) -> None:
    text = question().prompt.strip()
    assert "".join(language.pieces[token] for token in language.tokens(text)) == text
    tokenizer = language.tokenizer
    for token in (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id):
        assert language.pieces[token] == ""


def test_a_tree_holds_each_beginning_once() -> None:
    rng = Random(0)
    answers = [tuple(rng.randrange(4) for _ in range(rng.randint(1, 5))) for _ in range(40)]
    trie = Trie.of(answers, 9)
    beginnings = {answer[:end] for answer in answers for end in range(1, len(answer) + 1)}
    assert len(trie) == 1 + len(beginnings)
    for answer, path in zip(answers, trie.paths, strict=True):
        assert tuple(trie.edges[edge][1] for edge in path) == (*answer, 9)
        assert trie.allowed(answer, 9).count(9) == 1
    assert trie.allowed((7,), 9) == [9]
    for node, row in enumerate(trie.lineage()):
        assert row[0]
        assert row[node]
        assert sum(row) == trie.depths[node] + 1
    with pytest.raises(ValueError, match="no answers"):
        Trie.of([], 9)
