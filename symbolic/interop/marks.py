"""What music21 hangs on notes and puts between them, as marks: signs, words, dynamics, harmony, changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from music21 import dynamics, expressions, harmony, layout, repeat
from music21 import key as m21_key
from music21 import meter as m21_meter
from music21 import tempo as m21_tempo

from symbolic.interop import vocabulary
from symbolic.interop.layout import Placed
from symbolic.interop.values import read_chord_symbol, read_key, read_meter, read_tempo
from symbolic.meter import Tempo
from symbolic.score import Annotation, Decoration, LineBreak, Lyric, Mark, Section


def note_marks(element: Any) -> list[Mark]:
    """The articulations, ornaments and fingerings at a note."""
    marks: list[Mark] = []
    for sign in element.articulations:
        if "Fingering" in sign.classes and str(sign.fingerNumber) in "012345":
            marks.append(Decoration(str(sign.fingerNumber)))
        elif type(sign).__name__ == "Articulation" and sign.displayText:
            marks.append(Decoration(str(sign.displayText)))
        else:
            marks += _named(sign, vocabulary.ARTICULATIONS)
    for sign in element.expressions:
        if (
            isinstance(sign, expressions.Fermata)
            and sign.type == "inverted"
            and getattr(sign, "placement", "") == "below"
        ):
            marks.append(Decoration("invertedfermata"))
        elif isinstance(sign, expressions.TextExpression):
            marks.append(Annotation(str(sign.content), "^"))
        else:
            marks += _named(sign, vocabulary.EXPRESSIONS)
    return marks


def _named(sign: Any, names: dict[str, str]) -> list[Mark]:
    found = next((names[name] for name in sign.classes if name in names), None)
    return [Decoration(found)] if found is not None else []


def lyrics_of(element: Any) -> list[Mark]:
    """The syllables under a note."""
    return [
        Lyric(str(one.text) + ("-" if one.syllabic in {"begin", "middle"} else ""), one.number)
        for one in element.lyrics
        if one.text
    ]


def own_marks(element: Any) -> Iterator[Mark]:
    """What an element that takes no time means; nothing for page layout and the like."""
    match element:
        case m21_key.KeySignature():
            yield read_key(element)
        case m21_meter.TimeSignature() | m21_meter.SenzaMisuraTimeSignature():
            yield read_meter(element)
        case m21_tempo.TempoIndication():
            mark = read_tempo(element)
            if mark is not None:
                yield mark
        case harmony.Harmony():
            yield read_chord_symbol(element)
        case dynamics.Dynamic():
            known = element.value in vocabulary.DYNAMICS
            yield Decoration(element.value) if known else Annotation(str(element.value), "_")
        case repeat.RepeatExpression():
            yield from _named(element, vocabulary.NAVIGATION)
        case expressions.RehearsalMark():
            yield Section(str(element.content))
        case expressions.TextExpression() if element.content:
            text = " ".join(str(element.content).split())
            first = text.lower().split(",")[0].split(" ")[0]
            is_tempo = text[:1].isupper() and first in m21_tempo.defaultTempoValues
            yield Tempo(text=text) if is_tempo else Annotation(text, _placement(element))
        case layout.SystemLayout() if element.isNew:
            yield LineBreak()


def _placement(element: Any) -> str:
    return "_" if element.placement == "below" else "^"


def with_tempo_words(marks: list[Placed]) -> list[Placed]:
    """Joins the words of a tempo mark with the number beside it; the file has them as two things."""
    words = {onset: mark for onset, mark in marks if isinstance(mark, Tempo) and mark.bpm is None}
    numbers = {onset for onset, mark in marks if isinstance(mark, Tempo) and mark.bpm is not None}
    result: list[Placed] = []
    for onset, mark in marks:
        if isinstance(mark, Tempo) and onset in words and onset in numbers:
            if mark.bpm is None:
                continue
            mark = replace(mark, text=mark.text or words[onset].text)
        result.append((onset, mark))
    return result
