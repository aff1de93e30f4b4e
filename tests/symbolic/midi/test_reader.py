from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pretty_midi
import pytest
import symusic
from hypothesis import given, settings

from symbolic.abc import parse, write_abc
from symbolic.errors import MidiFormatError
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Tempo
from symbolic.midi import from_pretty_midi, read_midi, read_midi_with_problems, to_pretty_midi, write_midi
from symbolic.score import Lyric, Score
from symbolic.timeline import sounding_notes
from tests.symbolic.strategies import scores


def sound(score: Score) -> list[tuple[Fraction, Fraction, int]]:
    return sorted(
        (note.onset, note.duration, note.pitch.midi + score.voices[note.voice].transposition)
        for note in sounding_notes(score, unfold_repeats=True)
    )


def music(abc: str) -> list[str]:
    """The lines of music of the ABC that comes back from MIDI."""
    text = write_abc(read_midi(write_midi(parse(f"X:1\n{abc}"))))
    return text.rstrip().partition("K:")[2].splitlines()[1:]


@settings(max_examples=60)
@given(scores())
def test_any_score_sounds_the_same_after_a_round_trip(score: Score) -> None:
    assert sound(read_midi(write_midi(score))) == sound(score)


@pytest.mark.parametrize(
    "lines",
    [
        "M:4/4\nL:1/8\nK:G\n|:d|B2AB GABd|e2dB A2Bd|BAGF E2D2|G4 G3:|",
        "M:6/8\nL:1/8\nK:D\n|:AFD DFA|ded cBA|dcd efg|1fdf ecA:|2fdd d3||\nfaf gbg|",
        "M:2/4\nL:1/8\nK:F\n(3cde f2|z2 (3:2:2A2B|_e>d c2|F4|",
        "M:3/4\nL:1/8\nK:Am\nA6-|A2 B2 c2|[Ace]6|z6|",
        "M:9/8\nL:1/8\nK:C\nC6-C3|(5:2:5CDEFGA7|",
    ],
)
def test_quantised_scores_are_recognised_exactly(lines: str) -> None:
    score = parse(f"X:1\n{lines}")
    back = read_midi(write_midi(score))
    assert sound(back) == sound(score)
    assert back.meter == score.meter
    assert back.key == score.key


def test_a_tune_comes_back_readable() -> None:
    lines = [
        "|:d|BAG AGE|GED DEG|BAG ABd|edd d2:|",
        "|:d|gfe dBG|AGE GED|BAG AGE|1 AGF G2:|2 AGF G3|]",
    ]
    found = "".join(music("M:6/8\nL:1/8\nK:G\n" + "\n".join(lines))).replace(" ", "")
    assert found == "|:d|BAGAGE|GEDDEG|BAGABd|eddd2::d|gfedBG|AGEGED|BAGAGE|1AGFG2:|2AGFG3|]"


def test_names_keys_tempo_chords_and_words_are_kept() -> None:
    score = parse(
        "X:1\nT:Song\nM:3/4\nL:1/4\nQ:1/4=92\nV:1 name=Voice\nV:2 name=Bass\nK:Dm\nV:1\n"
        '"Dm"d2"A7"e|f3|[K:F]f3|\n'
        "w: one two three four\nV:2\nD,,3|F,,3|F,,3|"
    )
    back = read_midi(write_midi(score))
    assert back.title == "Song"
    assert (back.key, back.tempo) == (Key.parse("D minor"), Tempo(Fraction(92)))
    assert [(voice.name, voice.clef) for voice in back.voices] == [("Voice", ""), ("Bass", "bass")]
    events = list(back.events())
    assert [str(event) for event in events if isinstance(event, ChordSymbol)] == ["Dm", "A7"]
    assert [event.text for event in events if isinstance(event, Lyric)] == ["one", "two", "three", "four"]
    assert Key.parse("F major") in events


def test_dotted_beat_of_compound_time_keeps_its_tempo() -> None:
    score = parse("X:1\nM:6/8\nL:1/8\nQ:3/8=100\nK:C\nCDE FGA|")
    assert read_midi(write_midi(score)).tempo == Tempo(Fraction(100), Fraction(3, 2))


@pytest.mark.parametrize("bars", ["", "c6|c4|c7/2|"])
@pytest.mark.parametrize("meter", ["none", "4/4", "2/2", "7/8", "12/8", "3/2"])
def test_metres_come_back_even_where_no_bar_is_full(meter: str, bars: str) -> None:
    score = parse(f"X:1\nM:{meter}\nL:1/4\nK:C\nC|CDEFG|{bars}")
    assert read_midi(write_midi(score)).meter.name == meter


