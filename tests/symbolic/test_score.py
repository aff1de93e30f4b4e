"""The score model refuses what cannot be, and answers what follows from its events."""

from dataclasses import FrozenInstanceError, fields
from fractions import Fraction

import pytest

from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.pitch import Pitch
from symbolic.score import (
    Annotation,
    Chord,
    Grace,
    Measure,
    Note,
    Rest,
    Score,
    Tuplet,
    Voice,
    layer_duration,
)

HALF = Fraction(1, 2)


def note(name: str = "C4", length: Fraction | int = 1, tie: bool = False) -> Note:
    return Note(Pitch.parse(name), Fraction(length), tie)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: note(length=0), "duration must be positive, got 0"),
        (lambda: note(length=-1), "duration must be positive, got -1"),
        (lambda: Rest(Fraction(0)), "duration must be positive, got 0"),
        (lambda: Chord(()), "notes must not be empty"),
        (lambda: Tuplet(3, 0, 3), "actual, normal and count must be positive, got Tuplet"),
        (lambda: Measure(bar="||:"), r"bar must be one of \(.*\), got '\|\|:'"),
        (lambda: Measure(end_repeat=1, bar="||"), r"bar must be '\|' where end_repeat is set, got '\|\|'"),
        (lambda: Measure(start_repeat=-1), r"start_repeat and end_repeat must be 0 or more, got \(-1, 0\)"),
        (lambda: Measure(end_repeat=-1), r"start_repeat and end_repeat must be 0 or more, got \(0, -1\)"),
        (lambda: Measure(ending=(0,)), r"ending must be ascending numbers from 1 on, got \(0,\)"),
        (lambda: Measure(ending=(2, 1)), r"ending must be ascending numbers from 1 on, got \(2, 1\)"),
        (lambda: Measure(ending=(1, 1)), "ending must be ascending numbers from 1 on"),
        (lambda: Voice(program=128), "program must lie between 0 and 127, got 128"),
        (
            lambda: Score((Voice("a"), Voice("a"))),
            r"voices must have different ids, got \['a', 'a'\]",
        ),
    ],
)
def test_bad_values_cannot_be_built(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_values_cannot_be_changed():
    for value in (note(), Rest(HALF), Measure(), Voice(), Score()):
        with pytest.raises(FrozenInstanceError):
            setattr(value, fields(value)[0].name, None)


def test_marks_take_no_time():
    events = (Key("G"), Meter.parse("3/4"), Grace((note(),)), Annotation("dolce"), note(), Rest(HALF))
    assert layer_duration(events) == Fraction(3, 2)
    assert layer_duration(()) == 0


def test_a_chord_lasts_as_long_as_its_first_note():
    assert Chord((note(length=2), note("E4", 4))).duration == 2


def test_a_measure_lasts_as_long_as_its_longest_layer():
    measure = Measure((note(),), ((note(), note("E4", HALF)), ()))
    assert measure.duration == Fraction(3, 2)
    assert measure.layers == ((note(),), (note(), note("E4", HALF)), ())
    assert Measure().duration == 0


def test_events_go_voice_by_voice_with_overlays_after_the_main_layer():
    first = Measure((note("C4"),), ((note("E4"),),))
    score = Score((Voice("1", (first, Measure((note("D4"),)))), Voice("2", (Measure((note("F4"),)),))))
    assert [event.pitch.step for event in score.events() if isinstance(event, Note)] == list("CEDF")


def test_metadata_gives_the_first_of_a_name():
    score = Score(metadata=(("composer", "Anon."), ("title", "One"), ("title", "Two")))
    assert (score.title, score.info("composer"), score.info("source")) == ("One", "Anon.", "")


@pytest.mark.parametrize(
    ("measure", "has_repeats"),
    [
        (Measure(), False),
        (Measure(start_repeat=1), False),
        (Measure(end_repeat=1), True),
        (Measure(ending=(1,)), True),
    ],
)
def test_repeats_in_any_voice_count(measure, has_repeats):
    assert Score((Voice("1", (Measure(),)), Voice("2", (measure,)))).has_repeats is has_repeats


def test_an_order_of_sections_counts_as_repeats():
    assert Score(part_order="AABA").has_repeats
