from dataclasses import fields, replace

import numpy as np
import pytest

from symbolic import Score
from transcription.performance import Performance, Track, note_rows
from transcription.reference import AlignedPerformance
from transcription.synthesis import EXACT, PEDALLED, Hearing, hear, perform
from transcription.synthesis.hear import FRAME_S

FAITHFUL = Hearing(**{item.name: 1.0 if item.name == "stretch" else 0.0 for item in fields(Hearing)})


def scale(bars: int = 60) -> AlignedPerformance:
    text = "X:1\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\n" + "CEGc|BGFD|" * (bars // 2)
    return perform(Score.from_abc(text), EXACT)


def repeated(program: int, count: int = 200) -> AlignedPerformance:
    text = f"X:1\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\n%%MIDI program {program}\n" + "cccc|" * (count // 4)
    aligned = perform(Score.from_abc(text), EXACT)
    performance = Performance(aligned.performance.notes, (Track("", program),))
    return AlignedPerformance("a", "a", performance, aligned.reference, aligned.onset_quarter)


def test_faithful_hearing_changes_nothing_but_the_frame() -> None:
    played, heard = scale(), hear(scale(), 1, FAITHFUL)
    np.testing.assert_array_equal(heard.performance.notes["pitch"], played.performance.notes["pitch"])
    np.testing.assert_array_equal(heard.onset_quarter, played.onset_quarter)
    late = heard.performance.notes["onset_s"] - played.performance.notes["onset_s"]
    assert np.abs(late).max() <= FRAME_S / 2 + 1e-9


def test_a_seed_decides_which_errors_happen() -> None:
    one, again, other = (hear(scale(), seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.performance.notes, again.performance.notes)
    assert not np.array_equal(one.onset_quarter, other.onset_quarter)


def test_the_usual_hearing_loses_and_invents_some_notes() -> None:
    played, heard = scale(400), hear(scale(400), 1)
    found = np.isfinite(heard.onset_quarter)
    assert 0.9 < found.sum() / len(played.onset_quarter) < 0.99
    assert 0.02 < (~found).mean() < 0.15
    stretched = np.median(heard.performance.notes["duration_s"][found]) / 0.5
    assert stretched == pytest.approx(Hearing().stretch, rel=0.1)


def test_repeated_notes_of_a_flute_become_long_ones_and_those_of_a_piano_stay() -> None:
    rates = replace(FAITHFUL, merged_sustained=1.0)
    piano, flute = (hear(repeated(program), 1, rates).performance.notes for program in (0, 73))
    assert len(piano) == 200
    assert len(flute) == 1
    assert flute["duration_s"][0] == pytest.approx(100, abs=0.1)


def test_tracks_differ_in_how_often_notes_merge_and_how_late_they_are() -> None:
    rates = replace(FAITHFUL, merged_sustained=0.3, late_ms=12.0)
    heard = [hear(repeated(73, 40), seed, rates) for seed in range(60)]
    lost = [1 - len(one.performance.notes) / 40 for one in heard]
    late = [one.performance.notes["onset_s"][0] for one in heard]
    assert np.mean(lost) == pytest.approx(0.3, abs=0.08)
    assert np.std(lost) > 0.2
    assert 0.008 < np.mean(late) < 0.016


def test_what_the_pedal_holds_is_heard_on_one_track_without_drums() -> None:
    aligned = perform(Score.from_abc("X:1\nM:4/4\nL:1/4\nK:C\n" + "CEGc|" * 8), PEDALLED, 1)
    notes = np.concatenate([aligned.performance.notes, note_rows([(1e3, 0.1, 40, 90, 1)])])
    performance = Performance(notes, (Track(), Track(percussion=True)), aligned.performance.pedal)
    both = AlignedPerformance(
        "a", "a", performance, aligned.reference, np.append(aligned.onset_quarter, np.nan)
    )
    heard = hear(both, 1, FAITHFUL)
    assert heard.performance.tracks == (Track(),)
    assert heard.performance.end_s < 1e3
    longer = heard.performance.notes["duration_s"] - aligned.performance.notes["duration_s"]
    assert longer.max() > 0.1


def test_unisons_are_one_note() -> None:
    notes = note_rows([(0, 1, 60, 80, 0), (0.01, 1, 60, 80, 0), (2, 1, 60, 80, 0)])
    reference = scale().reference
    aligned = AlignedPerformance("a", "a", Performance(notes), reference, np.array([0.0, 0.0, 4.0]))
    assert hear(aligned, 1, FAITHFUL).onset_quarter.tolist() == [0.0, 4.0]


def test_silence_stays_silence() -> None:
    silent = AlignedPerformance("a", "a", Performance(note_rows([])), scale().reference, np.zeros(0))
    assert len(hear(silent).performance.notes) == 0


def test_a_chance_above_1_is_refused() -> None:
    with pytest.raises(ValueError, match="missed"):
        Hearing(missed=1.5)
