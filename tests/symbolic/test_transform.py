"""New scores from old ones: what must stay the same does, and what must move moves."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.harmony import ChordSymbol
from symbolic.key import Key
from symbolic.meter import Meter, Tempo
from symbolic.pitch import Interval, Pitch
from symbolic.repeats import play_order
from symbolic.score import (
    TIMED,
    Chord,
    Event,
    Grace,
    LineBreak,
    Measure,
    Note,
    Rest,
    Score,
    Voice,
)
from symbolic.timeline import note_array, sounding_notes
from symbolic.transform import (
    contexts,
    map_events,
    merge_voices,
    slice_bars,
    split_voices,
    transpose,
    transpose_key,
    transposition_interval,
    unfold,
    with_line_breaks,
)
from tests.symbolic.strategies import INTERVALS, KEYS, SCORES

SEMITONES = st.integers(-30, 30)


def tune(body: str, key: str = "C", header: str = "M:none") -> Score:
    return parse(f"X:1\n{header}\nL:1/4\nK:{key}\n{body}\n", strict=True)


def letters(score: Score) -> str:
    """The letters of the notes of the first voice as they stand."""
    return "".join(
        event.pitch.step for measure in score.voices[0].measures for event in measure.events
        if isinstance(event, Note)
    )  # fmt: skip


def untied(score: Score) -> Score:
    def change(event: Event) -> Event:
        if isinstance(event, Chord):
            return Chord(tuple(replace(note, tie=False) for note in event.notes))
        return replace(event, tie=False) if isinstance(event, Note) else event

    return map_events(score, change)


# Transposition


@pytest.mark.parametrize(
    ("key", "semitones", "name", "moved"),
    [
        ("C major", 2, "M2", "D major"),
        ("C major", 1, "m2", "Db major"),
        ("C major", 6, "A4", "F# major"),
        ("C major", -1, "-m2", "B major"),
        ("B major", 1, "m2", "C major"),
        ("D major", -1, "-A1", "Db major"),
        ("Db major", 1, "A1", "D major"),
        ("Cb major", 1, "A1", "C major"),
        ("Cb major", 2, "M2", "Db major"),
        ("C# major", 4, "d4", "F major"),
        ("C# major", 12, "P8", "C# major"),
        ("C# major", 0, "P1", "C# major"),
        ("A minor", 3, "m3", "C minor"),
        ("A minor", -1, "-m2", "G# minor"),
        ("D dorian", 7, "P5", "A dorian"),
        ("C major", 14, "M9", "D major"),
        ("C major", -12, "-P8", "C major"),
        ("G locrian", 1, "A1", "G# locrian"),
    ],
)
def test_transpositions_are_spelled_with_few_signs(key, semitones, name, moved):
    interval = transposition_interval(Key.parse(key), semitones)
    assert interval == Interval.parse(name)
    assert transpose_key(Key.parse(key), interval).name == moved


@given(KEYS, SEMITONES)
def test_a_key_moves_by_its_semitones_and_stays_writable(key, semitones):
    interval = transposition_interval(key, semitones)
    moved = transpose_key(key, interval)
    assert interval.semitones == semitones
    assert moved.pitch_class == (key.pitch_class + semitones) % 12
    assert moved.mode == key.mode
    assert abs(moved.fifths) <= 7
    for step, alter in key.signature.items():  # the signature moves with the key
        place = Pitch(step, alter).transpose(interval)
        assert moved.signature[place.step] == place.alter


def test_extra_accidentals_move_with_their_key():
    phrygian = Key("D", "phrygian", (("F", 1),))
    assert transpose_key(phrygian, Interval.parse("M2")) == Key("E", "phrygian", (("G", 1),))
    assert transpose_key(phrygian, Interval.parse("m2")) == Key("Eb", "phrygian", (("G", 0),))
    explicit = Key("D", "major", (("F", 1), ("B", -1)), explicit=True)
    assert transpose_key(explicit, Interval.parse("P4")) == Key("G", "major", (("B", 0), ("E", -1)), True)
    assert transpose_key(Key("A", "HP"), Interval.parse("m2")) == Key("Bb", "mixolydian")
    assert transpose_key(Key.none(), Interval.parse("P4")) == Key.none()


@given(SCORES, SEMITONES)
def test_transposing_moves_every_note_and_nothing_in_time(score, semitones):
    array, moved = note_array(score), note_array(transpose(score, semitones))
    assert moved["pitch"].tolist() == (array["pitch"] + semitones).tolist()
    for name in ("onset_quarter", "duration_quarter", "voice"):
        assert moved[name].tolist() == array[name].tolist()


@given(SCORES, SEMITONES)
def test_transposing_moves_every_key_and_chord_symbol(score, semitones):
    moved = transpose(score, semitones)
    assert moved.key.pitch_class == (score.key.pitch_class + semitones) % 12
    for old, new in zip(score.events(), moved.events(), strict=True):
        if isinstance(old, Key):
            assert isinstance(new, Key)
            assert (new.pitch_class, new.mode) == ((old.pitch_class + semitones) % 12, old.mode)
            assert abs(new.fifths) <= 7
        elif isinstance(old, ChordSymbol):
            assert isinstance(new, ChordSymbol)
            assert {(tone + semitones) % 12 for tone in old.pitch_classes} == set(new.pitch_classes)
        elif not isinstance(old, Note | Chord | Grace):
            assert new == old


@given(SCORES, INTERVALS)
def test_up_and_down_by_an_interval_is_the_identity(score, interval):
    moved = transpose(score, interval)
    pitches = [note.pitch for note in _notes(score)]
    assume(all(Interval.between(*pair) == interval for pair in zip(pitches, _pitches(moved), strict=True)))
    symbols = [event for event in score.events() if isinstance(event, ChordSymbol | Key)]
    assume(not any(_is_respelled(event, interval) for event in (score.key, *symbols)))
    assert transpose(moved, -interval) == score


def _notes(score: Score) -> list[Note]:
    found: list[Note] = []
    for event in score.events():
        items = event.notes if isinstance(event, Chord | Grace) else (event,)
        for item in items:
            found += item.notes if isinstance(item, Chord) else [item] if isinstance(item, Note) else []
    return found


def _pitches(score: Score) -> list[Pitch]:
    return [note.pitch for note in _notes(score)]


def _is_respelled(event: ChordSymbol | Key, interval: Interval) -> bool:
    if isinstance(event, Key):
        return transpose_key(transpose_key(event, interval), -interval) != event
    return event.transpose(interval).transpose(-interval) != event


@given(SCORES, SEMITONES)
def test_up_and_down_by_semitones_sounds_the_same(score, semitones):
    back = transpose(transpose(score, semitones), -semitones)
    assert note_array(back).tolist() == note_array(score).tolist()
    assert back.key.same_answer(score.key)


def test_every_kind_of_event_moves():
    moved = tune('"Am7/G" {B}A [Ace] ^c | [K:G] "D" d', "Am").transpose(2)
    chord_symbol, grace, note, chord, sharp = moved.voices[0].measures[0].events
    assert chord_symbol == ChordSymbol("B", "min7", "A")
    assert isinstance(grace, Grace)
    assert isinstance(chord, Chord)
    assert [str(item.pitch) for item in grace.notes] == ["C#5"]  # type: ignore[union-attr]
    assert str(note.pitch) == "B4"  # type: ignore[union-attr]
    assert [str(item.pitch) for item in chord.notes] == ["B4", "D5", "F#5"]
    assert str(sharp.pitch) == "D#5"  # type: ignore[union-attr]
    assert moved.voices[0].measures[1].events[:2] == (Key("A"), ChordSymbol("E"))


def test_a_later_key_is_spelled_for_itself_where_it_would_become_absurd():
    moved = tune("A | [K:A] A ^d | [K:Am] A", "Am").transpose(-1)
    assert moved.key == Key("G#", "minor")
    first, second, third = (measure.events for measure in moved.voices[0].measures)
    assert first == (Note(Pitch.parse("G#4"), Fraction(1)),)
    assert second[0] == Key("Ab")
    assert [str(event.pitch) for event in second[1:]] == ["Ab4", "D5"]  # type: ignore[union-attr]
    assert third[0] == Key("G#", "minor")
    assert str(third[1].pitch) == "G#4"  # type: ignore[union-attr]


def test_a_given_interval_is_obeyed_everywhere():
    moved = transpose(tune("A | [K:A] A", "Am"), Interval.parse("A1"))
    assert (moved.key.name, str(_pitches(moved)[1])) == ("A# minor", "A#4")
    assert moved.voices[0].measures[1].events[0] == Key("A#")


def test_percussion_is_not_transposed():
    score = tune("C | D")
    drums = replace(score.voices[0], id="drums", percussion=True)
    moved = transpose(score.with_voices((*score.voices, drums)), 5)
    assert moved.voices[1] == drums
    assert _pitches(moved)[0] == Pitch.parse("F4")


def test_transposing_by_nothing_changes_nothing():
    score = tune("A | [K:C#] ^A", "C#")
    assert transpose(score, 0) is score
    assert transpose(score, Interval(0, 0)) is score


# Playing out


@given(SCORES)
def test_unfolding_twice_changes_nothing_more(score):
    played = unfold(score)
    assert not played.has_repeats
    assert unfold(played) == played


@given(SCORES)
def test_what_is_in_force_stays_in_force_after_jumps(score):
    """Each measure as it is played begins under the key and metre under which it was written."""
    alone = score.with_voices(score.voices[:1])
    played = unfold(alone)
    (old,), (new,) = alone.voices, played.voices
    order = play_order(old.measures) if alone.has_repeats else range(len(old.measures))
    written = contexts(alone, old)
    for source, measure, now in zip(order, new.measures, contexts(played, new), strict=True):
        events = old.measures[source].events
        added = measure.events[: len(measure.events) - len(events)]
        assert measure.events[len(added) :] == events
        key = next((event for event in added if isinstance(event, Key)), now[0])
        meter = next((event for event in added if isinstance(event, Meter)), now[1])
        assert (key, meter) == written[source][:2]


def test_a_jump_brings_back_key_meter_and_tempo():
    score = replace(
        tune("|:A|[K:D][M:3/4][Q:1/4=90]B:|E|", header="M:2/4"), tempo=Tempo(Fraction(60))
    )  # fmt: skip
    third = unfold(score).voices[0].measures[2]
    assert third.events[:3] == (Key("C"), Meter.parse("2/4"), Tempo(Fraction(60)))
    last = unfold(score).voices[0].measures[4]
    assert last.events == (Note(Pitch.parse("E4"), Fraction(1)),)


def test_a_voice_without_signs_follows_one_that_has_them():
    expected = [(0, 60), (0, 64), (1, 60), (1, 64), (2, 62), (2, 65)]
    for body in ("[V:1]|:C:|D|]\n[V:2]E|F|]", "[V:1]C|D|]\n[V:2]|:E:|F|]"):
        score = parse(f"X:1\nM:none\nL:1/4\nK:C\n{body}\n")
        if body.startswith("[V:1]C"):
            expected = sorted(expected)
        notes = [(note.onset, note.pitch.midi) for note in sounding_notes(score, unfold_repeats=True)]
        assert notes == expected


def test_unfolding_nothing():
    assert unfold(Score(part_order="AB")).voices == ()


# Cutting


@given(SCORES, st.data())
def test_slices_join_to_the_whole(score, data):
    count = max(len(voice.measures) for voice in score.voices)
    assume(count)
    cuts = sorted({0, count, *data.draw(st.lists(st.integers(0, count), max_size=3))})
    pieces = [slice_bars(score, start, stop) for start, stop in pairwise(cuts)]
    lead = [measure for piece in pieces for measure in piece.voices[0].measures]
    assert tuple(lead) == score.voices[0].measures
    for number, voice in enumerate(score.voices):
        joined = [measure for piece in pieces for measure in piece.voices[number].measures]
        assert [measure.duration for measure in joined] == [measure.duration for measure in voice.measures]


@given(SCORES, st.data())
def test_a_slice_stands_under_what_was_in_force(score, data):
    count = max(len(voice.measures) for voice in score.voices)
    assume(count)
    start = data.draw(st.integers(0, count - 1))
    cut = slice_bars(score, start, count)
    for old, new in zip(score.voices, cut.voices, strict=True):
        if new.measures:
            own = len(new.measures[0].events) - len(old.measures[start].events)
            marks = new.measures[0].events[:own]
            key, meter, _ = contexts(score, old)[start]
            assert next((mark for mark in marks if isinstance(mark, Key)), cut.key) == key
            assert next((mark for mark in marks if isinstance(mark, Meter)), cut.meter) == meter


def test_a_slice_after_the_end_of_the_first_voice_keeps_its_last_key():
    score = parse("X:1\nL:1/4\nK:C\n[V:1]C|[K:G]D|\n[V:2]E|F|G|[K:D]A|\n")
    cut = slice_bars(score, 3, 4)
    assert cut.key == Key("G")
    assert cut.voices[0].measures == ()
    assert cut.voices[1].measures[0].events[:2] == (Key("C"), Key("D"))


def test_slices_play_as_they_stand():
    score = tune("|:A|B|1C:|2D|]E|")
    assert letters(unfold(slice_bars(score, 1, 4))) == "BCBD"
    assert letters(slice_bars(score, 4, 5)) == "E"


@pytest.mark.parametrize(("start", "stop"), [(-1, 1), (0, 0), (1, 1), (2, 1), (0, 3), (2, 3)])
def test_slices_must_lie_inside(start, stop):
    with pytest.raises(ValueError, match=f"0 <= start < stop <= 2, got {start} and {stop}"):
        slice_bars(tune("A|B|"), start, stop)


# Merging and splitting


def test_layers_become_voices_that_keep_time():
    score = split_voices(tune("A2&C4&E|B4|D4&F|"))
    assert [voice.id for voice in score.voices] == ["1", "1.2", "1.3"]
    assert [[measure.duration for measure in voice.measures] for voice in score.voices] == [[4, 4, 4]] * 3
    rests = [event for event in score.events() if isinstance(event, Rest)]
    assert not any(rest.visible for rest in rests)


@given(SCORES)
def test_splitting_keeps_every_sound(score):
    plain = untied(score)
    rows = note_array(plain)[["onset_quarter", "duration_quarter", "pitch"]].tolist()
    parts = note_array(split_voices(plain))[["onset_quarter", "duration_quarter", "pitch"]].tolist()
    assert sorted(parts) == sorted(rows)
    assert all(not measure.overlays for voice in split_voices(plain).voices for measure in voice.measures)


@given(SCORES)
def test_merging_and_splitting_undo_each_other(score):
    parts = split_voices(score.with_voices(score.voices[:1]))
    merged = merge_voices(parts)
    assert len(merged.voices) == 1
    assert split_voices(merged) == parts
    assert merge_voices(split_voices(merged)) == merged


@given(SCORES)
def test_merging_keeps_every_sound(score):
    parts = split_voices(untied(score).with_voices(score.voices[:1]))
    columns = ["onset_quarter", "duration_quarter", "pitch"]
    merged = note_array(untied(merge_voices(parts)))[columns].tolist()
    assert sorted(merged) == sorted(note_array(untied(parts))[columns].tolist())


def test_merging_lines_up_voices_of_uneven_depth():
    score = parse("X:1\nM:4/4\nL:1/4\nK:C\n[V:1]A4&C4|B4|\n[V:2]E4|F4|\n")
    merged = merge_voices(score)
    assert [len(measure.layers) for measure in merged.voices[0].measures] == [3, 3]
    assert [voice.measures[1].events[0] for voice in split_voices(merged).voices] == [
        Note(Pitch.parse("B4"), Fraction(4)),
        Rest(Fraction(4), visible=False),
        Note(Pitch.parse("F4"), Fraction(4)),
    ]


@pytest.mark.parametrize(
    "body",
    ["[V:1]A4|B4|\n[V:2]C4|", "[V:1]A2|B4|\n[V:2]C4|D4|", "[V:1]A4|B4:|\n[V:2]C4:|D4:|"],
    ids=["number of bars", "length of bars", "repeats"],
)
def test_voices_that_do_not_line_up_are_not_merged(body):
    with pytest.raises(ValueError, match=r"voices to merge must share bars, .* but '1' and '2' differ"):
        merge_voices(parse(f"X:1\nM:none\nL:1/4\nK:C\n{body}\n"))


def test_transposing_instruments_are_not_merged():
    score = tune("A|").with_voices(
        (tune("A|").voices[0], replace(tune("A|").voices[0], id="2", transposition=2))
    )
    with pytest.raises(ValueError, match="transposition, but '1' and '2' differ"):
        merge_voices(score)


def test_one_voice_needs_no_merging():
    score = tune("A&B|")
    assert merge_voices(score) is score
    assert merge_voices(Score()) == Score()
    assert split_voices(Score((Voice("1"),))) == Score((Voice("1"),))


# Line breaks


@given(SCORES, st.integers(1, 4))
def test_line_breaks_touch_nothing_else(score, bars):
    def bare(event: Event) -> Event | None:
        return None if isinstance(event, LineBreak) else event

    broken = with_line_breaks(score, bars)
    assert map_events(broken, bare) == map_events(score, bare)
    assert with_line_breaks(broken, bars) == broken
    for voice in broken.voices:
        first = next(iter(voice.measures), Measure())
        assert not any(isinstance(event, LineBreak) for event in first.events)


def test_lines_break_after_full_bars_not_counting_the_pickup():
    score = with_line_breaks(tune("A|BCDE|FGAB|CDEF|GABC|D|", header="M:4/4"), bars=2)
    starts = [any(isinstance(event, LineBreak) for event in measure.events)
              for measure in score.voices[0].measures]  # fmt: skip
    assert starts == [False, False, False, True, False, True]


def test_mapping_drops_and_replaces_in_every_layer():
    score = tune("A B & C D|")
    kept = map_events(
        score, lambda event: event if isinstance(event, TIMED) and event.pitch.step < "C" else None
    )  # type: ignore[union-attr]
    assert [len(layer) for layer in kept.voices[0].measures[0].layers] == [2, 0]


def test_lines_break_after_bars_of_the_metre_that_holds():
    score = parse("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|[M:2/4]CD|EF|GA|Bc|]\n")
    broken = with_line_breaks(score, 2).voices[0].measures
    assert [LineBreak() in measure.events for measure in broken] == [False, False, True, False, True]
