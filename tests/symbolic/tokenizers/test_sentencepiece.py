"""SentencePiece models of ABC and English: nothing unknown, no piece over the end of a note or bar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.errors import SymbolicError
from symbolic.questions.theory import generate
from symbolic.tokenizers import sentencepiece
from symbolic.tokenizers.sentencepiece import load, text_pieces, train

pytest.importorskip("sentencepiece")

NOTE = "[A-Ga-gxz]"
OVER_A_BOUNDARY = {
    "two notes": rf"{NOTE}[,']*[\^_=]*{NOTE}",
    "a space and a note": rf"\s[\^_=]*{NOTE}",
    "a bar sign and more": r"\|[^|:\]]|[^|:\s\[]\|",
    "a bracket and more": r"\[.|[^|]\]|\].",
    "two slurs": r"\)\(",
    "a tonic and its mode": r"^[A-G](?:m|#|b)",
    "two digits": r"\d.|.\d",
    "two lines": r"\n.|.\n",
}


def test_every_tune_of_the_collections_comes_back_without_unknown_tokens(tune_texts, model):
    processor = load(model)
    encoded = processor.encode(tune_texts)
    assert len(tune_texts) > 12_000
    assert not any(processor.unk_id() in ids for ids in encoded)
    assert processor.decode(encoded) == tune_texts


@pytest.mark.parametrize("whole_notes", [False, True])
@pytest.mark.parametrize("what", OVER_A_BOUNDARY)
def test_no_piece_crosses_a_boundary(what, whole_notes, model, whole_note_model):
    pieces = text_pieces(whole_note_model if whole_notes else model)
    assert len(pieces) > 600
    assert [piece for piece in pieces if re.search(OVER_A_BOUNDARY[what], piece)] == []


@pytest.fixture(scope="session")
def whole_note_model(training_texts):
    return train(training_texts, 1024, whole_notes=True)


def test_what_is_one_piece(model, whole_note_model):
    def pieces(text: str, of: bytes) -> list[str]:
        return [name.replace("▁", " ") for name in load(of).encode(text, out_type=str)]

    music = "|:^c'2 A,|[CE][DF]|(AB)(cd):|]"
    assert pieces(music, model) == [
        *"|: ^ c ' 2".split(),
        *(" ", "A", ",", "|", "[", "C", "E", "]", "[", "D", "F", "]", "|"),
        *"( A B ) ( c d ) : |]".split(),
    ]
    assert {"A,", "c'", "B/", "|]"} <= set(pieces("A,c'B/|]", whole_note_model))
    assert len(pieces("the interval", model)) < 8  # English is not split into letters


def test_the_same_texts_give_the_same_bytes(training_texts):
    some = training_texts[:300]
    assert train(iter(some), 512) == train(some, 512)


def test_digits_can_share_a_piece(training_texts):
    pieces = text_pieces(train(training_texts, 1024, split_digits=False))
    assert any(re.fullmatch(r"\d\d", piece) for piece in pieces)


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="▁"), max_size=40))
def test_any_text_comes_back(model, text):
    processor = load(model)
    ids = processor.encode(text)
    assert processor.decode(ids) == text
    assert processor.unk_id() not in ids


def test_what_is_not_in_the_alphabet_is_written_in_bytes(model):
    processor = load(model)
    ids = processor.encode("𝄪")
    assert [processor.id_to_piece(index) for index in ids] == ["<0xF0>", "<0x9D>", "<0x84>", "<0xAA>"]


@pytest.mark.parametrize("texts", [[], [""], ["\n\n"], iter(())])
def test_empty_texts_are_told(texts):
    with pytest.raises(SymbolicError, match="the texts are empty"):
        train(texts, 512)


@pytest.mark.parametrize("texts", [["CDEF|"], ["a" * 50] * 1000, (f"X:{number}" for number in range(1000))])
def test_texts_with_too_little_in_them_are_told(texts):
    with pytest.raises(SymbolicError, match=r"no 1,024 pieces can be learned .* hold \d+ at most"):
        train(texts, 1024)


def test_too_small_a_vocabulary_is_told():
    with pytest.raises(SymbolicError, match="at least 512 pieces, got 100"):
        train(["CDEF|"], 100)


def test_an_error_in_generated_texts_is_their_own():
    def texts() -> Iterator[str]:
        yield "CDEF|"
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        train(texts(), 512)


def test_other_bytes_are_no_model():
    with pytest.raises(SymbolicError, match="not a SentencePiece model"):
        load(b"hello")


def test_a_model_is_written_whole(tmp_path, model):
    path = tmp_path / "new" / "tokenizer.model"
    sentencepiece.write(model, path)
    assert path.read_bytes() == model
    assert [item.name for item in path.parent.iterdir()] == ["tokenizer.model"]


def test_phrases_go_over_spaces_but_not_over_notes() -> None:
    rng = Random(1)
    texts = [generate(rng).prompt for _ in range(600)]
    model, plain = train(texts, 900, phrases=True), train(texts, 900)
    lengths = [sum(map(len, load(found).encode(texts))) for found in (model, plain)]
    assert lengths[0] < 0.8 * lengths[1]
    pieces = text_pieces(model)
    assert any(piece.count(" ") > 3 for piece in pieces)
    assert not [piece for piece in pieces if re.search(r"\b[A-G][b#]|#[a-g]|\d.", piece)]
    assert load(model).decode(load(model).encode(texts)) == texts
