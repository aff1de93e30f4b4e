"""Reading answers that give names bar by bar: ``C:maj | A:min D:7 | G:maj`` in prose of any form.

The canonical line is that of `symbolic.analysis.chord_grid`. Answers may use lead-sheet names ("C | Am D7
| G"), words ("A minor"), numbers ("Bar 2: Am D7"), lines for bars, ``%`` for the same bar again and ``/``
for the same chord; one line without any bar sign or number has a bar for each name. A bass after a slash
is read and left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from symbolic.analysis.chord_grid import BAR, MAX_PARTS, NO_CHORD, chord_name, shortest, written
from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.questions.prose import tidy

Bars = tuple[tuple[str, ...], ...]
"""Names per bar, in equal shares."""
Token = Callable[[str], str | None]
"""Reads one word of an answer: the canonical name, or None for a word that is none."""

_HARTE = re.compile(r"(?P<root>[A-G](?:##?|bb?)?):(?P<quality>[^/\s]*)(?:/[b#]*\d+)?")
_HARTE_QUALITIES = {name.replace("*", ""): name for name in QUALITIES} | {name: name for name in QUALITIES}
_SILENT = frozenset({"N", "NC", "N.C.", "n.c.", "N.C"})
_WORDS = re.compile(
    r"\b(?P<root>[A-G])(?P<sign>[#b]{0,2}|[ -](?:sharp|flat))[ -]"
    r"(?P<quality>major|minor|diminished|augmented|half-diminished|dominant)"
    r"(?P<seventh>[ -](?:seventh|7th|7))?(?: (?:chord|triad))?(?![\w-])",
    re.IGNORECASE,
)
_WORD_QUALITIES = {"major": ("maj", "maj7"), "minor": ("min", "min7"), "diminished": ("dim", "dim7"),
                   "augmented": ("aug", "aug(b7)"), "half-diminished": ("hdim7", "hdim7"),
                   "dominant": ("7", "7")}  # fmt: skip
_STATED = re.compile(r"\banswers?\s*(?:is|are)?\s*[:=]", re.IGNORECASE)
_HEAD = re.compile(r"^[^|\n]*?(?:[A-Za-z)][ \d]*:|\b(?:is|are))(?:\s+|$)")
_NUMBER = re.compile(
    r"^[\s>•+*-]*(?:\(?(?:bars?|measures?|mm?\.?|no\.)?\s*\d{1,3}\s*(?:[.):=]|->|-\s)\s*)", re.I
)
_BAR_SIGN = re.compile(r"[\[:]*\|[\]|:]*")
_SEPARATORS = re.compile(r"->|=>|→|[,;](?=\s|$|[A-G])|(?<=\s)[-–](?=\s)")
_SAME_BAR = frozenset({"%", "𝄎"})
_SAME_CHORD = frozenset({"/", "-"})
_MAX_SHARES = 4 * MAX_PARTS


def read_chord(word: str) -> str | None:
    """The Harte name, without its bass, that a word means: ``Am7``, ``A:min7/b3``, ``N``; else None."""
    if word in _SILENT:
        return NO_CHORD
    match = _HARTE.fullmatch(word)
    if match:
        quality = _HARTE_QUALITIES.get(match["quality"])
        if quality:
            return f"{match['root']}:{quality}"
        word = match["root"] + match["quality"]
    symbol = ChordSymbol.parse(word)
    return chord_name(symbol) if symbol else None


def in_short_names(text: str) -> str:
    """The text with chords named in words ("A minor seventh") in Harte's syntax ("A:min7")."""
    return _WORDS.sub(_in_short, text)


def _in_short(match: re.Match[str]) -> str:
    """A chord's name in words as a Harte name."""
    sign = match["sign"].strip(" -").lower()
    triad, seventh = _WORD_QUALITIES[match["quality"].lower()]
    root = match["root"].upper() + {"sharp": "#", "flat": "b"}.get(sign, sign)
    return f"{root}:{seventh if match['seventh'] else triad}"


def parser(token: Token) -> Callable[[str], str | None]:
    """A parser of answers bar by bar whose words `token` reads: ``parse(text) -> canonical line | None``."""

    def parse(text: str) -> str | None:
        tidied = tidy(text)
        stated = [match.end() for match in _STATED.finditer(tidied)]
        for part in (tidied[stated[-1] :], tidied) if stated else (tidied,):
            bars = _read(part, token)
            if bars:
                return written([shortest(bar) for bar in bars])
        return None

    return parse


def _read(text: str, token: Token) -> list[tuple[str, ...]]:
    """The bars of the longest passage of lines that hold nothing but names; the last of equal ones."""
    passages: list[list[tuple[list[tuple[str, ...]], bool]]] = [[]]
    for line in text.splitlines():
        found = _line(line, token)
        if found:
            passages[-1].append(found)
        elif line.strip():
            passages.append([])
    best: list[tuple[str, ...]] = []
    for passage in passages:
        bars = [bar for line_bars, _ in passage for bar in line_bars]
        if len(passage) == 1 and not passage[0][1]:
            bars = [(name,) for name in bars[0]]
        if len(bars) >= len(best):
            best = bars
    return best


def _line(line: str, token: Token) -> tuple[list[tuple[str, ...]], bool] | None:
    """The bars of a line and whether signs or a number divide it, or None where it holds other words."""
    head = _HEAD.match(line)
    for start in (0, head.end()) if head else (0,):
        rest = line[start:]
        bars: list[tuple[str, ...]] = []
        divided = "|" in rest or _NUMBER.match(line) is not None
        for piece in _pieces(rest):
            bar = _bar(piece, bars, token)
            if bar is None:
                break
            bars.append(bar)
        else:
            if bars:
                return bars, divided
    return None


def _pieces(line: str) -> list[str]:
    """What stands between the bar signs of a line; the empty ends go."""
    pieces = _BAR_SIGN.split(in_short_names(line))
    while pieces and not pieces[0].strip():
        pieces.pop(0)
    while pieces and not pieces[-1].strip(" .\"'"):
        pieces.pop()
    return pieces


def _bar(piece: str, before: Sequence[tuple[str, ...]], token: Token) -> tuple[str, ...] | None:
    """The names in a piece of a line, or None where a word is none."""
    words = [_bare(word) for word in _SEPARATORS.sub(" ", _NUMBER.sub("", piece)).split()]
    words = [word for word in words if word not in {"", "."}]
    if len(words) > _MAX_SHARES:
        return None
    if not words or all(word in _SAME_BAR for word in words):
        return before[-1] if before else None
    names: list[str] = []
    for word in words:
        name = token(word) or token(word.rstrip(".!"))
        if name is None and names and word in _SAME_CHORD:
            name = names[-1]
        if name is None:
            return None
        names.append(name)
    return tuple(names)


def _bare(word: str) -> str:
    """A word without quotes and brackets around it; ``C:maj(9)`` keeps its own."""
    word = word.strip("\"'[]")
    return word.strip("()") if word.startswith("(") else word


parse_chords = parser(read_chord)


def bars_of(line: str) -> Bars:
    """The names per bar of a canonical line."""
    return tuple(tuple(bar.split()) for bar in line.split(BAR))
