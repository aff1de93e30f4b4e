"""Packed rows: no sequence sees another, nothing is lost, and a cache that cannot be mistaken for another."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from symbolic.errors import SymbolicError  # noqa: E402
from symbolic.questions.base import NOTATE  # noqa: E402
from tests.training import tiny as make  # noqa: E402
from tests.training.conftest import Tiny  # noqa: E402
from training import models, packing  # noqa: E402
from training.packing import Collator, Selection, packed  # noqa: E402
from training.prompts import Kind, chat_samples, text_samples  # noqa: E402
from training.run import material  # noqa: E402
from training.tokenizer import load_tokenizer  # noqa: E402
from training.trainer import counted, summed_losses  # noqa: E402


def selection(corpus: Path, **changes: Any) -> Selection:
    values = {
        "split": "train",
        "kinds": ("score", "chat"),
        "times": {},
        "shown": Kind.IGNORED,
        "context": 256,
        "seed": 0,
    }
    return Selection(corpus, **(values | changes))


def sequences(tokenizer: Any) -> list[Any]:
    """Two texts and two chats of different lengths."""
    texts = text_samples(tokenizer, ["X:1\nM:3/4\nK:G\nGAB|c3|", "X:1\nK:C\nC"])
    turns = [
        [
            {"role": "user", "content": make.question(number).prompt},
            {"role": "assistant", "content": "D major"},
        ]
        for number in (1, 2)
    ]
    return [*texts, *chat_samples(tokenizer, turns)]


def test_music_that_an_answer_writes_out_counts_as_text(tiny: Tiny) -> None:
    tokenizer = load_tokenizer(tiny.tokenizer)
    turns = [
        {"role": "user", "content": f"Which metre? {NOTATE}"},
        {"role": "assistant", "content": "GAB|c3|\nAnswer: 3/4"},
    ]
    (shown,), (hidden,) = (chat_samples(tokenizer, [turns], kind) for kind in (Kind.TEXT, Kind.IGNORED))
    assert shown.ids == hidden.ids
    answers = [
        tokenizer.decode(
            [token for token, kind in zip(sample.ids, sample.kinds, strict=True) if kind == Kind.ANSWER]
        )
        for sample in (shown, hidden)
    ]
    assert [text.partition("</s>")[0] for text in answers] == ["Answer: 3/4", "GAB|c3|\nAnswer: 3/4"]


def row(*found: Any) -> dict[str, Any]:
    return {
        "input_ids": [token for sample in found for token in sample.ids],
        "kinds": [kind for sample in found for kind in sample.kinds],
        "seq_lengths": [len(sample.ids) for sample in found],
    }


def logits(model: Any, batch: dict[str, Any]) -> Any:
    with torch.no_grad():
        return model(input_ids=batch["input_ids"], position_ids=batch["position_ids"], use_cache=False).logits


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_a_packed_sequence_is_read_as_if_alone(tiny: Tiny, attention: str) -> None:
    tokenizer = load_tokenizer(tiny.tokenizer)
    model = models.load_model(tiny.base, attn_implementation=attention).eval()
    first, second, third, fourth = sequences(tokenizer)
    collate = Collator(tokenizer.pad_token_id)
    together = logits(model, collate([row(first, third, second), row(fourth)]))
    places = {
        0: [(first, 0), (third, len(first.ids)), (second, len(first.ids) + len(third.ids))],
        1: [(fourth, 0)],
    }
    for index, found in places.items():
        for sample, start in found:
            alone = model(input_ids=torch.tensor([sample.ids])).logits[0]
            torch.testing.assert_close(
                together[index, start : start + len(sample.ids)], alone, atol=1e-5, rtol=1e-4
            )


def test_a_packed_row_teaches_what_its_sequences_teach_apart(tiny: Tiny) -> None:
    tokenizer = load_tokenizer(tiny.tokenizer)
    model = models.load_model(tiny.base)
    collate = Collator(tokenizer.pad_token_id)
    found = sequences(tokenizer)
    results = []
    for rows in ([row(*found)], [row(sample) for sample in found]):
        batch = collate(rows)
        output = model(
            input_ids=batch["input_ids"], position_ids=batch["position_ids"], use_cache=False
        ).logits
        sums, counts = summed_losses(output, batch["input_ids"], batch["kinds"]), counted(batch["kinds"])
        model.zero_grad()
        (sums / counts).sum().backward()
        results.append((sums, counts, model.model.embed_tokens.weight.grad.clone()))
    (sums, counts, gradient), (sums_apart, counts_apart, gradient_apart) = results
    assert counts.tolist() == counts_apart.tolist()
    torch.testing.assert_close(sums, sums_apart, atol=1e-4, rtol=1e-5)
    torch.testing.assert_close(gradient, gradient_apart, atol=1e-5, rtol=1e-4)


def test_only_answers_are_learned_and_never_the_first_token(tiny: Tiny) -> None:
    tokenizer = load_tokenizer(tiny.tokenizer)
    _, _, chat, _ = sequences(tokenizer)
    batch = Collator(tokenizer.pad_token_id)([row(chat, chat)])
    kinds = batch["kinds"][0].tolist()
    learned = [token for token, kind in zip(batch["input_ids"][0].tolist(), kinds, strict=True) if kind]
    assert tokenizer.decode(learned, skip_special_tokens=True) == "D majorD major"
    assert batch["sizes"].tolist() == [2 * len(chat.ids)]
    text = text_samples(tokenizer, ["CDE"])[0]
    assert Collator(3)([row(text, text)])["kinds"][0, [0, len(text.ids)]].tolist() == [0, 0]


def test_nothing_is_lost_and_rows_hold_whole_sequences(tiny: Tiny, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(tiny.tokenizer)
    wanted = selection(tiny.corpus)
    rows, counts = packed(wanted, tokenizer, tmp_path)
    lines = packing.corpus_lines(wanted.corpus, "train", wanted.kinds)
    alone = packing.samples(lines, tokenizer, Kind.IGNORED, packing.Counts(), 256)
    found = []
    for entry in rows:
        assert len(entry["input_ids"]) == len(entry["kinds"]) == sum(entry["seq_lengths"]) <= 256
        start = 0
        for length in entry["seq_lengths"]:
            found.append(entry["input_ids"][start : start + length])
            start += length
    assert sorted(found) == sorted(sample.ids for sample in alone)
    assert counts.sequences == {"score": 40, "key": 20, "time-signature": 20}


def test_too_long_sequences_are_counted(tiny: Tiny, tmp_path: Path) -> None:
    _, counts = packed(selection(tiny.corpus, context=100), load_tokenizer(tiny.tokenizer), tmp_path)
    assert counts.too_long.total() + counts.sequences.total() == 80
    assert counts.too_long["key"] > 0


@pytest.mark.parametrize(("row", "context", "width"), [(100, 256, 100), (0, 256, 256), (300, 256, 256)])
def test_rows_may_be_shorter_than_the_context(
    tiny: Tiny, tmp_path: Path, row: int, context: int, width: int
) -> None:
    config = make.config(pretrain={"row": row, "compile": True}).pretrain
    rows = material(config, context, tiny.corpus, load_tokenizer(tiny.tokenizer), tmp_path)
    assert rows.width == width
    assert 0.5 * width < max(len(ids) for ids in rows.train["input_ids"]) <= width


def test_rows_are_made_once_and_counted_again(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenizer = load_tokenizer(tiny.tokenizer)
    rows, counts = packed(selection(tiny.corpus), tokenizer, tmp_path)
    monkeypatch.setattr(packing, "_make", lambda *_: pytest.fail("made again"))
    again, counts_again = packed(selection(tiny.corpus), tokenizer, tmp_path)
    assert again[:] == rows[:]
    assert counts_again == counts


def test_rows_depend_on_corpus_tokenizer_and_request(tiny: Tiny, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(tiny.tokenizer)
    corpus = tmp_path / "corpus"
    shutil.copytree(tiny.corpus, corpus)
    wanted = selection(corpus)
    keys = {wanted.fingerprint(tokenizer)}
    assert selection(tiny.corpus).fingerprint(tokenizer) in keys  # the place of a corpus does not matter
    for changes in (
        {"split": "dev"},
        {"context": 128},
        {"seed": 1},
        {"shown": Kind.TEXT},
        {"kinds": ("chat",)},
        {"times": {"score": 0.5}},
    ):
        keys.add(selection(corpus, **changes).fingerprint(tokenizer))
    with (corpus / "sft/train.jsonl").open("a") as file:
        file.write("\n")
    keys.add(wanted.fingerprint(tokenizer))
    tokenizer.add_tokens(["^^"])
    keys.add(wanted.fingerprint(tokenizer))
    tokenizer.chat_template += " "
    keys.add(wanted.fingerprint(tokenizer))
    assert len(keys) == 10


def test_lines_are_taken_as_often_as_the_mix_says() -> None:
    texts = [{"kind": "score", "text": str(number)} for number in range(10)]
    chats = [{"task": task, "messages": [number]} for number in range(4) for task in ("key", "range")]
    lines = [line for pair in zip(texts, chats, strict=False) for line in pair] + texts[8:]
    assert list(packing.mixed(lines, {})) == lines
    found = list(packing.mixed(lines, {"score": 0.5, "key": 1.5, "*": 0}))
    assert [line["text"] for line in found if "text" in line] == ["1", "3", "5", "7", "9"]
    assert [line["messages"] for line in found if "messages" in line] == [[0], [1], [1], [2], [3], [3]]


def test_half_made_rows_are_made_again(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = load_tokenizer(tiny.tokenizer)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(packing.Counts, "to_dict", stopped)
        with pytest.raises(KeyboardInterrupt):
            packed(selection(tiny.corpus), tokenizer, tmp_path)
    assert len(packed(selection(tiny.corpus), tokenizer, tmp_path)[0]) > 0
    assert [path.name[:6] for path in tmp_path.iterdir()] == ["train-"]


def test_a_corpus_without_what_is_wanted_is_told(tiny: Tiny, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(tiny.tokenizer)
    with pytest.raises(SymbolicError, match="no corpus nowhere; make it with: symbolic-data build"):
        packed(selection(Path("nowhere")), tokenizer, tmp_path)
    with pytest.raises(SymbolicError, match="holds no train lines of theory to train on"):
        packed(selection(tiny.corpus, kinds=("theory",)), tokenizer, tmp_path)
    with pytest.raises(SymbolicError, match=r"\(80 are longer than 16 tokens\)"):
        packed(selection(tiny.corpus, context=16), tokenizer, tmp_path)
    broken = tmp_path / "broken"
    (broken / "sft").mkdir(parents=True)
    line = json.dumps(
        {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": "C"}], "task": "key"}
    )
    (broken / "sft/train.jsonl").write_text(f"{line}\n" * 1500 + "{\n")
    with pytest.raises(SymbolicError, match=r"train\.jsonl:1501: no JSON"):
        packed(selection(broken, kinds=("chat",)), tokenizer, tmp_path)
