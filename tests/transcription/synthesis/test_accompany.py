from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic import Score
from symbolic.harmony import QUALITIES, ChordSymbol
from symbolic.score import Chord, Note
from transcription.synthesis.accompany import PATTERNS, _tones, accompany

SONG = 'X:1\nM:6/8\nL:1/8\nK:D\nA|:"D"d2f a2f|"A7"e2c "Bm/D"A3:|\n'


def sounding(score: Score, voice: int = 2) -> list[tuple[float, float, int]]:
    rows = score.note_array()
    rows = rows[rows["voice"] == voice]
    return [(float(row["onset_quarter"]), float(row["duration_quarter"]), int(row["pitch"])) for row in rows]


def test_stated_chords_are_played_where_they_stand() -> None:
    chords = accompany(Score.from_abc(SONG)).voices[1].measures[2].events
    assert [[str(note.pitch) for note in chord.notes] for chord in chords if isinstance(chord, Chord)] == [
        ["A2", "A3", "C#4", "E4", "G4"],
        ["D2", "B3", "D4", "F#4"],
    ]
    assert [event.duration for event in chords if isinstance(event, Chord)] == [Fraction(3, 2)] * 2


def test_oom_pah_and_arpeggio_fill_the_bar() -> None:
    waltz = Score.from_abc('X:1\nM:3/4\nL:1/4\nK:C\n"C"ceg|"G7"dfg|]\n')
    oom_pah = accompany(waltz, "oom-pah").voices[1].measures[0].events
    assert [type(event) for event in oom_pah] == [Note, Chord, Chord]
    tones = sounding(accompany(waltz, "arpeggio"))
    assert [onset for onset, *_ in tones] == [0.5 * index for index in range(12)]
    assert {pitch % 12 for *_, pitch in tones[:6]} == {0, 4, 7}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_new_voice_has_the_bars_and_repeats_of_the_melody(pattern: str) -> None:
    score = accompany(Score.from_abc(SONG), pattern, program=24)  # type: ignore[arg-type]
    melody, chords = score.voices
    assert [measure.duration for measure in melody.measures] == [m.duration for m in chords.measures]
    played = score.unfold()
    assert len(played.voices[0].measures) == len(played.voices[1].measures) == 5
    assert chords.program == 24
    assert (
        Score.from_abc(score.to_abc()).note_array()["pitch"].tolist() == score.note_array()["pitch"].tolist()
    )


def test_a_melody_without_symbols_gets_its_own_chords() -> None:
    score = accompany(Score.from_abc("X:1\nM:4/4\nL:1/4\nK:C\nCEGc|DFAd|GBdg|c4|]\n"))
    roots = [min(pitch for onset, _, pitch in sounding(score) if onset == 4 * bar) % 12 for bar in range(4)]
    assert roots == [0, 2, 7, 0]


def test_chords_of_a_transposing_melody_sound_with_it() -> None:
    plain, moved = (
        accompany(Score.from_abc(f'X:1\nM:4/4\nL:1/4\nV:1 transpose={by}\nK:C\nV:1\n"C"c4|"F"f4|\n'))
        for by in (0, -2)
    )
    assert [pitch - 2 for *_, pitch in sounding(plain)] == [pitch for *_, pitch in sounding(moved)]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["C", "F#", "Bb", "Gb", "B", "Cb", "A#"]), st.sampled_from(list(QUALITIES)))
def test_a_voicing_has_the_tones_of_its_chord(root: str, quality: str) -> None:
    chord = ChordSymbol(root, quality)
    tones = _tones(chord)
    assert {pitch.pitch_class for pitch in tones} == set(chord.pitch_classes[:4])
    assert tones[0].midi == min(pitch.midi for pitch in tones)
    assert tones[0].spelled_class == root


def test_no_voice_and_an_unknown_pattern_are_refused() -> None:
    with pytest.raises(ValueError, match="no voice"):
        accompany(Score())
    with pytest.raises(ValueError, match="oom-pah"):
        accompany(Score.from_abc(SONG), "polka")  # type: ignore[arg-type]