def test_a_file_without_signatures_is_in_four_four_and_its_key_is_estimated() -> None:
    score = symusic.Score(96)
    track = symusic.Track("Melody")
    for index, pitch in enumerate([67, 71, 74, 71, 69, 72, 66, 69, 67, 71, 74, 79, 78, 74, 66, 67]):
        track.notes.append(symusic.Note(96 * index, 96, pitch, 80))
    score.tracks.append(track)
    back = read_midi(score.dumps_midi())
    assert back.meter.name == "4/4"
    assert back.key == Key.parse("G major")
    assert {str(note.pitch) for note in sounding_notes(back)} >= {"F#4", "F#5"}


def gated(length: int, offset: int = 0) -> bytes:
    """Eighth notes at 480 ticks that are released after `length` ticks, struck up to twice `offset` late."""
    score = symusic.Score(480)
    track = symusic.Track("Melody")
    for index in range(32):
        late = (index * 37) % (2 * offset + 1)
        track.notes.append(symusic.Note(240 * index + late, length, 60 + index % 12, 80))
    score.tracks.append(track)
    score.key_signatures.append(symusic.KeySignature(0, 0, 0))
    return score.dumps_midi()


@pytest.mark.parametrize("length", [239, 228, 216])
def test_gate_times_become_note_values(length: int) -> None:
    score, problems = read_midi_with_problems(gated(length))
    assert problems == []
    assert {note.duration for note in sounding_notes(score, unfold_repeats=True)} == {Fraction(1, 2)}


def test_a_single_odd_end_is_kept() -> None:
    score = symusic.Score(480)
    track = symusic.Track("Melody")
    for index in range(30):
        track.notes.append(symusic.Note(480 * index, 77 if index == 10 else 480, 60 + index % 12, 80))
    score.tracks.append(track)
    score.key_signatures.append(symusic.KeySignature(0, 0, 0))
    durations = {note.duration for note in sounding_notes(read_midi(score.dumps_midi()))}
    assert durations == {Fraction(1), Fraction(77, 480)}


def test_rounded_tuplet_ticks_are_repaired() -> None:
    score = symusic.Score(480)
    track = symusic.Track("Melody")
    for index in range(7):
        start, end = round(480 * index / 7), round(480 * (index + 1) / 7)
        track.notes.append(symusic.Note(start, end - start, 60 + index, 80))
    score.tracks.append(track)
    score.key_signatures.append(symusic.KeySignature(0, 0, 0))
    found = [note.onset for note in sounding_notes(read_midi(score.dumps_midi()))]
    assert found == [Fraction(index, 7) for index in range(7)]


def test_a_performance_is_rounded_and_said_to_be_one() -> None:
    score, problems = read_midi_with_problems(gated(205, offset=17))
    assert [problem.code for problem in problems] == ["performance"]
    assert all(48 % note.onset.denominator == 0 for note in sounding_notes(score))


def test_overlapping_notes_go_to_layers_and_equal_ones_to_chords() -> None:
    (line,) = music("M:4/4\nL:1/4\nK:C\n[ce]4 & G2 A2|[CEG]2 [DF]2|")
    assert line.replace(" ", "") == "[ce]2&GA|[CEG][DF]|]"


def test_paths_and_errors_that_name_them(tmp_path: Path) -> None:
    path = tmp_path / "tune.mid"
    path.write_bytes(write_midi(parse("X:1\nK:C\nCDEF|")))
    assert read_midi(path) == read_midi(path.read_bytes())
    path.write_bytes(b"MThd")
    with pytest.raises(MidiFormatError, match=r"tune\.mid: the header"):
        read_midi(str(path))
    with pytest.raises(FileNotFoundError):
        read_midi(tmp_path / "absent.mid")


def test_a_file_without_notes_gives_an_empty_score() -> None:
    score, problems = read_midi_with_problems(write_midi(Score()))
    assert score.voices == ()
    assert [problem.code for problem in problems] == ["no-notes"]


def test_pretty_midi_both_ways() -> None:
    score = parse("X:1\nM:3/4\nL:1/8\nQ:1/4=90\nK:Bm\nBcd efg|f6|d2c2B2|")
    midi = to_pretty_midi(score)
    assert isinstance(midi, pretty_midi.PrettyMIDI)
    assert midi.get_end_time() == pytest.approx(6.0, abs=1e-3)
    back = from_pretty_midi(midi)
    assert sound(back) == sound(score)
    assert (back.key, back.meter) == (score.key, score.meter)
