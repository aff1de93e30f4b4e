"""Writing a tune out with other bar lines, beams and lines, but with its own notes: what may come next.

The music that was shown is a list of items, which are written in order. Between two of them a space may
stand, the end of a line, or a bar line if none are shown; such a line may cut a note in two. So a model that
copies badly still decides where bars and phrases end, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

from symbolic.abc.layer import length_text
from symbolic.abc.lexer import length_factor, tuplet_numbers
from symbolic.questions.base import ANSWER_LINE

_ITEM = re.compile(
    r"(?P<text>(?P<tuplet>\(\d(?::\d*)*)|\{[^}]*\}|\|)"
    r"|(?P<sign>[_^=]*)(?P<pitch>[A-Ga-gz][,']*)(?P<top>\d*)(?P<slashes>/*)(?P<bottom>\d*)"
    r"(?P<tie>-?)(?P<broken>[<>]?)"
)
_END = "|]"
_BROKEN = {"": Fraction(1), ">": Fraction(3, 2), "<": Fraction(1, 2)}
"""Signs of broken rhythm, by what they multiply the note before them; the one after it makes up for that."""
_TICKS = 6
"""Of the shortest length that divides all others, so that in broken rhythm each length is a whole number."""


@dataclass(frozen=True, slots=True)
class Item:
    """A note or rest, or a text that stands as it is.

    Attributes:
        texts: the text, in the ways in which it may be written; of a note without its length.
        length: in units; 0 for a text.
        tie: the note is tied to the next one.
        rest: nothing sounds.
        whole: it stands in a tuplet, and is not cut.
    """

    texts: tuple[str, ...]
    length: Fraction = Fraction(0)
    tie: bool = False
    rest: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """How far the writing has come.

    Attributes:
        place: the item that is being written, or comes next.
        left: ticks of it that are not yet written.
        broken: the sign of broken rhythm before it, if there is one.
        gap: what stands before it.
        text: what of it is written.
        cut: a bar line must come before it.
    """

    place: int
    left: int
    broken: str = ""
    gap: str = ""
    text: str = ""
    cut: bool = False


class Track:
    """The music of a question, to be written out again.

    Args:
        music: as ABC in one voice, without its header.
        answers: those of which one follows it, on a line of its own; without any nothing does.
        lines: written lines may end in it.

    Raises:
        ValueError: the music has more than notes, grace notes, rests, tuplets and bar lines.
    """

    def __init__(self, music: str, answers: Sequence[str], lines: bool) -> None:
        self._items = list(_items(music.strip().removesuffix(_END)))
        self._unit = _TICKS * lcm(*(item.length.denominator for item in self._items))
        self._barred = any(item.texts == ("|",) for item in self._items)
        bars = ("",) if self._barred else ("", "|")
        self._gaps = {" ", *(f"{bar}{end}" for bar in bars for end in ("", "\n")[: 1 + lines])}
        self._music_ends = len(self._items)
        self._items.append(Item((f"{_END}\n{ANSWER_LINE} " if answers else _END,)))
        if answers:
            self._items.append(Item(tuple(answers)))
        self._lengths = [int(item.length * self._unit) for item in self._items]
        self._pieces: dict[tuple[int, int, str], dict[str, int]] = {}
        self.start = self._at(0)

    def ends(self, state: State) -> bool:
        """Whether all is written."""
        return state.place == len(self._items) - 1 and state.text in self._items[state.place].texts

    def after(self, state: State, letter: str) -> State | None:
        """The state after one more letter; None where it cannot come."""
        pieces = self._written(state)
        if any(piece.startswith(state.text + letter) for piece in pieces):
            ready = state.text or "|" in state.gap or not state.cut
            return replace(state, text=state.text + letter) if ready else None
        if state.text:
            return self._closed(state, pieces[state.text], letter) if state.text in pieces else None
        gap = state.gap + letter
        between = (state.place > 0 or state.cut) and state.place < self._music_ends and gap in self._gaps
        return replace(state, gap=gap) if between and (gap[0] == "|" or not state.cut) else None

    def _at(self, place: int, broken: str = "") -> State:
        return State(place, self._lengths[place], broken)

    def _closed(self, state: State, length: int, letter: str) -> State | None:
        """After a piece that a letter ends: of the whole item, or of what stands before a bar line."""
        item = self._items[state.place]
        if state.place + 1 == len(self._items):
            return None
        if length == state.left:
            following = self._at(state.place + 1)
            if item.tie:
                return following if letter == "-" else None
            return self.after(following, letter)
        if letter in _BROKEN and length * _BROKEN[letter] == state.left:
            return self._at(state.place + 1, letter)
        if length > state.left or letter != ("|" if item.rest else "-"):
            return None
        return State(state.place, state.left - length, gap=letter if item.rest else "", cut=True)

    def _written(self, state: State) -> dict[str, int]:
        """The pieces of the item that may be written in one go, and how many ticks they take."""
        key = (state.place, state.left, state.broken)
        if key not in self._pieces:
            texts = self._items[state.place].texts
            written = {self._length(length, state.broken): length for length in self._parts(state)}
            self._pieces[key] = {text + more: length for text in texts for more, length in written.items()}
        return self._pieces[key]

    def _parts(self, state: State) -> Iterator[int]:
        """All that is left, what is written of it before a sign of broken rhythm, or before a bar line."""
        yield state.left
        if not state.left or state.broken or self._items[state.place].whole:
            return
        following = self._lengths[state.place + 1]
        for by in (_BROKEN[">"], _BROKEN["<"]):
            if following and following * by == state.left * (2 - by):
                yield int(state.left / by)
        if not self._barred:
            yield from range(_TICKS, state.left, _TICKS)

    def _length(self, ticks: int, broken: str) -> str:
        """What is written for so many ticks, after a sign of broken rhythm."""
        length = Fraction(ticks, self._unit) / (2 - _BROKEN[broken])
        return length_text(length.numerator, length.denominator) if ticks else ""


def _items(music: str) -> Iterator[Item]:
    """The items of a music text; a sign holds to the next bar line, so that it may be written again."""
    held: dict[str, str] = {}
    scale, in_tuplet = Fraction(1), 0
    for text in music.split():
        place = 0
        while place < len(text):
            found = _ITEM.match(text, place)
            if found is None:
                raise ValueError(f"the music has {text[place:]!r}, which cannot be traced")
            place = found.end()
            if found["text"]:
                held = {} if found["text"] == "|" else held
                if found["tuplet"]:
                    in_tuplet = tuplet_numbers(found["tuplet"], compound=False)[2]
                yield Item((found["text"],))
                continue
            pitch, sign = found["pitch"], found["sign"]
            by = _BROKEN[found["broken"]]
            length = scale * by * length_factor(found["top"], found["slashes"], found["bottom"])
            scale = 2 - by
            texts = dict.fromkeys((sign + pitch, pitch, (sign or held.get(pitch, "")) + pitch))
            if sign:
                held[pitch] = sign
            yield Item(tuple(texts), length, bool(found["tie"]), pitch == "z", in_tuplet > 0)
            in_tuplet = max(0, in_tuplet - 1)
