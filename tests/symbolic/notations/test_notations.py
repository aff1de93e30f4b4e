"""Other notations of the same music: all notes sound as before, and the true notation can be found again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse, write_abc
from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.notations import barred, candidate_keys, in_key, in_lines, opening, upbeats
from symbolic.questions import Question, key, phrases, time_signature
from symbolic.score import Chord, Event, LineBreak, Measure, Note, Score, Voice
from symbolic.timeline import measure_spans, sounding_notes
from symbolic.tunes import manifest, read_tunes
from tests.symbolic.strategies import CHORDS, GRACES, KEYS, METERS, NOTES, RESTS


def without_hanging_ties(chord: Chord) -> Chord:
    """A tie from a note that sounds on after its chord would be taken up by whatever begins at its end."""
    return Chord(
        tuple(replace(note, tie=note.tie and note.duration == chord.duration) for note in chord.notes)
    )


MELODIES = st.lists(
    st.one_of(NOTES, NOTES, CHORDS.map(without_hanging_ties), RESTS, GRACES), max_size=20
).map(lambda events: Score((Voice("1", (Measure(tuple(events)),)),), meter=Meter.free()))
BARS = METERS.filter(lambda meter: not meter.is_free)


@cache
def tunes() -> tuple[Score, ...]:
    """Real tunes of all collections, with repeats and without."""
    entries = [entry for entry in manifest() if entry.split == "train"][::90]
    return tuple(score for _, score in read_tunes(entries, Counter()))


def asked(kind: object) -> Iterator[tuple[Score, Question]]:
    """The tunes that a type of question can be asked about."""
    for score in tunes():
        question = kind.ask(score)  # type: ignore[attr-defined]
        if isinstance(question, Question):
            yield score, question


def sounds(score: Score) -> list[tuple[Fraction, Fraction, int]]:
    return [(note.onset, note.duration, note.pitch.midi) for note in sounding_notes(score)]


# Keys


@given(MELODIES, KEYS)
def test_another_signature_leaves_the_sound(score: Score, key: Key) -> None:
    written = in_key(score, key)
    assert sounds(written) == sounds(score)
    assert written.key == key


def test_accidentals_follow_the_signature() -> None:
    shown = parse("X:1\nM:4/4\nL:1/4\nK:none\n^CDE^F|\n")
    assert write_abc(in_key(shown, Key("D"))).endswith("K:D\nCDEF|\n")
    assert write_abc(in_key(shown, Key("C"))).endswith("K:C\n^CDE^F|\n")


def test_far_notes_are_spelled_anew() -> None:
    shown = parse("X:1\nM:4/4\nL:1/4\nK:none\n_A_D_G_C|\n")
    assert write_abc(in_key(shown, Key("E"))).endswith("K:E\nGCFB,|\n")


def test_a_change_of_key_goes() -> None:
    assert "K:G" not in write_abc(in_key(parse("X:1\nM:4/4\nK:C\nC4|[K:G]F4|\n"), Key("C")))


def test_candidates_are_all_keys_of_the_modes() -> None:
    for score in tunes()[:20]:
        found = candidate_keys(score, ("minor", "dorian"))
        assert {(found_key.pitch_class, found_key.mode) for found_key in found} == {
            (tonic, mode) for tonic in range(12) for mode in ("minor", "dorian")
        }


def test_the_true_signature_is_a_candidate() -> None:
    for score, question in asked(key):
        assert question.score is not None
        true = score.key
        found = candidate_keys(question.score, (true.mode,))
        assert Key(true.tonic, true.mode) in found, (score.title, true)


# Bars


@given(MELODIES, BARS, st.fractions(0, 1, max_denominator=8).filter(lambda part: part < 1))
def test_other_bars_leave_the_sound(score: Score, meter: Meter, part: Fraction) -> None:
    upbeat = part * meter.bar_quarters
    written = barred(score, meter, upbeat)
    assert sounds(written) == sounds(score)
    spans = measure_spans(written)
    assert {span.duration for span in spans[1:-1]} <= {meter.bar_quarters}
    assert spans[0].duration <= meter.bar_quarters - upbeat


@given(MELODIES, BARS)
def test_upbeats_begin_inside_a_bar(score: Score, meter: Meter) -> None:
    found = upbeats(score, meter)
    assert found[0] == 0
    assert all(0 <= upbeat < meter.bar_quarters for upbeat in found)


def test_the_true_bars_are_among_the_candidates() -> None:
    checked = 0
    for score, question in asked(time_signature):
        if score.has_repeats:
            continue
        assert question.score is not None
        full = score.meter.bar_quarters
        spans = [span for span in measure_spans(score) if span.duration]
        if any(span.duration != full for span in spans[1:-1]) or spans[0].duration > full:
            continue
        true = [(note.onset, note.pitch.midi, note.measure) for note in sounding_notes(score)]
        found = [
            [(note.onset, note.pitch.midi, note.measure) for note in sounding_notes(written)]
            for upbeat in upbeats(question.score, score.meter)
            for written in (barred(question.score, score.meter, upbeat),)
        ]
        assert true in found, score.title
        checked += 1
    assert checked >= 20


def test_notes_over_bar_lines_are_tied() -> None:
    shown = parse("X:1\nM:none\nL:1/4\nK:C\nC3D6z2[EG]2|]\n")
    written = write_abc(barred(shown, Meter.parse("2/4"), Fraction(1)))
    assert written.endswith("C/-|C|D-|D-|D|z|[EG]|]\n")


def test_a_tuplet_counts_the_pieces_of_its_notes() -> None:
    shown = parse("X:1\nM:none\nL:1/4\nK:C\nC/(3CDEF|]\n")
    written = barred(shown, Meter.parse("1/4"))
    assert sounds(parse(write_abc(written))) == sounds(shown)


def test_what_is_written_is_read_again() -> None:
    for _, question in asked(time_signature):
        assert question.score is not None
        for upbeat in upbeats(question.score, Meter.parse("3/4"))[:2]:
            written = barred(question.score, Meter.parse("3/4"), upbeat)
            assert sounds(parse(write_abc(written))) == sounds(question.score)


def test_bars_need_a_metre_and_an_upbeat_inside_one() -> None:
    with pytest.raises(ValueError, match="free"):
        barred(tunes()[0], Meter.free())
    with pytest.raises(ValueError, match="upbeat"):
        barred(tunes()[0], Meter.parse("2/4"), Fraction(2))


# Lines


def test_the_true_lines_are_found_again() -> None:
    checked = 0
    for score, question in asked(phrases):
        assert question.score is not None
        names = question.truth.split()
        written = in_lines(question.score, ends_of(question.score, names))
        assert notes_of_lines(written) == notes_of_lines(score)
        assert sounds(parse(write_abc(written))) == sounds(question.score)
        checked += 1
    assert checked >= 5


def ends_of(shown: Score, names: list[str]) -> set[int]:
    places = [place for place, _ in phrases._placed_notes(shown)]
    return {places.index(place) for place in phrases.places_of(" ".join(names))}


def notes_of_lines(score: Score) -> list[int]:
    counts = [0]
    for event in score.events():
        if isinstance(event, LineBreak) and counts[-1]:
            counts.append(0)
        counts[-1] += isinstance(event, Note)
    return [count for count in counts if count]


def test_a_line_ends_after_the_rests_that_follow() -> None:
    shown = parse("X:1\nM:2/4\nL:1/4\nK:C\nCD|Ez|(3EFGA|z2|G2|]\n")
    assert write_abc(in_lines(shown, {1, 2, 6})).endswith("CD|\nEz|\n(3EFG A|z2|\nG2|]\n")
    assert in_lines(in_lines(shown, {1}), ()) == in_lines(shown, ())


def test_lines_are_of_melodies() -> None:
    with pytest.raises(ValueError, match="melody"):
        in_lines(parse("X:1\nM:2/4\nL:1/4\nK:C\nCD&EF|\n"), ())


# Openings


@given(MELODIES, st.integers(1, 25))
def test_an_opening_has_so_many_notes(score: Score, count: int) -> None:
    found, whole = written_notes(opening(score, count)), written_notes(score)
    assert len(found) == min(count, len(whole))
    assert [type(event) for event in found] == [type(event) for event in whole[:count]]


def written_notes(score: Score) -> list[Event]:
    return [event for event in score.events() if isinstance(event, Note | Chord)]


def test_an_opening_cuts_what_sounds_on() -> None:
    score = parse("X:1\nM:4/4\nL:1/4\nV:1\nV:2\nK:C\nV:1\nCDEF|G4|]\nV:2\nC4|C4|]\n")
    assert write_abc(opening(score, 3)).endswith("V:1\nCD|\nV:2\nC2|\n")
    assert opening(score, 100) == score
    with pytest.raises(ValueError, match="notes"):
        opening(score, 0)
