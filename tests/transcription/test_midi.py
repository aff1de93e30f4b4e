from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import read_tune
from symbolic.meter import Meter, Tempo
from symbolic.midi import read_midi, write_midi
from symbolic.midi.smf import MidiFile, MidiNote, MidiTrack, parse_smf
from symbolic.timeline import sounding_notes
from transcription.beatmap import Bar, Beatmap
from transcription.midi import (
    click_beatmap,
    exact_score,
    is_score,
    performance_of,
    stated_beatmap,
    write_performance,
    write_timed_midi,
)
from transcription.performance import Performance, Track, note_rows

TUNE = read_tune("X:1\nT:Kesh\nM:6/8\nL:1/8\nQ:3/8=100\nK:G\nD|:G3 GAB|A3 ABd|edd gdd|edB dBA:|\n")[0]


def played(onsets: np.ndarray, ticks: int = 480, **events: list[tuple[int, ...]]) -> MidiFile:
    """A file of one track with short notes at these quarters."""
    notes = [MidiNote(round(onset * ticks), round((onset + 0.2) * ticks), 60) for onset in onsets]
    return MidiFile(ticks, [MidiTrack(notes=notes)], note_count=len(notes), **events)


def on_the_beat(spread: float, ticks: int = 480, seed: int = 0) -> MidiFile:
    """Eighth notes, each off by a normal error of `spread` quarters."""
    errors = np.random.default_rng(seed).normal(0, spread, 64)
    onsets = np.sort(np.maximum(0, np.arange(64) / 2 + errors))
    return played(onsets, ticks, tempos=[(0, 600_000)], meters=[(0, 3, 4)])


def test_seconds_follow_the_tempo_events() -> None:
    file = played(np.array([0, 1, 2, 3]), tempos=[(480, 1_000_000), (960, 250_000)])
    notes = performance_of(file).notes
    assert notes["onset_s"].tolist() == pytest.approx([0, 0.5, 1.5, 1.75])
    assert notes["duration_s"].tolist() == pytest.approx([0.1, 0.2, 0.05, 0.05])


def test_tracks_and_velocities_are_kept() -> None:
    drums = MidiTrack("Kit", None, True, [MidiNote(0, 10, 36, 100)])
    file = MidiFile(480, [MidiTrack("Flute", 73, False, [MidiNote(0, 480, 72, 64)]), drums])
    performance = performance_of(file)
    assert [(track.name, track.program, track.percussion) for track in performance.tracks] == [
        ("Flute", 73, False),
        ("Kit", None, True),
    ]
    assert performance.notes[["pitch", "velocity", "track"]].tolist() == [(36, 100, 1), (72, 64, 0)]


def test_pedals_of_several_channels_are_one() -> None:
    moves = [(0, 0, True), (240, 1, True), (480, 0, False), (720, 1, False), (960, 0, True)]
    performance = performance_of(played(np.array([0, 3.8]), pedal=moves))
    assert performance.pedal.tolist() == [[0, 0.75], [1, 2]]  # the last one is held to the end


def test_a_file_without_notes_is_silence() -> None:
    performance = performance_of(MidiFile(480, tempos=[(0, 500_000)]))
    assert (len(performance.notes), len(performance.tracks), performance.end_s) == (0, 1, 0)


@pytest.mark.parametrize("ticks", [24, 48, 96, 480, 1024])
def test_scores_and_performances_are_told_apart_at_any_resolution(ticks: int) -> None:
    beats = np.random.default_rng(0).integers(1, 5, 200)
    assert is_score(played(np.concatenate([q + np.arange(n) / n for q, n in enumerate(beats)]), ticks))
    onsets = np.cumsum(np.random.default_rng(1).gamma(4, 0.1, 300))
    assert not is_score(played(onsets, ticks))


@pytest.mark.parametrize(("spread", "is_close"), [(0.01, True), (0.05, True), (0.5, False)])
def test_playing_to_a_click_keeps_the_beats_of_the_file(spread: float, is_close: bool) -> None:
    file = on_the_beat(spread)
    beatmap = click_beatmap(file)
    assert (beatmap is not None) == is_close
    if beatmap is not None:
        assert beatmap.qpm == pytest.approx(100)
        assert {bar.meter for bar in beatmap.bars} == {Meter((3,), 4)}
        assert np.abs(beatmap.to_quarters(performance_of(file).notes["onset_s"]) * 2 % 1 - 0.5).min() > 0.2


def test_a_clock_that_the_player_ignored_is_no_click() -> None:
    onsets = np.arange(200) * 0.97 / 2  # strict, at 3% from the file's tempo
    assert click_beatmap(played(onsets, tempos=[(0, 500_000)], meters=[(0, 4, 4)])) is None


@pytest.mark.parametrize("left_out", ["tempos", "meters"])
def test_a_click_needs_a_stated_tempo_and_metre(left_out: str) -> None:
    file = on_the_beat(0.01)
    setattr(file, left_out, [])
    assert click_beatmap(file) is None


