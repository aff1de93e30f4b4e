from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from symbolic import Score
from symbolic.errors import SymbolicError, UnsupportedFeatureError
from symbolic.midi.smf import parse_smf
from symbolic.score import Voice
from symbolic.timeline import TempoMap, note_array
from transcription.midi import performance_of, write_performance
from transcription.reference import AlignedPerformance
from transcription.synthesis import (
    AS_WRITTEN,
    EXACT,
    FOLK,
    PEDALLED,
    RUBATO,
    STEADY,
    STYLES,
    Reading,
    Style,
    perform,
    play,
)

REEL = (
    "X:1\nT:Reel\nM:4/4\nL:1/8\nQ:1/4=150\nK:D\nA2|:d2fd Adfd|e2ce Aece|d2fd Adfd|1 edcB A2A2:|2 edce d4|]\n"
)
JIG = "X:2\nM:6/8\nL:1/8\nK:G\n|:GAB DGB|AFD AFD|GAB DGB|cAF G3:|\n"
CHORALE = """X:3
M:3/4
L:1/4
Q:1/4=90
V:1 transpose=-2
V:2 clef=bass
K:C
V:1
[CEG] [DFA] G | [EGc]3 | e d c | B3 |]
V:2
C, D, E, | C,3 | G,2 A, | G,3 |]
"""


def tune(text: str) -> Score:
    return Score.from_abc(text)


def placed(aligned: AlignedPerformance) -> Iterator[tuple[float, np.ndarray]]:
    """Each place of the score with the onsets of its notes in seconds."""
    for place in np.unique(aligned.onset_quarter[~np.isnan(aligned.onset_quarter)]):
        yield place, aligned.performance.notes["onset_s"][aligned.onset_quarter == place]


@pytest.mark.parametrize("text", [REEL, JIG, CHORALE])
@pytest.mark.parametrize("style", STYLES.values(), ids=list(STYLES))
def test_every_note_of_the_score_is_played_in_order(text: str, style: Style) -> None:
    aligned = perform(tune(text), style, seed=3)
    known = ~np.isnan(aligned.onset_quarter)
    pitches = aligned.performance.notes["pitch"][known]
    played = sorted(zip(aligned.onset_quarter[known].tolist(), pitches.tolist(), strict=True))
    reference = aligned.reference.notes
    assert played == list(zip(reference["onset_quarter"].tolist(), reference["pitch"].tolist(), strict=True))
    onsets = [times for _, times in placed(aligned)]
    assert all(before.max() < after.min() for before, after in pairwise(onsets))
    assert aligned.performance.notes["velocity"].min() >= 1


