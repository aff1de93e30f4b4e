"""What a reference book says of the chords and numerals that a text names, alone and in their key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.pitch import Interval
from symbolic.questions.interval import interval_name
from symbolic.questions.theory.cadences import MAJOR_PAIRS, MINOR_PAIRS, REASONS
from symbolic.questions.theory.form import BLUES
from symbolic.questions.theory.functions import MAJOR_NUMERALS, MINOR_NUMERALS, ROLES, triad_on
from symbolic.questions.theory.inversions import POSITIONS, SEVENTH_FIGURES, STEPS_ABOVE, TRIAD_FIGURES
from symbolic.questions.theory.named import Named
from symbolic.questions.theory.names import CHORDS, MEMBERS, above, chord, pitch_class, symbol
from symbolic.questions.theory.terms import SHAPES
from symbolic.questions.theory.told.keys import key_of, notes_of

POSITION_WORDS = ("position", "inversion", "figures", "lowest", "bass")
KIND_OF = {quality: kind for kind, (quality, _) in CHORDS.items()}
SIXTHS = {"italian": "", "french": "M2", "german": "m3"}
"""Augmented sixth → the interval above the tonic of its fourth note."""


@lru_cache(maxsize=2048)
def chord_notes(named: ChordSymbol) -> tuple[str, ...]:
    """The notes of a chord from its root; none where they cannot be spelled or the book has no such chord."""
    try:
        return chord(named.root, KIND_OF[named.quality])
    except (KeyError, ValueError):
        return ()


@lru_cache(maxsize=8192)
def chord_named(notes: tuple[str, ...]) -> ChordSymbol | None:
    """The chord that notes form in any order; the first one is its bass."""
    wanted = frozenset(notes)
    for root in notes:
        for kind, (quality, _) in CHORDS.items():
            found = ChordSymbol(root, quality)
            if frozenset(chord_notes(found)) == wanted and kind:
                return ChordSymbol(root, quality, "" if root == notes[0] else notes[0])
    return None


def harmony(named: Named) -> Iterator[str]:
    """Chords, numerals and cadences in the key that is named."""
    if not named.scales and named.says("cadence", "cadences"):
        yield from (f"{kind} cadence: {reason}" for kind, reason in REASONS.items() if kind in named.words)
    for found in dict.fromkeys(named.scales[:2]):
        key = key_of(found)
        if key.mode in ("major", "minor"):
            told = [
                *_triads(key, named),
                *_numerals(key, named),
                *_in_key(key, named),
                *_special(key, named),
                *_cadence(key, named),
            ]
            if told:
                yield f"in {key.name} {', '.join(told)}"


def _table(key: Key) -> dict[str, str]:
    return MINOR_NUMERALS if key.mode == "minor" else MAJOR_NUMERALS


def _triads(key: Key, named: Named) -> Iterator[str]:
    """All triads of a key, where chords are spoken of and none is named."""
    if named.says("chords", "triads") and not (named.chords or named.numerals or named.notes):
        yield " ".join(f"{numeral} {chord_at(key, numeral)}" for numeral in _table(key))


@lru_cache(maxsize=4096)
def chord_at(key: Key, numeral: str) -> str:
    """The chord of a numeral, applied ones included; empty where the key has none."""
    own, _, goal = numeral.partition("/")
    table, seventh = _table(key), own.endswith("7")
    plain = own.removesuffix("7")
    try:
        if goal:
            root = triad_on(key, goal)[0]
            if own == "V7" or own == "V":
                return symbol(above(root, "P5"), "dominant seventh" if seventh else "major")
            return symbol(above(root, "M7"), "diminished seventh" if seventh else "diminished")
        if seventh and plain == "vii°":
            root = above(key.tonic, "M7")
            return f"{symbol(root, 'diminished seventh')} ({' '.join(chord(root, 'diminished seventh'))})"
        if plain not in table:
            return ""
        root, kind = triad_on(key, plain)
        return symbol(root, "dominant seventh" if seventh and plain == "V" else kind)
    except ValueError:
        return ""


def _numerals(key: Key, named: Named) -> Iterator[str]:
    for numeral in dict.fromkeys(named.numerals[:6]):
        if found := chord_at(key, numeral):
            yield f"{numeral} = {found}"


@lru_cache(maxsize=4096)
def numeral_of(key: Key, found: ChordSymbol) -> str:
    """The numeral of a chord in a key, an applied dominant where it is no triad of the key."""
    table = _table(key)
    for numeral in table:
        if triad_on(key, numeral) == (found.root, KIND_OF.get(found.quality)):
            return numeral
    if found.quality == "7":
        if found.root == above(key.tonic, "P5"):
            return "V7"
        for numeral in table:
            try:
                if above(triad_on(key, numeral)[0], "P5") == found.root and "°" not in numeral:
                    return f"V7/{numeral}"
            except ValueError:
                continue
    return ""


def _in_key(key: Key, named: Named) -> Iterator[str]:
    """The numerals and functions of the chords in the text."""
    chords = list(named.chords)
    if len(named.notes) in (3, 4) and (found := chord_named(tuple(named.notes))) is not None:
        chords.append(found)
    elif len(named.notes) <= 2 and not named.figures:
        chords += [ChordSymbol(note) for note in named.notes if not named.says("bass", "over", "on")]
    for found in dict.fromkeys(chords[:4]):
        plain = ChordSymbol(found.root, found.quality)
        numeral = numeral_of(key, plain)
        if numeral:
            place = [*_table(key)].index(numeral) + 1 if numeral in _table(key) else 0
            role = f" {ROLES[place]}" if place in ROLES and named.says("function") else ""
            yield f"{plain} = {numeral}{role}"


def _special(key: Key, named: Named) -> Iterator[str]:
    """The Neapolitan, the augmented sixths, and the diminished seventh of the leading note."""
    tonic = key.tonic
    try:
        if named.says("neapolitan"):
            root = above(tonic, "m2")
            yield f"Neapolitan sixth {symbol(root, 'major', chord(root, 'major')[1])}"
        if named.says("sixth", "sixths", *SIXTHS):
            wanted = [kind for kind in SIXTHS if kind in named.words] or list(SIXTHS)
            for kind in wanted if not named.says("neapolitan") else ():
                middle = [above(tonic, SIXTHS[kind])] if SIXTHS[kind] else []
                notes = (above(tonic, "m6"), tonic, *middle, above(tonic, "A4"))
                yield f"{kind.title()} sixth {' '.join(notes)}"
                if kind == "german" and named.says("sounds", "sound"):
                    yield f"sounds as {symbol(notes[0], 'dominant seventh')}"
        if 7 in named.degrees and named.says("diminished"):
            root = above(tonic, "M7")
            yield f"diminished seventh on {root}: {' '.join(chord(root, 'diminished seventh'))}"
    except ValueError:
        return


def _cadence(key: Key, named: Named) -> Iterator[str]:
    pairs = MINOR_PAIRS if key.mode == "minor" else MAJOR_PAIRS
    if not named.says("cadence", "ending", "ends", "phrase"):
        return
    if named.says("phrygian") and key.mode == "minor":
        sub = triad_on(key, "iv")
        yield f"Phrygian half {symbol(*sub, chord(*sub)[1])} - {chord_at(key, 'V')} (iv6-V)"
        return
    kinds = [kind for kind in pairs if kind in named.words] or list(pairs)
    ends = [str(found) for found in named.chords] + named.notes
    for kind in kinds:
        told = [(chord_at(key, one), chord_at(key, two), f"{one}-{two}") for one, two in pairs[kind]]
        known = [item for item in told if {item[0], item[1]} <= set(ends)]
        for first, last, numerals in known or told:
            if known or len(kinds) == 1:
                yield f"{kind} {first} - {last} ({numerals})"


def chords(named: Named) -> Iterator[str]:
    """Notes, positions and figures of each chord."""
    alone = not (named.scales and not named.says("notes", "seventh", "resolves"))
    for found in dict.fromkeys(named.chords[:3] if alone else ()):
        if told := _chord(found, named):
            yield told
    symbols = list(named.chords)
    if len(named.notes) < 3 and named.says("chords", "chord", "triad", "symbol", "share", *POSITION_WORDS):
        symbols += [ChordSymbol(note) for note in named.notes[: 2 - len(symbols)]]
    if (
        alone
        and len(symbols) > len(named.chords)
        and not (named.figures or (named.chords and named.says("member")))
    ):
        yield from (
            _chord(found, named) for found in symbols[len(named.chords) :] if not _is_member(found, named)
        )
    if len(symbols) > 1 and named.says("share", "common"):
        common = frozenset.intersection(*(frozenset(found.pitch_classes) for found in symbols[:2]))
        yield f"{len(common)} in common"


def _is_member(found: ChordSymbol, named: Named) -> bool:
    """Whether a note, read as a major triad, is more likely named as a note of another chord."""
    others = named.chords or [ChordSymbol(named.notes[0])] * (found.root != named.notes[0])
    return not named.says("share", "common") and any(found.root in chord_notes(other) for other in others)


def _chord(found: ChordSymbol, named: Named) -> str:
    notes = chord_notes(found)
    if not notes:
        return ""
    kind = KIND_OF[found.quality]
    told = [f"{found} ({kind}): {' '.join(notes)}"]
    figures = SEVENTH_FIGURES if len(notes) == 4 else TRIAD_FIGURES
    wanted = [
        place for place, name in enumerate(POSITIONS) if name.split()[0] in named.words and place < len(notes)
    ]
    if named.says("root", "third", "fifth", "seventh", "member"):
        told += [
            f"{note} {MEMBERS[notes.index(note)]}"
            for note in named.notes
            if note in notes and (note != found.root or named.says("member"))
        ]
        told += [
            f"{member} {note}" for member, note in zip(MEMBERS, notes, strict=False) if member in named.words
        ]
    places = [notes.index(note) for note in (found.bass, *named.notes) if note in notes and note]
    if named.says(*POSITION_WORDS) or found.bass in notes:
        for place in dict.fromkeys((*wanted, *places)):
            told.append(f"bass {notes[place]} {POSITIONS[place]} {figures[place]}")
            if named.says("close"):
                top = notes[place - 1]
                told.append(f"{notes[place]}-{top} {_frame(notes[place], top)}")
    return ", ".join(dict.fromkeys(told))


def _frame(low: str, high: str) -> str:
    steps = (ord(high[0]) - ord(low[0])) % 7
    semitones = (pitch_class(high) - pitch_class(low)) % 12
    return interval_name(Interval(steps, semitones))


def note_sets(named: Named) -> Iterator[str]:
    """The chord that three or four notes form."""
    notes = tuple(dict.fromkeys(named.notes))
    if len(notes) not in (3, 4) or (len(notes) != len(named.notes) and len(notes) < 3):
        return
    found = chord_named(notes)
    if found is None:
        return
    spelled = chord_notes(found)
    figures = (SEVENTH_FIGURES if len(spelled) == 4 else TRIAD_FIGURES)[spelled.index(notes[0])]
    kind = KIND_OF[found.quality]
    yield f"{' '.join(notes)}: {found}, {kind} on {found.root}, {' '.join(spelled)}, {figures}"


def figured(named: Named) -> Iterator[str]:
    """The notes above a figured bass in its key, and their chord."""
    if not (named.figures and named.notes and named.scales):
        return
    figures, bass, notes = named.figures[0], named.notes[-1], notes_of(named.scales[0])
    if bass not in notes or figures not in STEPS_ABOVE or len(notes) != 7:
        return
    place = notes.index(bass)
    upper = tuple(notes[(place + step) % 7] for step in STEPS_ABOVE[figures])
    found = chord_named((bass, *upper))
    yield f"{figures} over {bass}: {' '.join(upper)}" + (f", {found}" if found else "")


def ornaments(named: Named) -> Iterator[str]:
    """A suspension or an ornament on a note of the key."""
    if named.says("blues") and named.notes:
        four, five = (chord_at(Key(named.notes[0]), numeral) for numeral in ("IV", "V"))
        roots = {"I": named.notes[0], "IV": four, "V": five}
        yield f"blues {' '.join(f'{place}:{roots[numeral]}7' for place, numeral in enumerate(BLUES, 1))}"
    if not (named.scales and named.notes):
        return
    notes, note = notes_of(named.scales[0]), named.notes[-1]
    if note not in notes or len(notes) != 7:
        return
    place = notes.index(note)
    if named.says("suspension") and len(named.numbers) > 1:
        over = " ".join(notes[(place + number - 1) % 7] for number in named.numbers[:2])
        yield f"{'-'.join(map(str, named.numbers[:2]))} over {note}: {over}"
    if named.says("mordent", "turn", "trill", "prall"):
        shapes = [name for name in SHAPES if frozenset(name.split()) <= named.words]
        shape = max(shapes, key=len, default="")
        played = " ".join(notes[(place + step) % 7] for step in SHAPES.get(shape, (1, -1)))
        yield f"{shape or 'neighbours'} on {note}: {played}"
