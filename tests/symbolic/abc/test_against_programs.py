"""The reader against abc2midi and abcjs: what a tune sounds like, repeats played out."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from symbolic.abc import read_tune, write_abc
from symbolic.resources import music21_corpus
from symbolic.score import Score
from symbolic.timeline import sounding_notes
from tests.golden import ExpectedTune, iter_corpus_tunes, load_expected, text_hash

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "golden/abc_cases.jsonl").read_text("utf-8").splitlines()
]
DEVIATIONS = {
    "|1 :|2 :| G": "a last ending that closes with :| is not a repeat of its own here",
    "|::": "the standard's |:: is played three times, the programs play it twice",
    "chord inner diff": "inner lengths of chord notes sound here (4.17); the programs even them out",
    "chord inner diff 2": "as above",
    "chord inner uneven": "as above",
    "lower r:": "r: is a remark in the standard (3.1.19); the programs read notes from it",
}
SEMITONES = {"C": 60, "D": 62, "E": 64, "F": 65, "G": 67, "A": 69, "B": 71}


def midi_number(name: str) -> int:
    match = re.fullmatch(r"([\^_]?)([A-Ga-g])([',]*)", name)
    assert match is not None
    octave = match[2].islower() + match[3].count("'") - match[3].count(",")
    return SEMITONES[match[2].upper()] + {"^": 1, "_": -1, "": 0}[match[1]] + 12 * octave


def expected_notes(text: str) -> list[tuple[Fraction, int, Fraction]]:
    """Reads ``onset:name*duration`` words."""
    words = (re.split(r"[:*]", word) for word in text.split())
    return sorted((Fraction(onset), midi_number(name), Fraction(length)) for onset, name, length in words)


def played(score: Score) -> list[tuple[Fraction, int, Fraction]]:
    unfolded = score.unfold()
    shift = [voice.transposition for voice in unfolded.voices]
    return sorted(
        (note.onset, note.pitch.midi + shift[note.voice], note.duration) for note in sounding_notes(unfolded)
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_small_cases_sound_as_both_programs_play_them(case):
    score, _ = read_tune(case["abc"])
    agrees = played(score) == expected_notes(case["notes"])
    assert agrees != (case["name"] in DEVIATIONS), DEVIATIONS.get(case["name"])


def sounds_right(score: Score, expected: ExpectedTune) -> bool:
    return [(onset, pitch) for onset, pitch, _ in played(score)] == list(expected.notes)


def test_real_tunes_sound_as_both_programs_play_them_and_survive_writing():
    """Every tune is read; 99.9% of the agreed ones sound right; a tenth is written and read back."""
    expected = load_expected()
    wrong, count = [], 0
    for number, (tune_id, text) in enumerate(iter_corpus_tunes(music21_corpus())):
        score, problems = read_tune(text)
        count += 1
        assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)
        if tune_id in expected and text_hash(text) == expected[tune_id].sha:
            wrong += [] if sounds_right(score, expected[tune_id]) else [tune_id]
        if number % 10 == 0:
            again, noticed = read_tune(write_abc(score))
            assert (again, noticed) == (score, []), tune_id
    assert count == 12_978
    assert len(wrong) <= 12, wrong