def test_the_metre_of_a_click_can_be_given() -> None:
    beatmap = click_beatmap(on_the_beat(0.01), Meter((6,), 8))
    assert beatmap is not None
    assert {bar.meter.name for bar in beatmap.bars} == {"6/8"}


def test_bars_before_a_click_performance_are_dropped_and_a_late_start_is_a_pickup() -> None:
    errors = np.random.default_rng(0).normal(0, 0.01, 40)
    file = played(6 + 2 + np.arange(40) / 2 + errors, tempos=[(0, 500_000)], meters=[(0, 3, 4)])
    beatmap = click_beatmap(file)
    assert beatmap is not None
    assert [bar.length for bar in beatmap.bars[:2]] == [1, 3]
    assert beatmap.to_quarters(performance_of(file).notes["onset_s"])[0] == pytest.approx(0, abs=0.05)


def test_score_midi_is_left_exact() -> None:
    file = parse_smf(write_midi(TUNE))
    beatmap = stated_beatmap(file)
    score = exact_score(file, beatmap)
    assert sounding_notes(score, unfold_repeats=True) == sounding_notes(
        read_midi(write_midi(TUNE)), unfold_repeats=True
    )
    assert score.has_repeats
    assert (score.meter.name, score.tempo and score.tempo.qpm) == ("6/8", 150)
    assert beatmap.qpm == pytest.approx(150)
    assert [bar.length for bar in beatmap.bars[:2]] == [Fraction(1, 2), 3]


def rubato(score_end: float, seed: int, start_s: float) -> Beatmap:
    """A beat for each quarter, of any tempo from 20 to 240 a minute."""
    quarters = np.arange(-1, int(score_end) + 2, dtype=float)
    steps = np.random.default_rng(seed).uniform(0.25, 3, len(quarters) - 1)
    times = start_s + np.concatenate(([0], np.cumsum(steps)))
    return Beatmap(times, quarters, (Bar(Fraction(0), Fraction(3), Meter((6,), 8)),))


@given(st.integers(0, 1000), st.floats(-5, 5))
def test_written_midi_plays_with_the_timing_of_the_performance(seed: int, start_s: float) -> None:
    notes = TUNE.note_array(unfold=True)
    beatmap = rubato(notes["onset_quarter"].max() + 2, seed, start_s)
    written = parse_smf(write_timed_midi(TUNE, beatmap))
    heard = performance_of(written).notes
    wanted = beatmap.to_seconds(notes["onset_quarter"]) - beatmap.to_seconds(np.zeros(1))
    assert np.abs(np.sort(wanted) - heard["onset_s"]).max() < 1e-4
    assert sorted(heard["pitch"]) == sorted(notes["pitch"])


def test_written_midi_keeps_bars_key_and_notes_and_is_read_with_one_tempo() -> None:
    beatmap = rubato(30, 1, 0.0)
    file = parse_smf(write_timed_midi(TUNE, beatmap))
    assert len(file.tempos) > 20
    assert is_score(file)
    read = exact_score(file, stated_beatmap(file))
    marks = [mark for mark in (read.tempo, *read.events()) if isinstance(mark, Tempo)]
    assert [mark.qpm for mark in marks] == [pytest.approx(stated_beatmap(file).qpm, abs=0.5)]
    assert [n.pitch for n in sounding_notes(read)] == [n.pitch for n in sounding_notes(TUNE)]
    assert (read.key.name, read.meter.name) == ("G major", "6/8")


def test_a_pause_longer_than_midi_can_say_is_shortened() -> None:
    beatmap = Beatmap(np.array([0.0, 1.0, 41.0, 42.0]), np.array([0.0, 1.0, 2.0, 3.0]), rubato(1, 0, 0).bars)
    file = parse_smf(write_timed_midi(TUNE, beatmap))
    assert max(micros for _, micros in file.tempos) == 2**24 - 1


def test_a_performance_is_written_and_read_to_the_millisecond() -> None:
    rows = [(0.1234, 0.5, 60, 64, 0), (0.1301, 0.2, 72, 127, 1), (1.0, 0.0004, 36, 1, 2)]
    tracks = (Track("Left"), Track("Flute", 73), Track("Kit", None, True))
    written = write_performance(Performance(note_rows(rows), tracks, np.array([[0.05, 0.7]])))
    read = performance_of(parse_smf(written))
    assert not is_score(parse_smf(write_performance(performance_of(on_the_beat(0.05)))))
    for name, error in (
        ("onset_s", 0.0005),
        ("duration_s", 0.001),
        ("pitch", 0),
        ("velocity", 0),
        ("track", 0),
    ):
        assert np.abs(read.notes[name] - note_rows(rows)[name]).max() <= error + 1e-9
    assert [(track.name, track.program or None, track.percussion) for track in read.tracks] == [
        (track.name, track.program, track.percussion) for track in tracks
    ]
    assert np.abs(read.pedal - [[0.05, 0.7]]).max() < 0.001