@pytest.mark.parametrize("style", [FOLK, RUBATO, PEDALLED], ids=["folk", "rubato", "pedalled"])
def test_a_seed_gives_one_performance_and_another_seed_another(style: Style) -> None:
    first, again, other = (perform(tune(REEL), style, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.performance.notes, again.performance.notes)
    np.testing.assert_array_equal(first.performance.pedal, again.performance.pedal)
    assert first.id == again.id != other.id
    assert not np.array_equal(first.performance.notes["onset_s"], other.performance.notes["onset_s"])


def test_the_exact_style_keeps_tempo_times_and_lengths() -> None:
    score = tune(REEL.replace("|1", "|1 [Q:1/4=75]"))
    played = score.unfold()
    rows, tempo = note_array(played), TempoMap.of(played)
    notes = perform(score, EXACT).performance.notes
    onsets = [tempo.to_seconds(onset) for onset in rows["onset_quarter"]]
    ends = [tempo.to_seconds(end) for end in rows["onset_quarter"] + rows["duration_quarter"]]
    np.testing.assert_allclose(notes["onset_s"], onsets, atol=1e-9)
    np.testing.assert_allclose(notes["onset_s"] + notes["duration_s"], ends, atol=1e-9)
    assert notes["onset_s"][0] == 0


def test_pitches_sound_as_the_voice_transposes_and_tracks_are_its_voices() -> None:
    score = tune(CHORALE)
    score = score.with_voices((replace(score.voices[0], program=71), score.voices[1]))
    performance = perform(score, EXACT).performance
    assert [track.program for track in performance.tracks] == [71, None]
    assert sorted(performance.notes["pitch"][:4]) == [48, 58, 62, 65]  # C3 and C4 E4 G4 a tone lower
    assert set(performance.notes["track"][:4]) == {0, 1}


def test_without_a_tempo_it_is_the_given_one_or_one_that_suits() -> None:
    def seconds_a_quarter(aligned: AlignedPerformance) -> float:
        onsets = aligned.performance.notes["onset_s"]
        return float((onsets[6] - onsets[0]) / (aligned.onset_quarter[6] - aligned.onset_quarter[0]))

    assert seconds_a_quarter(perform(tune(JIG), EXACT, qpm=100)) == pytest.approx(0.6)
    assert seconds_a_quarter(perform(tune(JIG), EXACT)) == pytest.approx(60 / 180)  # 120 dotted quarters
    assert seconds_a_quarter(perform(tune(REEL), EXACT, qpm=100)) == pytest.approx(60 / 150)


def test_swing_lengthens_the_first_of_two_eighths_and_leaves_the_quarters() -> None:
    score = tune("X:1\nM:4/4\nL:1/8\nQ:1/4=60\nK:C\ncdef gabc'|\n")
    onsets = perform(score, replace(EXACT, swing=(0.6, 0.6))).performance.notes["onset_s"]
    np.testing.assert_allclose(onsets, [0, 0.6, 1, 1.6, 2, 2.6, 3, 3.6], atol=1e-9)


def test_the_end_slows_down_to_the_final_tempo() -> None:
    score = tune("X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\n" + "cdef|" * 8 + "\n")
    gaps = np.diff(perform(score, replace(EXACT, final_tempo=(0.5, 0.5))).performance.notes["onset_s"])
    np.testing.assert_allclose(gaps[:23], 1.0)
    assert np.all(np.diff(gaps[24:]) > 0)
    assert 1.4 < gaps[-1] < 2.0


def test_a_fermata_holds_its_note_and_what_comes_after() -> None:
    score = tune("X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\nc!fermata!def|g4|]\n")
    notes = perform(score, replace(EXACT, fermata=(2.0, 2.0))).performance.notes
    np.testing.assert_allclose(notes["onset_s"], [0, 1, 3, 4, 5], atol=1e-9)
    np.testing.assert_allclose(notes["duration_s"], [1, 2, 1, 1, 4], atol=1e-9)


def test_the_top_note_leads_and_is_louder() -> None:
    score = tune("X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\n" + "[CEG]4|" * 20 + "\n")
    notes = perform(score, replace(EXACT, melody_lead_ms=20, melody_velocity=15)).performance.notes
    top = notes["pitch"] == 67
    assert np.mean(notes["onset_s"][~top]) - np.mean(notes["onset_s"][top]) == pytest.approx(0.02, abs=0.006)
    assert np.all(notes["velocity"][top] == notes["velocity"][~top][0] + 15)


def test_staccato_dots_shorten_and_equal_pitches_do_not_overlap() -> None:
    score = tune("X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\n.c c d2|\n")
    notes = perform(score, replace(EXACT, gate=(1.3, 1.3))).performance.notes
    np.testing.assert_allclose(notes["duration_s"], [0.45 * 1.3, 1.3, 2.6], atol=1e-9)
    repeated = perform(tune("X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\nc c2 c|\n"), replace(EXACT, gate=(1.3, 1.3)))
    np.testing.assert_allclose(repeated.performance.notes["duration_s"], [1, 2, 1.3], atol=1e-9)


@pytest.mark.parametrize(
    ("bar", "pitches"),
    [
        ("{ga}b4", [79, 81, 83]),
        ("!lowermordent!b4", [83, 81, 83]),
        ("!uppermordent!b4", [83, 84, 83]),
        ("!turn!b4", [84, 83, 81, 83]),
        ("~b4", [83, 84, 83, 81, 83]),
        ("!trill!b", [83, 84] * 6 + [83]),
        ("!slide!b4", [81, 83]),
        ("!pralltriller!b4", [83, 84, 83]),
        ("!invertedturn!b4", [81, 83, 84, 83]),
        ("!turnx!b4", [83, 84, 83, 81, 83]),
        ("!invertedturnx!b4", [83, 81, 83, 84, 83]),
        ("{a}!mordent!b4", [81, 83, 81, 83]),
    ],
)
def test_ornaments_are_played_in_the_scale_with_one_note_placed(bar: str, pitches: list[int]) -> None:
    score = tune(f"X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:G\n{bar}|\n")
    aligned = perform(score, replace(EXACT, ornaments=1.0, grace_ms=(70, 70)))
    notes = aligned.performance.notes
    assert notes["pitch"].tolist() == pitches
    known = ~np.isnan(aligned.onset_quarter)
    assert notes["pitch"][known].tolist() == [83]
    assert notes["onset_s"].min() >= 0
    assert np.all(notes["duration_s"] > 0)


def test_a_turn_after_its_note_comes_at_the_half_of_it() -> None:
    score = tune("X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:G\n!turnx!b4|\n")
    notes = perform(score, replace(EXACT, ornaments=1.0, grace_ms=(70, 70))).performance.notes
    np.testing.assert_allclose(notes["onset_s"], [0, 2, 2.07, 2.14, 2.21])
    np.testing.assert_allclose(notes["duration_s"], [2, 0.07, 0.07, 0.07, 1.79])


def test_a_trill_goes_on_from_its_start_to_the_note_of_its_end() -> None:
    score = tune("X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:G\n!trill(!b c' !trill)!d' b|b4|\nV:2\nG4|G4|\n")
    notes = perform(score, replace(EXACT, ornaments=1.0, grace_ms=(70, 70))).performance.notes
    count = [int(np.sum((notes["onset_s"] >= n) & (notes["onset_s"] < n + 1))) for n in range(5)]
    assert count == [14, 13, 1, 1, 2]


def test_ornaments_reach_midi_by_way_of_a_performance() -> None:
    score = tune("X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:G\n{a}b2 !turn!g2|\n")
    played = performance_of(parse_smf(write_performance(perform(score, AS_WRITTEN).performance)))
    assert played.notes["pitch"].tolist() == [81, 83, 81, 79, 78, 79]
    assert [note.pitch for track in parse_smf(score.to_midi()).tracks for note in track.notes] == [83, 79]


def test_added_graces_stand_in_no_score() -> None:
    aligned = perform(tune(JIG), replace(EXACT, added_graces=1.0))
    assert np.isnan(aligned.onset_quarter).sum() == len(aligned.reference.notes)


def test_the_pedal_lengthens_what_sounds_until_the_pitch_comes_again() -> None:
    aligned = perform(tune(CHORALE), PEDALLED, seed=5)
    performance = aligned.performance
    assert len(performance.pedal)
    assert np.all(np.diff(performance.pedal.ravel()) > 0)
    assert np.all(performance.sounding_s >= performance.notes["duration_s"])
    assert np.any(performance.sounding_s > performance.notes["duration_s"])


def test_a_score_of_rests_is_silence_and_one_without_voices_an_error() -> None:
    assert len(perform(tune("X:1\nM:4/4\nL:1/4\nK:C\nz4|z4|\n"), RUBATO).performance.notes) == 0
    with pytest.raises(SymbolicError, match="no voice"):
        perform(Score())


def test_a_pitch_outside_midi_is_told() -> None:
    score = tune(JIG)
    with pytest.raises(UnsupportedFeatureError, match="transpose"):
        perform(score.with_voices((Voice("1", score.voices[0].measures, transposition=60),)), STEADY)


def test_a_score_that_lasts_for_days_is_told() -> None:
    with pytest.raises(UnsupportedFeatureError, match="400000 quarter notes"):
        perform(tune("X:1\nM:4/4\nL:1/4\nK:C\nc400000|\n"))


def test_a_score_read_once_is_played_like_one_read_anew() -> None:
    reading = Reading.of(tune(REEL))
    for seed in (1, 2):
        once, anew = play(reading, FOLK, seed), perform(tune(REEL), FOLK, seed)
        np.testing.assert_array_equal(once.performance.notes, anew.performance.notes)
        assert once.id == anew.id
