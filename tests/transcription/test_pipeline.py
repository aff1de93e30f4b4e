from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from symbolic.abc import read_tune
from symbolic.errors import SymbolicError
from symbolic.harmony import ChordSymbol
from symbolic.meter import Meter, Tempo
from symbolic.midi.smf import parse_smf
from symbolic.midi.writer import to_symusic
from symbolic.score import Score
from transcription import Options, transcribe, transcribe_with_details
from transcription.midi import performance_of, write_performance
from transcription.performance import Performance, Track, note_rows
from transcription.synthesis import STYLES, perform

TUNE = read_tune(
    "X:1\nT:Kesh\nM:6/8\nL:1/8\nK:G\n"
    "|:G3 GAB|A3 ABd|edd gdd|edB dBA|G3 GAB|A3 ABd|edd gdB|AGF G3:|\n"
    "|:B2B d2d|ege dBA|B2B dBG|ABA AGA|B2B d2d|ege dBd|gfg aga|bgg g3:|\n"
)[0]
CHORALE = read_tune(
    "X:1\nT:Hymn\nM:4/4\nL:1/4\nQ:1/4=80\nK:F\nV:1\nV:2 clef=bass\n"
    "V:1\nF G A B|c2 A2|d c B A|G4|A B c d|c2 B2|A G F G|F4|]\n"
    "V:2\nF, E, F, D,|F,2 F,2|B,, C, D, F,|C,4|F, G, A, B,|F,2 D,2|C, C, D, C,|F,4|]\n"
)[0]


def steady(score: Score = TUNE, seed: int = 0) -> Performance:
    return perform(score, STYLES["steady"], seed=seed).performance


@pytest.mark.parametrize("tune", [TUNE, CHORALE], ids=["jig", "hymn"])
def test_a_steady_performance_becomes_the_score_that_was_played(tune: Score) -> None:
    score = transcribe(steady(tune))
    wanted = tune.note_array(unfold=True)
    got = score.note_array(unfold=True)
    assert sorted(got["pitch"]) == sorted(wanted["pitch"])
    assert (score.key.name, score.meter.class_name) == (tune.key.name, tune.meter.class_name)
    assert np.mean(np.sort(got["onset_quarter"]) == np.sort(wanted["onset_quarter"])) > 0.9


def test_a_file_and_the_performance_in_it_give_the_same_score(tmp_path: Path) -> None:
    path = tmp_path / "My take.mid"
    path.write_bytes(write_performance(steady()))
    found = transcribe_with_details(path)
    assert found.score.title == "My take"
    again = transcribe_with_details(performance_of(parse_smf(path.read_bytes())))
    assert found.score.to_abc().replace("T:My take\n", "") == again.score.to_abc()


def test_a_take_to_a_click_keeps_the_bars_and_the_tempo_of_its_file(tmp_path: Path) -> None:
    midi = to_symusic(replace(TUNE, tempo=Tempo(Fraction(100), Fraction(3, 2))))
    rng = np.random.default_rng(0)
    for note in midi.tracks[-1].notes:
        note.time = max(0, note.time + round(rng.normal(0, 0.04) * midi.ticks_per_quarter))
    path = tmp_path / "click.mid"
    path.write_bytes(midi.dumps_midi())
    found = transcribe_with_details(path)
    assert found.beatmap.qpm == pytest.approx(150)
    assert found.score.to_abc().split("K:G\n")[1] == transcribe(steady()).to_abc().split("K:G\n")[1]


@pytest.mark.parametrize("style", ["steady", "rubato"])
def test_written_midi_plays_as_the_performance_did(style: str) -> None:
    performance = perform(CHORALE, STYLES[style], seed=3).performance
    found = transcribe_with_details(performance)
    heard = performance_of(parse_smf(found.encode("mid"))).notes
    assert len(heard) == len(performance.notes)
    errors = np.sort(heard["onset_s"]) - np.sort(performance.notes["onset_s"])
    assert np.abs(errors - np.median(errors)).max() < 0.12
    assert np.abs(errors - np.median(errors)).mean() < 0.03


