"""Tokenizers of transformers: as SentencePiece has them, and extended with music pieces."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any

import pytest

pytest.importorskip("torch")
import torch
from peft import PeftModel
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE, WordLevel
from tokenizers.pre_tokenizers import ByteLevel, Metaspace, Sequence, Split
from tokenizers.trainers import BpeTrainer
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from symbolic.errors import SymbolicError
from symbolic.tokenizers import sentencepiece
from tests.training.corpus.small import tune
from tests.training.tiny import WARNING
from training import lora
from training.cli import main
from training.config import LoraConfig
from training.corpus.articles import articles
from training.extension import extend, extended, music_pieces, split
from training.models import load_model
from training.prompts import question_text
from training.tokenizer import from_sentencepiece, load_tokenizer, train_tokenizer

TUNES = [f"{tune(number)}|:^c'2 A,,/G, |]\n" for number in range(80)]
ENGLISH = [re.sub(r"```.*?```", "", article.body, flags=re.S) for article in articles()]
MUSIC = "X:1\nM:3/4\nK:Am\n|:^c'2 A,,/G, |]\n"
PIECES = ["|]", "|:", "c'", "^c", "^c'", "A,", "A,,", "A,,/"]


@pytest.fixture(scope="module")
def base() -> Any:
    """A LLaMA tokenizer of English, as SentencePiece makes one."""
    return from_sentencepiece(sentencepiece.train(ENGLISH, 700), 256)


@pytest.fixture(scope="module")
def byte_base() -> Any:
    """A tokenizer of English as LLaMA 3 and Qwen have them: in bytes, words cut first, added tokens last."""
    inner = Tokenizer(BPE())
    rule = Split(re_pattern(), "isolated")
    inner.pre_tokenizer = Sequence([rule, ByteLevel(add_prefix_space=False, use_regex=False)])
    inner.decoder = ByteLevelDecoder()
    inner.train_from_iterator(
        ENGLISH, BpeTrainer(vocab_size=600, initial_alphabet=ByteLevel.alphabet(), show_progress=False)
    )
    found = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="<|end|>", bos_token="<|begin|>")
    found.add_special_tokens({"additional_special_tokens": ["<|one|>", "<|two|>"]})
    return found


def re_pattern() -> Any:
    from tokenizers import Regex

    return Regex(r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+")


def model_of(tokenizer: Any, *, tied: bool, rows: int | None = None) -> Any:
    torch.manual_seed(0)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=rows or len(tokenizer),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_key_value_heads=2,
            intermediate_size=16,
            tie_word_embeddings=tied,
        )
    )


def ids(tokenizer: Any, text: str) -> list[int]:
    found: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return found


def pieces(tokenizer: Any, text: str) -> list[str]:
    return [tokenizer.decode([index]) for index in ids(tokenizer, text)]


# Our own tokenizers


def test_transformers_has_the_same_pieces_as_sentencepiece(tmp_path):
    texts = [*TUNES, *ENGLISH[:100]]
    tokenizer = train_tokenizer(texts, tmp_path / "own", 600, 256)
    processor = sentencepiece.load((tmp_path / "own" / "tokenizer.model").read_bytes())
    loaded = load_tokenizer(tmp_path / "own")
    hard = ["", " ", "  a", "\n\n", "|]\n", "é♯𝄪", "a\tb", "A, B,,C'"]
    for text in [*TUNES[:20], *ENGLISH[:20], *hard]:
        assert ids(loaded, text) == ids(tokenizer, text) == processor.encode(text)
        assert loaded.decode(ids(loaded, text)) == text


def test_a_question_ends_where_the_answer_begins(tiny):
    tokenizer = load_tokenizer(tiny.tokenizer)
    asked = [{"role": "user", "content": "Which key?"}]
    assert question_text(tokenizer, asked) == "<s><|user|>Which key?<|assistant|>"
    answered = [*asked, {"role": "assistant", "content": "D minor"}]
    whole = tokenizer.apply_chat_template(answered, tokenize=False)
    assert whole == "<s><|user|>Which key?<|assistant|>D minor</s>"


def test_a_folder_without_tokenizer_is_told(tmp_path):
    with pytest.raises(SymbolicError, match="has no tokenizer"):
        load_tokenizer(tmp_path)


# Extension


def test_music_pieces_are_whole_notes_and_bar_signs():
    found = music_pieces([*TUNES, *ENGLISH[:50]], 700)
    assert {"A,,/", "^c'", "|:", "|]"} <= set(found)
    assert all(len(piece) > 1 for piece in found)
    assert len(found) == len(set(found))


def test_what_the_base_splits_becomes_one_token(base):
    new, added = extended(base, PIECES)
    assert pieces(base, "^c'2") == ["^", "c", "'", "2"]
    assert pieces(new, "^c'2") == ["^c'", "2"]
    assert "A,,/" in pieces(new, MUSIC)
    assert len(new) == len(base) + len(added)
    assert set(new.convert_ids_to_tokens(range(len(base), len(new)))) == set(added)
    for text in (MUSIC, *TUNES[:5], *ENGLISH[:5]):
        assert new.decode(ids(new, text)) == text
        assert len(ids(new, text)) <= len(ids(base, text))


def test_what_the_base_has_is_not_added_again(base):
    assert base.convert_tokens_to_ids("th") != base.unk_token_id
    assert extended(base, ["th", "a", "c'"])[1] == ["c'"]
    new, _ = extended(base, PIECES)
    assert extended(new, PIECES)[1] == []


def test_text_without_the_pieces_is_split_as_before(base):
    new, added = extended(base, ["|]", "^c"])
    assert added
    plain = [text for text in ENGLISH if not {"|", "^"} & set(text)]
    assert len(plain) > 100
    assert all(ids(new, text) == ids(base, text) for text in plain)


def test_a_piece_of_many_signs_brings_what_is_between(base):
    new, added = extended(base, ["A,,/"])
    assert added[-1] == "A,,/"
    assert pieces(new, "A,,/")[-1] == "A,,/"
    assert all("A,,/".startswith(piece) for piece in added)


def test_a_piece_with_a_sign_that_the_base_writes_in_bytes_is_left_out(base):
    assert extended(base, ["𝄪c", "𝄪"])[1] == []


def test_the_extended_tokenizer_is_a_folder_as_any(base, tmp_path):
    new, _ = extended(base, PIECES)
    new.save_pretrained(tmp_path)
    loaded = load_tokenizer(tmp_path)
    assert len(loaded) == len(new)
    assert ids(loaded, MUSIC) == ids(new, MUSIC)
    assert loaded.chat_template == base.chat_template


def test_a_byte_level_base_gets_what_lies_within_its_words(byte_base, tmp_path):
    new, added = extended(byte_base, ["|]", "^c", "c'", " |", "|]\n", "[|"])
    assert added == ["|]", "^c", "Ġ|", "|]Ċ", "[|"]  # c' is two of its words
    assert new.convert_tokens_to_ids(added) == list(range(len(byte_base), len(new)))
    assert ids(new, "<|two|>") == ids(byte_base, "<|two|>")
    assert pieces(new, "^c2 [||]\n")[0] == "^c"
    assert new.convert_tokens_to_ids("<|two|>") == byte_base.convert_tokens_to_ids("<|two|>")
    new.save_pretrained(tmp_path)
    loaded = PreTrainedTokenizerFast.from_pretrained(tmp_path)
    for text in (MUSIC, ENGLISH[0]):
        assert new.decode(ids(new, text)) == text
        assert ids(loaded, text) == ids(new, text)


@pytest.mark.parametrize("tied", [True, False])
def test_new_rows_begin_at_the_mean_of_the_parts(base, tied):
    model = model_of(base, tied=tied)
    tables = (model.get_input_embeddings(), model.get_output_embeddings())
    before = [table.weight.detach().clone() for table in tables]
    new, added = extend(base, model, PIECES)
    assert model.config.vocab_size == len(new)
    assert (model.lm_head.weight is model.model.embed_tokens.weight) == tied
    for table, old in zip((model.get_input_embeddings(), model.get_output_embeddings()), before, strict=True):
        assert table.weight.shape[0] == len(new)
        assert torch.equal(table.weight[: len(base)], old)
        for piece in added:
            index = new.convert_tokens_to_ids(piece)
            parts = ids(base, f"x{piece}")[1:]
            assert len(parts) > 1
            assert torch.allclose(table.weight[index], old[parts].mean(0))


def test_rows_that_a_base_has_to_spare_are_used(byte_base):
    model = model_of(byte_base, tied=True, rows=len(byte_base) + 50)
    table = model.get_input_embeddings().weight
    old = table.detach().clone()
    _, added = extend(byte_base, model, ["[||"])
    assert added == ["[|", "[||"]
    assert table.shape[0] == len(byte_base) + 50
    parts = byte_base.convert_tokens_to_ids(["[", "|", "|"])
    assert torch.allclose(table[len(byte_base) + 1], old[parts].mean(0))
    assert torch.equal(table[len(byte_base) + 2 :], old[len(byte_base) + 2 :])


@pytest.mark.filterwarnings(WARNING)
@pytest.mark.parametrize("tied", [True, False])
def test_an_adapter_trains_and_holds_the_new_rows(base, tied, tmp_path):
    model = model_of(base, tied=tied)
    new, _ = extend(base, model, PIECES)
    model.save_pretrained(tmp_path / "base")
    new.save_pretrained(tmp_path / "base")
    adapted = lora.adapted(model, LoraConfig(rank=2, alpha=4))
    begun = model.get_input_embeddings().weight.detach().clone()
    batch = torch.tensor([ids(new, MUSIC)])
    optimizer = torch.optim.SGD([item for item in adapted.parameters() if item.requires_grad], 1.0)
    adapted(input_ids=batch, labels=batch).loss.backward()
    optimizer.step()
    adapted.save_pretrained(tmp_path / "adapter")
    base_model = LlamaForCausalLM.from_pretrained(tmp_path / "base")
    loaded = PeftModel.from_pretrained(base_model, tmp_path / "adapter").merge_and_unload()
    row = new.convert_tokens_to_ids("^c'")
    assert not torch.allclose(loaded.get_input_embeddings().weight[row], begun[row])
    with torch.no_grad():
        assert torch.allclose(loaded(batch).logits, adapted.eval()(batch).logits, atol=1e-5)


def test_a_base_without_chat_format_is_extended_by_command(base, tmp_path, capsys):
    folder, out = tmp_path / "base", tmp_path / "out"
    model_of(base, tied=False).save_pretrained(folder)
    plain = deepcopy(base)
    plain.chat_template = None
    plain.save_pretrained(folder)
    corpus = tmp_path / "corpus"
    (corpus / "pretrain").mkdir(parents=True)
    lines = [json.dumps({"text": text, "kind": "score"}) for text in [*TUNES, *ENGLISH[:50]]]
    (corpus / "pretrain" / "train-00000.jsonl").write_text("\n".join(lines))
    command = ["tokenizer", "--corpus", str(corpus), "--extend", str(folder), "--out", str(out)]
    with pytest.raises(SymbolicError, match="no chat template"):
        load_tokenizer(folder)
    assert main([*command, "--set", "tokenizer.vocabulary=100"]) == 2
    assert not out.exists()
    assert main([*command, "--set", "tokenizer.vocabulary=600"]) == 0
    added = int(re.search(r"with (\d+) more pieces", capsys.readouterr().out)[1])
    tokenizer, model = load_tokenizer(out), load_model(out)
    assert tokenizer.chat_template == base.chat_template
    assert len(tokenizer) == len(base) + added == model.config.vocab_size
    assert added > 0


def test_another_kind_of_tokenizer_is_told():
    words = Tokenizer(WordLevel({"a": 0, "<unk>": 1}, "<unk>"))
    words.pre_tokenizer = Metaspace()
    with pytest.raises(SymbolicError, match="this one is WordLevel"):
        extended(PreTrainedTokenizerFast(tokenizer_object=words), ["|]"])


def test_merges_are_done_in_order():
    ranks = {("b", "c"): 0, ("a", "b"): 1, ("a", "bc"): 2}
    assert split("abc", ranks) == ["abc"]
    assert split("ab", ranks) == ["ab"]
    assert split("abab", ranks) == ["ab", "ab"]
    assert split("", ranks) == []
