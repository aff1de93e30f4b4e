"""What a calculator says of the note values and time signatures that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from symbolic.meter import Meter
from symbolic.questions.theory.lengths import BRITISH, NAME_OF, PLAIN
from symbolic.questions.theory.metres import CLASSES
from symbolic.questions.theory.named import Named
from symbolic.questions.theory.names import listing
from symbolic.questions.theory.rhythm import COUNTS, HEMIOLAS, is_syncopated

SHORT = {
    f"{dots}{name}": PLAIN[name] * by
    for dots, by in (("dotted-", Fraction(3, 2)), ("", Fraction(1)))
    for name in ("whole", "half", "quarter", "eighth")
    if (PLAIN[name] * by * 8).denominator == 1
}
"""Note values as they stand in a row of words, from an eighth on."""


def values(named: Named) -> Iterator[str]:
    """The length of each note value, their sum, and how often the first goes into the others."""
    found = named.values[:6]
    if not found:
        return
    unique = list(dict.fromkeys(length for _, length in found))
    yield ", ".join(f"{_short(length)} {length}" for length in unique[:4])
    if len(found) == 1 and named.says("dotted", "double-dotted"):
        yield " + ".join(map(str, _parts(unique[0])))
    total = sum((count * length for count, length in found), Fraction(0))
    if len(found) > 1 and not named.metres:
        yield f"sum {total}" + (f" = {NAME_OF[total]}" if total in NAME_OF else "")
    if len(unique) == 2 and not named.metres:
        many = max(count for count, _ in found)
        long, short = max(unique), min(unique)
        times = long / short
        if times.denominator == 1 and len(found) == 2:
            told = f"{times} {_short(short)}s in a {_short(long)}"
            yield told + (f", {many * times} in {many}" if many > 1 else "")
    if named.says("tuplet", "tuplets", "triplet", "time") and len(named.numbers) and not named.metres:
        yield from _tuplet(named)
    if named.says("flag", "flags", "beams"):
        count, length = found[0]
        beams = max(0, length.denominator.bit_length() - 3)
        yield f"{beams} flags each, {count * beams} in all"
    if named.says("called", "british", "american", "usage"):
        name = _short(unique[0])
        dots, _, plain = name.rpartition(" ")
        if plain in BRITISH:
            yield f"{name} note = {f'{dots} {BRITISH[plain]}'.strip()}"


def _parts(length: Fraction) -> list[Fraction]:
    """A dotted length as the note itself and its dots."""
    parts = []
    part = Fraction(1)
    while length:
        if part <= length:
            parts.append(part)
            length -= part
        part /= 2
    return parts


def _short(length: Fraction) -> str:
    """The name of a length without the word note."""
    return NAME_OF.get(length, str(length)).removesuffix(" note")


def _tuplet(named: Named) -> Iterator[str]:
    count, length = named.values[0]
    normal = named.numbers[-1]
    groups = next((number for number in named.numbers[:-1]), 1)
    if count > 1 and normal:
        told = f"{count} in the time of {normal}: {normal * length}, each {normal * length / count}"
        yield told + (f", {groups} times {groups * normal * length}" if groups > 1 else "")


def metres(named: Named) -> Iterator[str]:
    """Bar, beats and class of each time signature, and what the numbers of bars and notes come to."""
    for name in dict.fromkeys(named.metres[:4]):
        if name.startswith("1/") or named.says("fraction", "fractions"):
            continue
        try:
            metre = Meter.parse(name)
        except ValueError:
            continue
        yield ", ".join(_metre(name, metre, named))
    for group in named.groups[:1]:
        starts = [1 + sum(group[:place]) for place in range(len(group))]
        yield f"{'+'.join(map(str, group))} starts {listing(list(map(str, starts)))}"


def _beats(metre: Meter) -> int:
    return metre.beats // 3 if metre.is_compound else metre.beats


@lru_cache(maxsize=128)
def _described(name: str) -> str:
    metre = Meter.parse(name)
    beat = metre.beat_quarters / 4
    kind = CLASSES.get(_beats(metre))
    words = f"{'compound' if metre.is_compound else 'simple'} {kind}" if kind else metre.class_name
    called = NAME_OF.get(beat, str(beat)).removesuffix(" note")
    return f"{name}: {words}, {_beats(metre)} beats of {called}, bar {metre.bar_quarters / 4}"


def _metre(name: str, metre: Meter, named: Named) -> Iterator[str]:
    yield _described(name)
    bar, beat = metre.bar_quarters / 4, metre.beat_quarters / 4
    lengths = named.values
    others = [number for number in named.numbers if number != 1]
    if named.says("begins", "completes", "missing", "one") and lengths and not others:
        rest = bar - sum((count * length for count, length in lengths), Fraction(0))
        if rest > 0:
            yield f"rest of bar {rest}" + (f" = {NAME_OF[rest]}" if rest in NAME_OF else "")
    if named.says("upbeat", "before", "pickup") and lengths:
        count, length = lengths[0]
        if length:
            yield f"{bar / length - count} {_short(length)}s left"
        return
    if named.says("beat") and others and named.says("counting", "which", "falls", "fall"):
        eighth = Fraction(1, 8)
        unit = lengths[0][1] if lengths else eighth
        for number in others[-1:]:
            if number <= _beats(metre):
                yield f"beat {number} on {(number - 1) * beat / unit + 1} of the {_short(unit)}s"
    if named.says("weight", "strong", "accent", "metrical"):
        medium = ", beat 3 of medium strength" if _beats(metre) == 4 else ""
        yield f"beat 1 the strongest{medium}, the others weak"
    yield from _bars(bar, metre, named, lengths, others)
    if named.says("accents", "starts", "grouped", "fall") and len(others) > 1 and sorted(others) == others:
        edges = [number for number in named.numbers if number <= metre.beats] + [metre.beats + 1]
        sizes = [high - low for low, high in pairwise(edges)]
        yield f"groups {'+'.join(map(str, sizes))}"
    if named.says("hemiola"):
        for where, (paired, pairs) in HEMIOLAS.items():
            if where.endswith(f"of {name}"):
                yield f"hemiola {COUNTS[pairs]} groups of two {paired} notes"


def _bars(
    bar: Fraction,
    metre: Meter,
    named: Named,
    lengths: list[tuple[int, Fraction]],
    others: list[int],
) -> Iterator[str]:
    bars = named.bars[0] if named.bars else 1
    if named.says("seconds", "minute", "long"):
        paces = [number for number in others if number not in named.bars]
        pace = max((*paces[-1:], *(count for count, _ in lengths)), default=0)
        if pace > 1 and lengths and named.bars:
            notes = bars * bar / lengths[0][1]
            yield f"{bars} bars = {notes} notes, {notes * 60 / pace} s at {pace}"
        return
    for count, length in lengths[:1]:
        if count > 1 and (count * length / bar).denominator == 1:
            yield f"{count} notes = {count * length / bar} bars"
        elif not named.says("begins", "missing", "beat"):
            yield f"{bars * bar / length} {_short(length)}s in {bars}"
    if bars > 1 and named.says("beats"):
        yield f"{bars} bars {bars * _beats(metre)} beats"


_BARS_IN_WORDS = re.compile(
    rf"(?:{'|'.join(re.escape(name) for name in SHORT)})(?:[ -](?:{'|'.join(SHORT)}))+"
)


def bars_in_words(text: str) -> Iterator[str]:
    """Where the notes of each bar begin that is written as a row of note values."""
    rows = [found[0] for found in _BARS_IN_WORDS.finditer(text.replace("dotted ", "dotted-"))]
    told = []
    for row in rows if len(rows) > 1 else ():
        eighths = tuple(int(SHORT[name] * 8) for name in row.split())
        onsets = " ".join(str(1 + sum(eighths[:place])) for place in range(len(eighths)))
        told.append(f"{row} on {onsets}{' syncopated' if is_syncopated(eighths) else ''}")
    yield from sorted(told, key=lambda clause: not clause.endswith("syncopated"))