@pytest.mark.parametrize("format", ["abc", "musicxml", "mxl", "mid"])
def test_every_format_is_written(format: str) -> None:
    assert len(transcribe_with_details(steady()).encode(format)) > 150


def test_the_metre_can_be_given() -> None:
    assert transcribe(steady(), meter="3/4").meter == Meter((3,), 4)
    with pytest.raises(SymbolicError, match="must have bars"):
        transcribe(steady(), meter="none")


def test_chord_symbols_are_written_on_request() -> None:
    def symbols(*, chords: bool) -> list[object]:
        return [
            event
            for event in transcribe(steady(CHORALE), chords=chords).events()
            if isinstance(event, ChordSymbol)
        ]

    assert symbols(chords=False) == []
    assert len(symbols(chords=True)) > 3


def test_the_same_performance_gives_the_same_score() -> None:
    assert transcribe(steady()).to_abc() == transcribe(steady()).to_abc()


@pytest.mark.parametrize("number", [70, 150])
def test_a_repeat_that_was_not_played_twice_alike_is_told_of(number: int) -> None:
    """A wrong note in the first or second time of the second part."""
    played = steady()
    notes = played.notes.copy()
    assert notes["pitch"][number] not in (60, 61)
    notes["pitch"][number] += 1
    found = transcribe_with_details(Performance(notes, played.tracks))
    assert found.warnings == (
        f"repeats are written once although 1 of {len(notes)} notes were played otherwise there",
    )
    assert len(found.score.voices[0].measures) == len(TUNE.voices[0].measures)
    assert transcribe_with_details(played).warnings == ()


def test_drums_stand_in_a_staff_of_their_own() -> None:
    played = steady()
    drums = [(float(onset), 0.1, 36, 90, 1) for onset in played.notes["onset_s"]]
    notes = note_rows([*map(tuple, played.notes.tolist()), *drums])
    score = transcribe(Performance(notes, (*played.tracks, Track("Kit", percussion=True))))
    assert [voice.percussion for voice in score.voices] == [False, True]
    assert score.key.name == "G major"
    only = transcribe(Performance(note_rows(drums), (Track(), Track("Kit", percussion=True))))
    assert ([voice.percussion for voice in only.voices], only.key.tonic) == ([True], "")


def test_silence_is_an_empty_bar_with_a_warning() -> None:
    performance = Performance(note_rows([]))
    found = transcribe_with_details(performance, Options(meter=Meter((3,), 4)))
    assert found.warnings == ("no notes were found: the score is one empty bar",)
    assert found.performance is performance
    assert "M:3/4" in found.score.to_abc()
    for format in ("abc", "mid", "musicxml"):
        assert found.encode(format)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_notes_are_enough(count: int) -> None:
    rows = [(0.5 * n, 0.4, 60 + n, 80, 0) for n in range(count)]
    score = transcribe(Performance(note_rows(rows)))
    assert sorted(score.note_array()["pitch"]) == [60, 61, 62][:count]


def test_absurd_performances_still_give_scores() -> None:
    rng = np.random.default_rng(0)
    cluster = [(1.0, 0.5, pitch, 80, 0) for pitch in range(21, 109)]
    crowd = [(t, 0.001, int(rng.integers(0, 128)), 1, 0) for t in rng.uniform(0, 3, 400)]
    lonely = [(0.0, 0.2, 60, 80, 0), (900.0, 0.2, 62, 80, 0), (900.2, 3000.0, 0, 80, 0)]
    for rows in (cluster, crowd, lonely):
        found = transcribe_with_details(Performance(note_rows(rows)))
        assert len(found.score.note_array(unfold=True)) > 0
        assert found.encode("abc")
        assert found.encode("mid")
