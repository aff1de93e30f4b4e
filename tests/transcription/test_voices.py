from __future__ import annotations

from tests.transcription.playing import Row, beats, play
from transcription.performance import Performance, Track
from transcription.quantize import quantize
from transcription.voices import staves


def test_a_line_has_one_staff_with_its_clef() -> None:
    for shift, clef in ((0, ""), (-24, "bass")):
        rows: list[Row] = [(float(step), 1.0, 64 + shift + step % 5) for step in range(12)]
        (staff,) = staves(quantize(play(rows), beats()))
        assert staff.clef == clef
        assert len(staff.layers) == 1
        assert [block.pitches for block in staff.layers[0]] == [(row[2],) for row in rows]


def test_melody_and_chords_have_two_staves() -> None:
    rows: list[Row] = [(float(step), 1.0, 74 + step % 5) for step in range(16)]
    rows += [(float(step), 2.0, pitch) for step in range(0, 16, 2) for pitch in (48, 52, 55)]
    upper, lower = staves(quantize(play(rows), beats()))
    assert (upper.is_lower, lower.is_lower) == (False, True)
    assert {block.pitches for block in lower.layers[0]} == {(48, 52, 55)}
    assert all(len(block.pitches) == 1 for block in upper.layers[0])


def test_tracks_have_staves_of_their_own_and_silent_ones_none() -> None:
    rows: list[Row] = [(float(step // 2), 1.0, 60 + 7 * (step % 2)) for step in range(12)]
    performance = play(rows, tracks=[0, 2] * 6)
    tracks = (Track("Viola", 41), Track("Silent"), Track("Flute", 73))
    found = staves(quantize(Performance(performance.notes, tracks), beats()))
    assert [staff.track.name for staff in found] == ["Viola", "Flute"]


def test_graces_and_signs_go_with_their_layer() -> None:
    rows: list[Row] = []
    for bar in range(4):
        rows.append((4.0 * bar, 4, 76))
        rows += [(4.0 * bar + step, 1, 64 + step) for step in range(4)]
    rows.append((1.95, 0.05, 67))
    quantized = quantize(play(rows, 60, gate=0.97), beats(60))
    (staff,) = staves(quantized)
    assert [len(layer) for layer in staff.layers] == [4, 16]
    ((place, grace),) = staff.graces[1]
    assert place == 96
    assert quantized.notes["pitch"][list(grace)].tolist() == [67]
    assert staff.graces[0] == ()
