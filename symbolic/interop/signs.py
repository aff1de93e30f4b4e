"""Marks as music21's elements: what stands between notes, and the signs on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from music21 import articulations, dynamics, expressions, harmony, key, repeat

from symbolic.harmony import ChordSymbol
from symbolic.interop import vocabulary
from symbolic.interop.values import make_chord_symbol, make_key, make_meter, make_tempo
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.score import Annotation, Event, Section


def elements_of(event: Event) -> Iterator[Any]:
    """The elements for a mark that stands between notes; none for any other."""
    match event:
        case Key():
            yield make_key(event) or key.KeySignature(0)
        case Meter():
            yield make_meter(event)
        case Tempo():
            yield make_tempo(event)
        case ChordSymbol():
            yield make_chord_symbol(event)
        case Annotation("N.C.", _):
            yield harmony.NoChord("N.C.")
        case Annotation(text, placement):
            words = expressions.TextExpression(text)
            words.placement = "below" if placement == "_" else "above"
            yield words
        case Section(label):
            yield expressions.RehearsalMark(label)


def standing_sign(name: str) -> Any:
    """The element for a sign that stands between notes, a dynamic or one of repetition, else None."""
    if name in vocabulary.DYNAMICS:
        return dynamics.Dynamic(name)
    command = next((made for made, sign in vocabulary.NAVIGATION.items() if sign == name), None)
    return None if command is None else getattr(repeat, command)()


def add_sign(element: Any, name: str) -> None:
    """Puts a sign on a note or rest; one that MusicXML does not know goes by its ABC name."""
    if name in {"0", "1", "2", "3", "4", "5"}:
        element.articulations.append(articulations.Fingering(name))
        return
    if name == "invertedfermata":
        sign = expressions.Fermata()
        sign.type, sign.placement = "inverted", "below"
        element.expressions.append(sign)
        return
    for made, known in vocabulary.EXPRESSIONS.items():
        if known == name:
            sign = getattr(expressions, made)()
            if name == "fermata":
                sign.type = "upright"
            element.expressions.append(sign)
            return
    found = next((made for made, known in vocabulary.ARTICULATIONS.items() if known == name), None)
    sign = getattr(articulations, found)() if found is not None else articulations.Articulation()
    if found is None:
        sign.displayText = name
    element.articulations.append(sign)
