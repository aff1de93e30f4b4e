"""Hypothesis strategies for the values of the core model."""

from fractions import Fraction

from hypothesis import strategies as st

from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.key import MODE_FIFTHS, Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Interval, Pitch
from symbolic.score import Chord, Grace, Measure, Note, Rest, Score, Voice

STEPS = st.sampled_from("CDEFGAB")
CLASSES = st.builds(str.__add__, STEPS, st.sampled_from(["", "#", "b", "##", "bb"]))
PITCHES = st.builds(Pitch, STEPS, st.integers(-3, 3), st.integers(-1, 9))
PLAIN_PITCHES = st.builds(Pitch, STEPS, st.integers(-1, 1), st.integers(2, 6))
"""As they stand in tunes: no double sharps and flats."""
INTERVALS = st.builds(Interval.between, PLAIN_PITCHES, PLAIN_PITCHES)

KEYS = st.builds(Key.from_fifths, st.integers(-7, 7), st.sampled_from(list(MODE_FIFTHS)))
METERS = st.builds(
    Meter,
    st.lists(st.integers(1, 32), max_size=3).map(tuple).filter(bool),
    st.sampled_from([1, 2, 4, 8, 16, 32]),
) | st.sampled_from([Meter.free(), Meter.parse("C"), Meter.parse("C|")])
CHORD_SYMBOLS = st.builds(
    lambda root, quality, bass: ChordSymbol(root, quality, "" if bass == root else bass),
    CLASSES,
    st.sampled_from(list(QUALITIES)),
    CLASSES | st.just(""),
)

LENGTHS = st.sampled_from([Fraction(text) for text in "1/4 1/3 1/2 2/3 3/4 1 3/2 2 3 4".split()])
NOTES = st.builds(Note, PLAIN_PITCHES, LENGTHS, st.booleans())
CHORDS = st.lists(NOTES, min_size=1, max_size=3).map(tuple).map(Chord)
RESTS = st.builds(Rest, LENGTHS)
GRACES = st.builds(lambda note: Grace((note,)), NOTES)
TEMPOS = st.builds(Tempo, st.integers(20, 300).map(Fraction))
EVENTS = st.one_of(NOTES, NOTES, NOTES, CHORDS, RESTS, GRACES, CHORD_SYMBOLS, KEYS, METERS, TEMPOS)
LAYERS = st.lists(EVENTS, max_size=4).map(tuple)


@st.composite
def measures(draw: st.DrawFn) -> Measure:
    """A measure with any repeat signs, endings and overlays."""
    end_repeat = draw(st.integers(0, 2))
    return Measure(
        draw(LAYERS),
        draw(st.just(()) | st.lists(LAYERS, max_size=2).map(tuple)),
        draw(st.integers(0, 2)),
        end_repeat,
        tuple(sorted(draw(st.sets(st.integers(1, 4), max_size=2)))),
        "|" if end_repeat else draw(st.sampled_from(["|", "||", "|]"])),
    )


VOICES = st.lists(measures(), max_size=5).map(tuple)


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """One or two voices, of any lengths, with any marks."""
    streams = draw(st.lists(VOICES, min_size=1, max_size=2))
    voices = tuple(Voice(str(number), stream) for number, stream in enumerate(streams, 1))
    return Score(voices, draw(KEYS), draw(METERS), draw(st.none() | TEMPOS))


SCORES = scores()
