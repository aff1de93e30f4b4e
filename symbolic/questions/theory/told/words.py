"""What a dictionary says of the terms and forms that a text names, and how many bars a form comes to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import gcd, lcm

from symbolic.questions.theory.named import Named
from symbolic.questions.theory.non_chord import DEFINITIONS
from symbolic.questions.theory.terms import SLOW_TO_FAST, SOFT_TO_LOUD
from symbolic.questions.theory.vocabulary import (
    DANCES,
    DYNAMICS,
    FORM_PARTS,
    FORMS,
    GENRES,
    MODIFIERS,
    ORNAMENTS,
    TERMS,
)

_LETTERS = re.compile(r"\b(?:[Ff]orm|[Pp]attern) ([A-E]{2,8})\b")
_PARTS = re.compile(r"\b([A-E]) (?:=|has) (\d+)((?: bars?)? and is repeated)?")


def forms(text: str, named: Named) -> Iterator[str]:
    """The bars of sections that are given by letters."""
    parts = [(found[1], int(found[2]), bool(found[3])) for found in _PARTS.finditer(text)]
    letters = _LETTERS.search(text)
    if letters and parts:
        bars = {name: count for name, count, _ in parts}
        sizes = [bars.get(letter, 0) for letter in letters[1]]
        yield f"{letters[1]}: {'+'.join(map(str, sizes))} = {sum(sizes)}"
    elif letters:
        size = next((number for number in named.numbers if number > 3), 0)
        if size:
            starts = " ".join(f"{name} {1 + place * size}" for place, name in enumerate(letters[1]))
            yield f"sections start {starts}, {size * len(letters[1])} bars"
    elif parts:
        sizes = [count * (1 + twice) for _, count, twice in parts]
        yield f"{'+'.join(map(str, sizes))} = {sum(sizes)} bars"
    yield from _repeats(text, named)
    if named.says("polyrhythm", "onsets", "evenly", "against") and (pair := _against(text)):
        one, other = pair
        yield (
            f"{one} against {other}: grid {lcm(one, other)}, together {gcd(one, other)}, "
            f"{one + other - gcd(one, other)} distinct"
        )


_ENDINGS = re.compile(
    r"(\d+) bars?\b.*?\bfirst ending\D*(\d+).*?\bsecond(?: ending)?\D*(\d+)"
    r"|\|:\D*(\d+)[^|]*\|\s*\[?1\s+(\d+)[^|]*:\|\s*\[?2\s+(\d+)"
)
_FINE = re.compile(r"(?<!al )\b[Ff]ine\b\D{1,30}?(\d+)")
_SEGNO = re.compile(r"\b[Ss]egno\b\D{1,30}?(\d+)")


def _repeats(text: str, named: Named) -> Iterator[str]:
    """Bars as they are played with endings, da capo and dal segno."""
    if found := _ENDINGS.search(text):
        body, first, second = (int(number) for number in found.groups() if number)
        yield f"{body}+{first} then {body}+{second} = {2 * body + first + second} bars"
    fine, segno = _FINE.search(text), _SEGNO.search(text)
    if fine and named.bars:
        start, whole, last = int(segno[1]) if segno else 1, named.bars[0], int(fine[1])
        yield f"{whole} bars, then {start} to {last}: {whole + last - start + 1}"


def _against(text: str) -> tuple[int, int] | None:
    found = re.search(r"(\d+)(?: [a-z ]+?)? against (\d+)|\b(\d+):(\d+)\b", text)
    if found is None:
        return None
    one, other = int(found[1] or found[3]), int(found[2] or found[4])
    return (one, other) if one and other else None


def _table() -> dict[str, str]:
    """Every term of the vocabulary in lower case → what is said of it."""
    told: dict[str, str] = {}
    for name, (letters, meaning) in FORMS.items():
        told[name.lower()] = f"{letters}, {meaning}"
    for table in (GENRES, FORM_PARTS, ORNAMENTS, DANCES):
        told |= {
            name.lower().partition(" (")[0]: meaning
            for name, meaning in table.items()
            if name.lower() not in told
        }
    for group, terms_of in TERMS.items():
        for name, meaning in terms_of.items():
            if group != "degree" or name not in MODIFIERS:
                place = (
                    f" ({SLOW_TO_FAST.index(name) + 1} of {len(SLOW_TO_FAST)})"
                    if name in SLOW_TO_FAST
                    else ""
                )
                told[name.lower()] = f"{meaning}{place}, {group}"
    for loudness, (sign, name, meaning) in enumerate(DYNAMICS, 1):
        told[sign] = told[name] = f"{meaning} ({loudness} of {len(SOFT_TO_LOUD)}), dynamics"
    told |= {name: f"approached {reached}, left {left}" for name, (reached, left) in DEFINITIONS.items()}
    return told | {word: meaning for word, meaning in MODIFIERS.items() if word not in told}


TABLE = _table()
MOST_WORDS = max(name.count(" ") + 1 for name in TABLE)
_FIRST = {name.split()[0] for name in TABLE}
_TERM_WORD = re.compile(r"[0-9a-zà-ÿA-ZÀ-ß'.-]+")
_COMMON = frozenset(
    "answer subject fine mass bridge form turn episode trio f p suite con senza refrain ma".split()
)
"""Words of the vocabulary that have another meaning in plain English: told only where they are quoted."""
_QUOTED = re.compile(r'"([^"]+)"|: (.+)\?')
_BY_MEANING = {meaning.lower(): name for name, meaning in
               [(n, m) for t in (GENRES, FORM_PARTS, ORNAMENTS) for n, m in t.items()]
               + [(n, m) for t in TERMS.values() for n, m in t.items()]
               + [(n, m) for n, (_, m) in FORMS.items()]}  # fmt: skip


def terms(text: str) -> Iterator[str]:
    """The definition of each term of the vocabulary, and the term of a definition that is quoted."""
    for quoted in _QUOTED.finditer(text.lower()):
        meaning = (quoted[1] or quoted[2]).strip()
        if meaning in _BY_MEANING:
            yield f"{meaning} = {_BY_MEANING[meaning]}"
    words = [word.strip(".'-") for word in _TERM_WORD.findall(text)]
    lowered = [word.lower() for word in words]
    place = 0
    told = 0
    while place < len(words) and told < 5:
        step = 1
        if lowered[place] in _FIRST:
            for size in range(min(MOST_WORDS, len(words) - place), 0, -1):
                name = " ".join(lowered[place : place + size])
                if name in TABLE and not (
                    name in _COMMON and f'"{words[place]}"' not in text and not _marks(text)
                ):
                    yield f"{name}: {TABLE[name]}"
                    step, told = size, told + 1
                    break
        place += step


def _marks(text: str) -> bool:
    return "dynamic" in text or "loud" in text
