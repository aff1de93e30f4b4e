"""Pieces in several voices whose harmony is known by construction: training and test material for harmony.

A seed draws a progression (`training.corpus.progressions`), a key, a metre and a texture; the notes are
laid out from the chords, so the chord symbols and the Roman numerals that stand in the score
(`symbolic.roman.label`) are true. In major and minor a middle phrase may be in a related key; dorian and
mixolydian pieces carry symbols alone, as analyses name major and minor keys. Phrases end at double bars.

    block      chords in the right hand over a bass
    arpeggio   broken chords over a held bass
    chorale    four parts
    alberti    broken chords under a melody
    waltz      a melody over a bass on the first beat and chords on the others
    melody     a melody with passing and neighbour notes over chords

The same seed and split give the same piece; a progression stands in one split only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.pitch import STEPS, Pitch
from symbolic.roman import RomanNumeral, label
from symbolic.score import Annotation, Chord, Event, Measure, Note, Score, Voice
from training.corpus.progressions import MODES, Phrase, Split, draw_phrase, split_of
from training.corpus.voicing import Parts, four_parts

METERS = ("2/4", "3/4", "4/4", "4/4", "6/8", "2/2", "9/8")
MODE_WEIGHTS = (8, 8, 1, 1)
"""How often each of `MODES` is drawn."""
MODULATES = 0.35
"""Share of the pieces with three phrases or more that change key."""
QUAVER = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Harmony:
    """A chord of a piece: its four parts, beats, key and degree, and whether a bar begins with it."""

    chord: ChordSymbol
    parts: Parts
    beats: int
    key: Key
    numeral: RomanNumeral
    starts_bar: bool
    ends_phrase: bool


@dataclass(frozen=True, slots=True)
class TexturedPiece:
    """A generated piece; `id` tells split, texture and seed, `cadences` those of its phrases in order."""

    id: str
    score: Score
    texture: str
    cadences: tuple[str, ...]


def textured_piece(seed: int, split: Split = "train", texture: str | None = None) -> TexturedPiece:
    """The piece of a seed.

    Args:
        seed: any whole number.
        split: whose progressions it uses.
        texture: one of `TEXTURES`; drawn where it is not given.

    Raises:
        ValueError: no such texture.
    """
    if texture is not None and texture not in TEXTURES:
        raise ValueError(f"texture must be one of {', '.join(TEXTURES)}, got {texture!r}")
    rng = Random(f"{split}:{seed}")
    kind = texture or rng.choice(list(TEXTURES))
    meter = Meter.parse("3/4" if kind == "waltz" else rng.choice(METERS))
    beats = int(meter.bar_quarters / meter.beat_quarters)
    rhythm, phrases = _draw(rng, beats)
    while split_of(phrases) != split:
        rhythm, phrases = _draw(rng, beats)
    home = Key.from_pitch_class(rng.randrange(12), phrases[0].mode)
    harmonies = _harmonies(rng, phrases, rhythm, home)
    voices = _score_voices(TEXTURES[kind](rng, harmonies, meter), harmonies, meter)
    score = Score(voices, home, meter)
    name = f"textures/{split}/{kind}/{seed}"
    return TexturedPiece(name, score, kind, tuple(phrase.cadence for phrase in phrases))


def textured_pieces(count: int, split: Split = "train", first: int = 0) -> Iterator[TexturedPiece]:
    """The pieces of `count` seeds from `first` on, every texture in turn."""
    names = list(TEXTURES)
    for seed in range(first, first + count):
        yield textured_piece(seed, split, names[seed % len(names)])


# From a progression to harmonies in time


def _draw(rng: Random, beats: int) -> tuple[list[list[int]], tuple[Phrase, ...]]:
    """Lengths in beats of the chords of each bar of a phrase, and the phrases of a piece."""
    patterns = [[beats], [beats], *([[beats // 2] * 2] if beats % 2 == 0 else [[beats - 1, 1]])]
    patterns += [[1] * beats] if beats > 2 else []
    bars = rng.choice((2, 4, 4, 4))
    rhythm = [rng.choice(patterns) for _ in range(bars - 1)] + [[beats]]
    length = sum(map(len, rhythm))
    mode = rng.choices(MODES, MODE_WEIGHTS)[0]
    count = rng.randint(2, 4)
    phrases = [draw_phrase(rng, mode, length, closing=number == count - 1) for number in range(count)]
    return rhythm, tuple(phrases)


def _harmonies(rng: Random, phrases: Sequence[Phrase], rhythm: list[list[int]], home: Key) -> list[Harmony]:
    keys = [home] * len(phrases)
    if home.mode in {"major", "minor"} and len(phrases) > 2 and rng.random() < MODULATES:
        # the numerals are those of the mode, so the related key has it too: a fifth up or down
        keys[1] = Key.from_pitch_class(home.pitch_class + rng.choice((7, 5)), home.mode)
    slots = [(beats, index == 0) for bar in rhythm for index, beats in enumerate(bar)]
    found: list[tuple[Key, RomanNumeral, int, bool, bool]] = []
    for phrase, key in zip(phrases, keys, strict=True):
        for place, ((beats, first), name) in enumerate(zip(slots, phrase.numerals, strict=True), 1):
            numeral = RomanNumeral.parse(name)
            if numeral is None:
                raise ValueError(f"not a Roman numeral: {name!r}")
            found.append((key, numeral, beats, first, place == len(slots)))
    chords = [numeral.chord(key) for key, numeral, *_ in found]
    voiced = four_parts(chords, (home.pitch_class + 11) % 12)
    return [
        Harmony(chord, parts, beats, key, numeral, first, last)
        for chord, parts, (key, numeral, beats, first, last) in zip(chords, voiced, found, strict=True)
    ]


# Textures: for each harmony the events of each voice

Layers = list[list[list[Event]]]
"""Per harmony and voice, the events that fill its time."""


def _block(rng: Random, harmonies: Sequence[Harmony], meter: Meter) -> Layers:
    again = rng.random() < 0.3
    found: Layers = []
    for harmony in harmonies:
        length = harmony.beats * meter.beat_quarters
        times = harmony.beats if again and not harmony.ends_phrase else 1
        found.append([_together(harmony.parts[:3], length / times, times), [Note(harmony.parts[3], length)]])
    return found


def _chorale(rng: Random, harmonies: Sequence[Harmony], meter: Meter) -> Layers:
    return [
        [[Note(pitch, harmony.beats * meter.beat_quarters)] for pitch in harmony.parts]
        for harmony in harmonies
    ]


def _arpeggio(rng: Random, harmonies: Sequence[Harmony], meter: Meter) -> Layers:
    down = rng.random() < 0.4
    found: Layers = []
    for harmony in harmonies:
        soprano, alto, tenor, bass = harmony.parts
        turn = (soprano, alto, tenor, alto) if down else (tenor, alto, soprano, alto)
        length = harmony.beats * meter.beat_quarters
        found.append([_turned(turn, length), [Note(bass, length)]])
    return found


def _alberti(rng: Random, harmonies: Sequence[Harmony], meter: Meter) -> Layers:
    melody = _melody(rng, harmonies, meter, ornaments=0.3)
    found: Layers = []
    for harmony, sung in zip(harmonies, melody, strict=True):
        _, alto, tenor, bass = harmony.parts
        middle, high = sorted((alto, tenor), key=lambda pitch: pitch.midi)
        length = harmony.beats * meter.beat_quarters
        found.append([sung, _turned((bass, high, middle, high), length)])
    return found


def _waltz(rng: Random, harmonies: Sequence[Harmony], meter: Meter) -> Layers:
    melody = _melody(rng, harmonies, meter, ornaments=0.2)
    found: Layers = []
    for harmony, sung in zip(harmonies, melody, strict=True):
        _, alto, tenor, bass = harmony.parts
        beat = meter.beat_quarters
        pair = (
            [Chord((Note(tenor, beat), Note(alto, beat)))] if tenor.midi < alto.midi else [Note(tenor, beat)]
        )
        left: list[Event] = [Note(bass, beat), *pair * (harmony.beats - 1)]
        found.append([sung, left])
    return found


def _sung_over_chords(rng: Random, harmonies: Sequence[Harmony], meter: Meter) -> Layers:
    melody = _melody(rng, harmonies, meter, ornaments=0.6)
    found: Layers = []
    for harmony, sung in zip(harmonies, melody, strict=True):
        length = harmony.beats * meter.beat_quarters
        found.append([sung, _together(harmony.parts[1:], length, 1)])
    return found


TEXTURES: dict[str, Callable[[Random, Sequence[Harmony], Meter], Layers]] = {
    "block": _block,
    "chorale": _chorale,
    "arpeggio": _arpeggio,
    "alberti": _alberti,
    "waltz": _waltz,
    "melody": _sung_over_chords,
}


def _together(pitches: Sequence[Pitch], length: Fraction, times: int) -> list[Event]:
    """The pitches as a chord of some length, some times; unisons once."""
    low_first = sorted(dict.fromkeys(pitches), key=lambda pitch: pitch.midi)
    return [Chord(tuple(Note(pitch, length) for pitch in low_first))] * times


def _turned(turn: Sequence[Pitch], length: Fraction) -> list[Event]:
    """The pitches one after the other in quavers, over and over."""
    return [Note(turn[index % len(turn)], QUAVER) for index in range(int(length / QUAVER))]


def _melody(rng: Random, harmonies: Sequence[Harmony], meter: Meter, ornaments: float) -> list[list[Event]]:
    """The soprano, beat by beat, with a passing or neighbour note after some of its notes."""
    beats = [(harmony, place) for harmony in harmonies for place in range(harmony.beats)]
    tops = [harmony.parts[0] if place % 2 == 0 else rng.choice(harmony.parts[:2]) for harmony, place in beats]
    found: list[list[Event]] = [[] for _ in harmonies]
    index = -1
    for number, ((harmony, place), top) in enumerate(zip(beats, tops, strict=True)):
        index += place == 0
        beat = meter.beat_quarters
        if harmony.ends_phrase:
            if place == 0:
                found[index].append(Note(harmony.parts[0], harmony.beats * beat))
            continue
        after = tops[number + 1] if number + 1 < len(tops) else top
        other = _between(top, after, harmony.key) if rng.random() < ornaments else None
        if other is None:
            found[index].append(Note(top, beat))
        else:
            short = beat / 3 if meter.is_compound else beat / 2
            found[index] += [Note(top, beat - short), Note(other, short)]
    return found


def _between(one: Pitch, after: Pitch, key: Key) -> Pitch | None:
    """A passing note where the next note is a third away, a neighbour where it is the same."""
    steps = after.diatonic - one.diatonic
    if abs(steps) not in {0, 2}:
        return None
    octave, index = divmod(one.diatonic + (1 if steps >= 0 else -1), 7)
    return Pitch(STEPS[index], key.signature[STEPS[index]], octave)


# From layers to voices


def _score_voices(layers: Layers, harmonies: Sequence[Harmony], meter: Meter) -> tuple[Voice, ...]:
    """The voices, with symbols and labels in the first one and double bars at the ends of phrases."""
    marks = list(_marks(harmonies))
    voices = []
    for number in range(len(layers[0])):
        measures: list[Measure] = []
        events: list[Event] = []
        for place, harmony in enumerate(harmonies):
            if harmony.starts_bar and events:
                measures.append(Measure(tuple(events), bar="||" if harmonies[place - 1].ends_phrase else "|"))
                events = []
            events += (marks[place] if number == 0 else []) + layers[place][number]
        measures.append(Measure(tuple(events), bar="|]"))
        low = len(layers[0]) > 1 and number >= len(layers[0]) / 2
        voices.append(Voice(str(number + 1), tuple(measures), clef="bass" if low else ""))
    return tuple(voices)


def _marks(harmonies: Sequence[Harmony]) -> Iterator[list[Event]]:
    """The symbol of each harmony, and its label in a key that has one."""
    key: Key | None = None
    for harmony in harmonies:
        marks: list[Event] = [harmony.chord]
        if harmony.key.mode in {"major", "minor"}:
            new = harmony.key if harmony.key != key else None
            marks.insert(0, Annotation(label(harmony.numeral, new), "^"))
        key = harmony.key
        yield marks
