from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings

from symbolic.abc import lint, parse, write_abc
from symbolic.folding import fold_repeats
from symbolic.key import Key
from symbolic.meter import Tempo
from symbolic.score import Decoration, Grace, Rest, Score
from symbolic.timeline import note_array
from tests.transcription.playing import Row, beats, play, play_score
from tests.transcription.test_quantize import performances
from transcription.beatmap import Beatmap
from transcription.notate import notate
from transcription.performance import Performance, Track, note_rows
from transcription.quantize import quantize

JIG = """X:1
L:1/8
M:6/8
K:D
|:d|AFD DFA|ded c2A|BGE EFG|AFD D2::A|
dcd fed|efe c2A|dfe dcB|AFD D2:|
"""
WALTZ = """X:1
L:1/4
M:3/4
Q:1/4=120
K:Eb
V:1
e2d|c3|B2A|G3|
A2B|cde|d2B|e3|]
V:2 clef=bass
E,[G,B,][G,B,]|A,,[C,E,][C,E,]|B,,[D,A,][D,A,]|E,,[G,B,][G,B,]|
F,,[A,C][A,C]|A,,[C,E,][C,E,]|B,,[D,A,][D,A,]|E,3|]
"""


def written(performance: Performance, beatmap: Beatmap, *, chords: bool = False, fold: bool = True) -> Score:
    return notate(quantize(performance, beatmap), beatmap, chords=chords, fold=fold)


def music(score: Score) -> list[str]:
    """The lines of music."""
    return [line for line in write_abc(score).splitlines() if not re.match(r"[A-Z]:|%", line)]


def test_a_tune_is_written_as_it_was() -> None:
    score = parse(JIG)
    found = written(*play_score(score, jitter_s=0.008))
    assert music(found) == music(score)
    assert found.key == Key("D")
    assert found.meter.name == "6/8"
    assert found.tempo == Tempo(Fraction(67), Fraction(3, 2))


def test_repeats_can_be_left_played_out() -> None:
    found = written(*play_score(parse(JIG)), fold=False)
    assert not found.has_repeats
    assert len(found.voices[0].measures) == 4 * 4 + 1


def test_a_repeat_starts_at_a_bar_line_or_with_the_pickup() -> None:
    first, again = "A|BAB GED|EFG GAB|BAB GED|EAA ABc|", "cAB GED|EFG GAB|BAB GED|EAA ABe|d3 d2|]"
    played = play_score(parse(f"X:1\nL:1/8\nM:6/8\nK:G\n{first}{again}"))
    plain = written(*played, fold=False)
    assert fold_repeats(plain).has_repeats
    assert written(*played) == plain


def test_two_voices_of_two_tracks() -> None:
    score = parse(WALTZ)
    found = written(*play_score(score))
    assert [voice.clef for voice in found.voices] == ["", "bass"]
    assert music(found) == music(score)
    assert found.key == Key("Eb")


def test_one_track_of_two_hands_has_two_staves() -> None:
    performance, beatmap = play_score(parse(WALTZ))
    notes = performance.notes.copy()
    notes["track"] = 0
    found = written(Performance(notes, (Track("Piano", 0),)), beatmap)
    assert [(voice.name, voice.clef) for voice in found.voices] == [("Piano", ""), ("", "bass")]
    assert music(found) == music(parse(WALTZ))


def test_ornaments_and_grace_notes_stand_before_their_notes() -> None:
    trill = [(1 + 0.15 * step, 0.15, 72 + 2 * (step % 2)) for step in range(13)]
    rows: list[Row] = [(0, 1, 71), *trill, (3, 1, 71), (3.9, 0.1, 74), (4, 4, 72)]
    events = list(written(play(rows, 100), beats(100)).events())
    assert events.index(Decoration("trill")) == 1
    assert sum(isinstance(event, Grace) for event in events) == 1


def test_chord_symbols_on_request() -> None:
    performance, beatmap = play_score(parse(WALTZ))
    assert '"Eb"' in write_abc(written(performance, beatmap, chords=True))
    assert '"' not in write_abc(written(performance, beatmap))


def test_a_far_key_that_lasts_changes_the_signature() -> None:
    tune = "defg abag|fedc defd|ABcd efge|fdec d4|"
    abc = f"X:1\nL:1/8\nM:4/4\nK:D\n{tune * 4}[K:F]{tune.replace('d', 'f') * 4}[K:D]{tune * 4}"
    score = parse(abc)
    found = written(*play_score(score), fold=False)
    assert [event for event in found.events() if isinstance(event, Key)] == [Key("F"), Key("D")]


def test_a_dominant_passage_does_not() -> None:
    home, dominant = "cdef gfed|cegc edc2|", "g^fga b2ag|^fdef g4|"
    abc = f"X:1\nL:1/8\nM:4/4\nK:C\n{home * 6}{dominant * 4}{home * 4}"
    assert not [event for event in written(*play_score(parse(abc))).events() if isinstance(event, Key)]


def test_silence_is_a_bar_of_rest() -> None:
    found = written(Performance(note_rows([])), beats(90, "3/4"))
    assert found.voices[0].measures[0].events == (Rest(beats(90, "3/4").bars[0].length, whole_measure=True),)
    assert not lint(write_abc(found))


def test_drums_have_no_key_and_a_percussion_voice() -> None:
    rows: list[Row] = [(step / 2, 0.25, (36, 42, 38, 42)[step % 4]) for step in range(32)]
    notes = play(rows).notes
    found = written(Performance(notes, (Track("Drums", percussion=True),)), beats())
    assert found.voices[0].percussion
    assert found.key == Key.none()
    assert not lint(write_abc(found))


@pytest.mark.parametrize("count", [1, 30])
def test_few_notes_at_once(count: int) -> None:
    found = written(play([(0.0, 4.0, 40 + number) for number in range(count)]), beats())
    assert len(note_array(found)) == count
    assert not lint(write_abc(found))


def test_the_tempo_is_in_whole_beats_of_the_metre() -> None:
    found = written(play([(0.0, 1.5, 60), (1.5, 1.5, 62)], 89.7), beats(89.7, "6/8"))
    assert found.tempo == Tempo(Fraction(60), Fraction(3, 2))


@settings(max_examples=40, deadline=None)
@given(performances())
def test_what_is_written_can_be_read_and_has_no_faults(performance: Performance) -> None:
    beatmap = beats(100, "3/4", bars=3)
    quantized = quantize(performance, beatmap)
    score = notate(quantized, beatmap)
    assert [problem for problem in lint(write_abc(score)) if problem.code != "tie"] == []
    back = note_array(parse(write_abc(score)))
    names: Sequence[str] = ("onset_quarter", "duration_quarter", "pitch")
    for name in names:
        assert back[name].tolist() == pytest.approx(note_array(score)[name].tolist())
    assert len(note_array(score, unfold=True)) == (quantized.notes["kind"] == 0).sum()
