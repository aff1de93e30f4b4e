"""Onsets, ties and tempo: exact, and the same forwards and backwards."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Pitch
from symbolic.score import Chord, Event, Grace, Measure, Note, Rest, Score, Voice
from symbolic.timeline import (
    NOTE_ARRAY_DTYPE,
    TempoMap,
    division,
    measure_spans,
    note_array,
    sounding_notes,
    timed_events,
)
from tests.symbolic.strategies import SCORES


def note(name: str, length: Fraction | int = 1, tie: bool = False) -> Note:
    return Note(Pitch.parse(name), Fraction(length), tie)


def score_of(*layers_of_measures: tuple[tuple[Event, ...], ...]) -> Score:
    """One voice; each argument gives the layers of a measure."""
    return Score((Voice("1", tuple(Measure(layers[0], layers[1:]) for layers in layers_of_measures)),))


def sounds(score: Score) -> list[tuple[Fraction, Fraction, str]]:
    return [(item.onset, item.duration, str(item.pitch)) for item in sounding_notes(score)]


# Notes


def test_onsets_are_exact():
    third = Fraction(1, 3)
    score = score_of(((*[note("C4", third)] * 3, note("D4", Fraction(1, 7)), note("E4")),))
    assert [onset for onset, _, _ in sounds(score)] == [0, third, 2 * third, 1, Fraction(8, 7)]
    assert division(score) == 21
    assert division(Score()) == 1


def test_layers_begin_together_and_the_next_measure_after_the_longest():
    score = score_of(((note("C4", 2),), (note("E4", 4),), (Rest(Fraction(1)), note("G4"))), ((note("A4"),),))
    assert sounds(score) == [(0, 2, "C4"), (0, 4, "E4"), (1, 1, "G4"), (4, 1, "A4")]


def test_a_chord_moves_on_by_its_first_note():
    chord = Chord((note("G4", 1), note("C4", 3)))
    assert sounds(score_of(((chord, note("A4")),))) == [(0, 3, "C4"), (0, 1, "G4"), (1, 1, "A4")]


def test_ties_merge_over_bar_lines_as_often_as_they_stand():
    score = score_of(
        ((note("C4", 4, tie=True),),), ((note("C4", 4, tie=True),),), ((note("C4", 1), note("C4", 3)),)
    )
    assert sounds(score) == [(0, 9, "C4"), (9, 3, "C4")]


def test_a_tie_needs_the_same_sound_at_once():
    score = score_of(((note("C4", tie=True), note("D4"), note("C4")),))
    assert [duration for _, duration, _ in sounds(score)] == [1, 1, 1]
    across_rest = score_of(((note("C4", tie=True), Rest(Fraction(1)), note("C4")),))
    assert [duration for _, duration, _ in sounds(across_rest)] == [1, 1]
    respelled = score_of(((note("F#4", tie=True), note("Gb4")),))
    assert sounds(respelled) == [(0, 2, "F#4")]


def test_ties_in_chords_hold_note_by_note():
    chord = Chord((note("C4", 1, tie=True), note("E4", 1)))
    score = score_of(((chord, Chord((note("C4"), note("E4")))),))
    assert sounds(score) == [(0, 2, "C4"), (0, 1, "E4"), (1, 1, "E4")]


def test_tied_unisons_stay_two_notes():
    score = score_of(
        ((note("C4", 4, tie=True),), (note("C4", 4, tie=True),)), ((note("C4", 4),), (note("C4", 2),))
    )
    assert sorted(sounds(score)) == [(0, 6, "C4"), (0, 8, "C4")]


def test_ties_do_not_cross_voices():
    measures = (Measure((note("C4", 1, tie=True),)), Measure((note("C4"),)))
    score = Score((Voice("1", measures[:1]), Voice("2", (Measure((Rest(Fraction(1)),)), measures[1]))))
    assert sounds(score) == [(0, 1, "C4"), (1, 1, "C4")]


# The array


def test_the_array_is_sorted_by_onset_pitch_and_voice():
    low, high = Measure((note("C4", 4),)), Measure((Chord((note("E4", 2), note("C4", 1))),))
    array = note_array(Score((Voice("a", (low,)), Voice("b", (high,)))))
    assert array.dtype == NOTE_ARRAY_DTYPE
    assert array[["pitch", "voice", "duration_quarter"]].tolist() == [
        (60, 1, 4.0),
        (60, 2, 1.0),
        (64, 2, 2.0),
    ]
    assert array["id"].tolist() == ["n0", "n1", "n2"]


def test_the_array_sounds_as_transposing_instruments_do():
    score = Score((Voice("1", (Measure((note("C4"),)),), transposition=-2),))
    assert note_array(score)["pitch"].tolist() == [58]
    assert sounds(score) == [(0, 1, "C4")]


def test_grace_notes_come_when_asked_for():
    grace = Grace((note("D4", Fraction(1, 8)), Chord((note("E4"), note("G4")))))
    score = score_of(((note("C4"), grace, note("C4")),))
    assert note_array(score)["pitch"].tolist() == [60, 60]
    array = note_array(score, grace=True)
    assert array[["onset_quarter", "pitch", "duration_quarter", "is_grace"]].tolist() == [
        (0.0, 60, 1.0, False),
        (1.0, 60, 1.0, False),
        (1.0, 62, 0.0, True),
        (1.0, 64, 0.0, True),
        (1.0, 67, 0.0, True),
    ]


def test_a_silent_score_gives_an_empty_array():
    for score in (Score(), score_of(((Rest(Fraction(4)),),))):
        assert note_array(score).shape == (0,)
        assert note_array(score).dtype == NOTE_ARRAY_DTYPE


def test_the_array_plays_repeats_when_asked_to():
    score = Score((Voice("1", (Measure((note("C4"),), end_repeat=1), Measure((note("D4"),)))),))
    assert note_array(score)["pitch"].tolist() == [60, 62]
    assert note_array(score, unfold=True)["pitch"].tolist() == [60, 60, 62]
    assert [str(item.pitch) for item in sounding_notes(score, unfold_repeats=True)] == ["C4", "C4", "D4"]


@given(SCORES)
def test_array_and_exact_notes_agree(score):
    array, exact = note_array(score), sounding_notes(score)
    assert len(set(array["id"].tolist())) == len(array) == len(exact)
    rows = array[["onset_quarter", "duration_quarter", "pitch"]].tolist()
    assert sorted(rows) == sorted(
        (float(item.onset), float(item.duration), item.pitch.midi) for item in exact
    )
    keys = array[["onset_quarter", "pitch", "voice"]].tolist()
    assert keys == sorted(keys)


@given(SCORES)
def test_every_note_starts_inside_its_measure(score):
    for item in sounding_notes(score):
        span = measure_spans(score, item.voice)[item.measure]
        assert span.onset <= item.onset < span.onset + span.duration


@given(SCORES)
def test_measures_follow_each_other(score):
    for number, voice in enumerate(score.voices):
        spans = measure_spans(score, number)
        ends = [Fraction(0), *(span.onset + span.duration for span in spans)]
        assert [span.onset for span in spans] == ends[:-1]
        assert ends[-1] == sum(measure.duration for measure in voice.measures)


def test_measures_know_their_key_and_meter():
    change = (Key("G"), Meter.parse("3/4"), note("C4", 2), Key("D"), note("C4", 1))
    score = score_of(((note("C4", 4),),), (change,), ((note("C4", 3),),))
    assert [(span.key.tonic, str(span.meter)) for span in measure_spans(score)] == [
        ("C", "4/4"),
        ("G", "3/4"),
        ("D", "3/4"),
    ]


@given(SCORES)
def test_every_event_has_its_onset(score):
    found = list(timed_events(score))
    assert [event for _, _, event in found] == list(score.events())
    by_kind = [(onset, number) for onset, number, event in found if isinstance(event, Rest)]
    assert all(onset >= 0 and number < len(score.voices) for onset, number in by_kind)


# Tempo

MAPS = st.lists(
    st.tuples(st.fractions(0, 200, max_denominator=48), st.floats(10, 400)), max_size=6
).map(TempoMap)  # fmt: skip


def test_known_times():
    tempo = TempoMap([(Fraction(4), 60.0), (Fraction(0), 120.0)])
    assert [tempo.to_seconds(quarter) for quarter in (0, 1, 4, 6, -2)] == [0, 0.5, 2, 4, -1]
    assert [tempo.to_quarters(second) for second in (0, 1, 2, 3, -1)] == [0, 2, 4, 5, -2]
    assert [tempo.qpm_at(quarter) for quarter in (0, Fraction(7, 2), 4, 100)] == [120, 120, 60, 60]


def test_without_marks_the_tempo_is_120():
    assert TempoMap([]).to_seconds(8) == 4
    assert TempoMap.of(Score()).qpm_at(3) == 120
    assert TempoMap.of(Score(tempo=Tempo(text="Allegro"))).qpm_at(0) == 120


def test_a_first_mark_holds_from_the_start_and_the_last_of_two_at_one_place_counts():
    assert TempoMap([(Fraction(8), 60.0)]).to_seconds(4) == 4
    assert TempoMap([(Fraction(0), 60.0), (Fraction(0), 240.0)]).to_seconds(4) == 1
    assert TempoMap([(Fraction(-3), 60.0), (Fraction(-1), 240.0)]).to_seconds(4) == 1


def test_the_marks_of_a_score_count_their_own_beat():
    faster = Tempo(Fraction(60), Fraction(3, 2))
    score = score_of(((note("C4", 3), faster, note("C4", 3)),))
    tempo = TempoMap.of(Score(score.voices, tempo=Tempo(Fraction(60))))
    assert tempo.to_seconds(3) == 3
    assert tempo.to_seconds(6) == pytest.approx(3 + 3 * 60 / 90)


@pytest.mark.parametrize("qpm", [0.0, -60.0])
def test_a_tempo_must_be_positive(qpm):
    with pytest.raises(ValueError, match=f"tempo must be positive, got {qpm}"):
        TempoMap([(Fraction(0), 120.0), (Fraction(1), qpm)])


@given(MAPS, st.floats(-10, 300), st.floats(0, 50))
def test_seconds_and_quarters_are_inverse_and_ascend(tempo, quarter, more):
    seconds = tempo.to_seconds(quarter)
    assert tempo.to_quarters(seconds) == pytest.approx(quarter, abs=1e-6)
    assert tempo.to_seconds(quarter + more) >= seconds
    assert tempo.to_seconds(tempo.to_quarters(quarter)) == pytest.approx(quarter, abs=1e-6)


@given(st.integers(0, 10**7), st.sampled_from([24, 96, 480, 960]))
def test_ticks_are_exact(tick, per_quarter):
    assert TempoMap.to_ticks(TempoMap.from_ticks(tick, per_quarter), per_quarter) == tick


@given(st.fractions(0, 1000), st.sampled_from([24, 480]))
def test_the_nearest_tick_is_taken(quarter, per_quarter):
    tick = TempoMap.to_ticks(quarter, per_quarter)
    assert abs(TempoMap.from_ticks(tick, per_quarter) - quarter) <= Fraction(1, 2 * per_quarter)


def test_the_map_of_a_whole_score_is_monotone():
    marks = tuple(Tempo(Fraction(bpm)) for bpm in (40, 200, 90))
    score = score_of(*(((mark, note("C4", 4)),) for mark in marks))
    times = [TempoMap.of(score).to_seconds(quarter) for quarter in range(13)]
    assert np.all(np.diff(times) > 0)
    assert times[-1] == pytest.approx(4 * 60 * (1 / 40 + 1 / 200 + 1 / 90))
