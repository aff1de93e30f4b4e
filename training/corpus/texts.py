"""Pretraining texts: scores as ABC, theory, and the lines in which a corpus holds them.

Music is written bar by bar with all voices side by side. *With headers* it keeps its title, rhythm,
composer and the like; *without* it has only what is needed to read it (``X: M: L: K:``). Both are whole
tunes that any ABC reader takes. A text longer than the context is cut: music at bar lines, an article
between its paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from symbolic.errors import SymbolicError
from symbolic.score import FIELD_NAMES, Score
from training.corpus.articles import articles
from training.corpus.cut import abc_text, pieces
from training.corpus.examples import license_word
from training.corpus.sources import OWN, OWN_LICENSE

_HEADERS = (*(f"{letter}:" for letter in FIELD_NAMES), "%%")


@dataclass(frozen=True, slots=True)
class Text:
    """One pretraining text.

    Attributes:
        id: unique.
        kind: ``score``, ``theory`` or ``question``.
        text: ends in a newline.
        source: as in `Piece`, or `OWN`.
        license: ``commercial``, ``non-commercial`` or `OWN_LICENSE`.
    """

    id: str
    kind: str
    text: str
    source: str
    license: str

    def record(self) -> dict[str, Any]:
        """The text as a line of ``pretrain/*.jsonl`` has it."""
        return {
            "text": self.text,
            "kind": self.kind,
            "source": self.source,
            "id": self.id,
            "license": self.license,
        }


def without_headers(abc: str) -> str:
    """A tune's text without title, rhythm, source … and typesetter's directives; `abc` is canonical."""
    header, key, music = abc.partition("\nK:")
    kept = [line for line in header.split("\n") if not line.startswith(_HEADERS)]
    return "\n".join(["X:1", *kept[1:]]) + key + music


def score_texts(
    id_: str, score: Score, abc: str, source: str, commercial: bool, context: int, *, both: bool
) -> Iterator[Text]:
    """A piece as ABC with headers and without.

    Args:
        id_: of the piece or of its copy.
        score: the music.
        abc: its text, as `abc_text` writes it.
        source: as in `Piece`.
        commercial: as in `Piece`.
        context: the most characters of a text.
        both: give both forms; else one of them, drawn by the id.

    Raises:
        SymbolicError: a single bar is longer than the context.
    """
    parts = pieces(score, context, abc)
    written = [abc] if len(parts) == 1 else [abc_text(part) for part in parts]
    forms = (True, False) if both else (Random(f"{id_}:form").random() < 0.5,)
    for with_headers in forms:
        for number, text in enumerate(written, 1):
            name = f"{id_}{'' if with_headers else ':bare'}{f':{number}' if len(written) > 1 else ''}"
            shown = text if with_headers else without_headers(text)
            yield Text(name, "score", shown, source, license_word(source, commercial))


def article_texts(context: int) -> Iterator[Text]:
    """The project's theory articles and glossary entries."""
    for entry in articles():
        parts = _paragraphs(f"# {entry.title}\n\n{entry.body}", context)
        for number, part in enumerate(parts, 1):
            place = f":{number}" if len(parts) > 1 else ""
            yield Text(f"theory/{entry.title}{place}", "theory", part, OWN, OWN_LICENSE)


def _paragraphs(text: str, context: int) -> list[str]:
    """The text in parts of at most `context` characters, divided between paragraphs.

    Raises:
        SymbolicError: a single paragraph is longer than that.
    """
    parts: list[str] = []
    for paragraph in text.rstrip("\n").split("\n\n"):
        if len(paragraph) >= context:
            raise SymbolicError(f"a paragraph has more than {context} characters: {paragraph[:40]!r} …")
        if parts and len(parts[-1]) + len(paragraph) + 3 <= context:
            parts[-1] += f"\n\n{paragraph}"
        else:
            parts.append(paragraph)
    return [f"{part}\n" for part in parts]
