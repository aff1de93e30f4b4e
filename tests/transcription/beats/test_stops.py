from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from symbolic.abc import parse
from transcription.beats import find_beats
from transcription.beats.events import onset_events
from transcription.beats.stops import FREQUENT, RARE, likely_stops
from transcription.performance import Performance, note_rows
from transcription.synthesis import STYLES, perform

HYMN = """X:1
M:4/4
L:1/4
Q:1/4=84
K:G
V:1
G2 AB|c B A2|B2 AG|A B !fermata!G2|B2 cd|e d c2|d2 cB|
c d !fermata!B2|G2 AB|c B A2|B2 AG|A F !fermata!G2|
V:2
D2 DD|E D D2|D2 CB,|C D !fermata!B,2|G2 GG|G G E2|G2 GG|
G A !fermata!G2|D2 DD|E D D2|D2 CB,|C D !fermata!D2|
V:3
B,2 A,G,|G, G, F,2|G,2 E,E,|E, F, !fermata!D,2|D2 CB,|C D A,2|D2 ED|
E D !fermata!D2|B,2 A,G,|G, G, F,2|G,2 E,E,|E, A, !fermata!B,2|
V:4
G,2 F,G,|C, G, D,2|G,2 A,E,|A, D, !fermata!G,2|G,2 E,G,|C, B, A,2|B,2 CG,|
E, F, !fermata!G,2|G,2 F,G,|C, G, D,2|G,2 A,E,|A, D, !fermata!G,2|
"""


def chords(onsets_s: Sequence[float], notes: int) -> Performance:
    return Performance(note_rows((at, 0.4, 60 + 4 * note, 80, 0) for at in onsets_s for note in range(notes)))


HELD = [*np.arange(0, 4, 0.5), *np.arange(5.5, 9, 0.5)]
"""Onsets half a second apart; before the ninth two seconds pass."""


def test_time_may_stop_after_a_full_chord_held_long() -> None:
    stops = likely_stops(onset_events(chords(HELD, 4)))
    assert stops[8] == pytest.approx(FREQUENT)
    np.testing.assert_allclose(np.delete(stops, 8), RARE)


@pytest.mark.parametrize("notes", [1, 2])
def test_a_long_note_or_third_is_no_stop(notes: int) -> None:
    np.testing.assert_allclose(likely_stops(onset_events(chords(HELD, notes))), RARE)


def test_beats_go_on_after_fermatas() -> None:
    played = perform(parse(HYMN), STYLES["pedalled"], seed=2)
    found = find_beats(played.performance).to_quarters(played.performance.notes["onset_s"])
    apart = [np.rint((found * scale - played.onset_quarter) * 24) for scale in (0.5, 1, 2)]
    in_place = max(np.unique(one, return_counts=True)[1].max() / len(one) for one in apart)
    assert in_place > 0.8


def test_no_stop_is_looked_for_in_strict_time() -> None:
    held = chords(HELD, 4)
    found = find_beats(held).to_quarters(np.array(HELD))
    np.testing.assert_allclose((found[8] - found[7]) / (found[1] - found[0]), 4)
