"""SentencePiece for ABC and English: pieces end where notes and bars end.

The text is taken as it is: no normalisation, no added or dropped spaces, a newline is a piece of its own.
Digits are pieces of their own, so that the lengths 2, 12 and 3/2 share what is learned of them, and what is
not in the alphabet is written as bytes: there is no unknown token. A piece never goes on over a note, a bar
sign, a chord's brackets or the space before a note: ``cBAG`` are four pieces whatever is frequent, and
``]|[`` are three. (In English the letters a to g then do not join their like: "bad" is three pieces. Merging
notes over their ends costs accuracy; splitting words costs some length.) Within a note the letter and its
signs stand alone, ``^`` ``c`` ``'``, unless `train` is asked for whole notes.

Where most is prose, such as questions about theory, `train` can be asked for phrases: pieces then go on over
spaces ("Which of these is the"), but not over the name of a note, and tunes are taken sign by sign (Liu et
al. 2025, SuperBPE).

Vocabularies here are small, a thousand or two: a melody repeats some forty signs.
Kudo and Richardson (2018), SentencePiece; Sennrich, Haddow and Birch (2016) for byte-pair merges.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from symbolic.errors import MissingDependencyError, SymbolicError

USER, ASSISTANT = "<|user|>", "<|assistant|>"
"""Who speaks, in a chat."""
UNKNOWN, BEGIN, END, PADDING = "<unk>", "<s>", "</s>", "<pad>"
MIN_VOCABULARY = 512
"""256 bytes, the special pieces, and room for the alphabet."""
_SPECIAL = ("\n", USER, ASSISTANT)
_COVERAGE = 0.99995
_DELIMITER = "\x1f"
_SPACE = "▁"
_NOTE = "A-Ga-gxz"
_NAME = re.compile(r"(?<![A-Za-z])([A-G])(?=[#b]*(?:[^A-Za-z#]|$|m|h?dim|aug|sus))")
"""The letter of a note in prose: in F#, Bb4, Cm7, Ebdim, but not in Form."""
_TUNE = "X:"
_LONGEST, _LONGEST_PHRASE = 16, 100
"""Characters of a piece."""
_MOST = re.compile(r"<= (\d+)")
_BOUNDARY = re.compile(
    rf"(?<=[{_NOTE},'])(?=[{_NOTE}^_=])"  # between notes
    rf"|(?<=[\s|\[\]():!\"{{}}<>/-])(?=[{_NOTE}^_=])"  # before a note: a space, a bar sign, an opening
    r"|(?<=[A-G])(?=[mb#])"  # the tonic of a key or chord and what follows
    r"|(?<=[^\W\d_])(?=[|\[\](){}<>])"
    r"|(?<=[|:\]\[])(?=[^|:\]\[])|(?<=[^|:\]\[\s])(?=[|\]:\[])"  # around bar signs
    r"|(?<=\])(?=.)|(?<=.)(?=\[)|(?<=\))(?=\()"  # after a chord and before one, between two slurs
)


def train(
    texts: Iterable[str],
    vocabulary: int = 1024,
    *,
    whole_notes: bool = False,
    split_digits: bool = True,
    phrases: bool = False,
) -> bytes:
    """Trains a byte-pair model.

    Args:
        texts: what to learn from; some tens of thousands of tunes and pages are plenty.
        vocabulary: how many pieces, bytes and special ones included.
        whole_notes: a note's letter may share a piece with its accidental, its octave and a length without
            digits (``^c'/``); else these are pieces of their own.
        split_digits: each digit is a piece of its own.
        phrases: pieces of prose may go on over spaces.

    Returns:
        The model as SentencePiece stores it (``tokenizer.model``). The same texts give the same bytes.

    Raises:
        SymbolicError: too few pieces wanted, or texts with too little in them for so many.
        MissingDependencyError: the package sentencepiece is not installed.
    """
    sentencepiece = _package()
    if vocabulary < MIN_VOCABULARY:
        raise SymbolicError(f"a vocabulary needs at least {MIN_VOCABULARY} pieces, got {vocabulary}")
    lines = list(_phrases(texts) if phrases else _lines(texts))
    if not lines:
        raise SymbolicError("no tokenizer can be trained: the texts are empty")
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines),
            model_writer=model,
            model_type="bpe",
            vocab_size=vocabulary,
            split_digits=split_digits,
            split_by_whitespace=not phrases,
            max_sentencepiece_length=_LONGEST_PHRASE if phrases else _LONGEST,
            split_by_unicode_script=not whole_notes,
            byte_fallback=True,
            character_coverage=_COVERAGE,
            normalization_rule_name="identity",
            remove_extra_whitespaces=False,
            add_dummy_prefix=False,
            user_defined_symbols=list(_SPECIAL),
            unk_id=0,
            bos_id=1,
            eos_id=2,
            pad_id=3,
            unk_piece=UNKNOWN,
            bos_piece=BEGIN,
            eos_piece=END,
            pad_piece=PADDING,
            pretokenization_delimiter=_DELIMITER,
            max_sentence_length=1 << 20,
            num_threads=1,
            minloglevel=2,
        )
    except RuntimeError as exc:
        most = _MOST.search(str(exc))
        why = f"they hold {most[1]} at most: give more texts, or ask for fewer" if most else str(exc)
        raise SymbolicError(f"no {vocabulary:,} pieces can be learned from these texts; {why}") from exc
    return model.getvalue()


def load(model: bytes) -> Any:
    """A `sentencepiece.SentencePieceProcessor`, which encodes and decodes.

    Raises:
        SymbolicError: the bytes are no SentencePiece model.
        MissingDependencyError: the package sentencepiece is not installed.
    """
    try:
        return _package().SentencePieceProcessor(model_proto=model)
    except RuntimeError as exc:
        raise SymbolicError("not a SentencePiece model (tokenizer.model)") from exc


def text_pieces(model: bytes) -> list[str]:
    """The pieces of a model that are neither bytes nor special, as texts have them.

    They come in the order in which they were learned, single characters last.
    """
    processor = load(model)
    plain = (
        processor.id_to_piece(index)
        for index in range(len(processor))
        if not (processor.is_byte(index) or processor.is_control(index) or processor.is_unknown(index))
    )
    return [piece for piece in (name.replace(_SPACE, " ") for name in plain) if piece not in _SPECIAL]


def _package() -> Any:
    try:
        return import_module("sentencepiece")
    except ImportError as exc:
        raise MissingDependencyError("sentencepiece", "train") from exc


def _lines(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for line in text.replace(_DELIMITER, "").split("\n"):
            if line:
                yield _BOUNDARY.sub(_DELIMITER, line)


def _phrases(texts: Iterable[str]) -> Iterator[str]:
    """Lines of prose that are cut only at the names of notes, and of tunes, which end at an empty line."""
    for text in texts:
        is_tune = False
        for line in text.replace(_DELIMITER, "").split("\n"):
            is_tune = bool(line) and (is_tune or line.startswith(_TUNE))
            if line:
                yield _DELIMITER.join(line) if is_tune else _NAME.sub(rf"{_DELIMITER}\1{_DELIMITER}", line)


def write(model: bytes, path: Path) -> None:
    """Writes a model's bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(model)
    temporary.replace(path)
