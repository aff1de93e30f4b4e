from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.analysis.meter import METER_METHODS, estimate_meter, meter_model, meter_scores
from symbolic.analysis.meter_features import (
    accents,
    autocorrelations,
    gram_features,
    meter_features,
    rhythm_grams,
)
from symbolic.analysis.metrical_markov import COMPONENTS, estimate_upbeat, markov_model
from symbolic.analysis.onset_line import PARTS, onset_line
from symbolic.errors import SymbolicError
from symbolic.meter import Meter
from symbolic.score import Measure, Score, Voice
from tests.symbolic.analysis.tunes import melody

JIG = "X:1\nM:6/8\nL:1/8\nK:D\n" + "A|dfd ecA|BdB A2F|GBG FAF|EFE E2A|dfd ecA|BdB A2F|GBG FAd|edc d2:|\n"
ANTHEM = "X:1\nM:3/4\nL:1/4\nK:G\nGGA|F>GA|BBc|B>AG|AGF|G3|ddd|d>cB|ccc|c>BA|Bc/B/A/G/|B>cd|e/c/BA|G3|]\n"
REEL = (
    "X:1\nM:4/4\nL:1/8\nK:D\n"
    "d2fd Adfd|edce A2ce|d2fd Adfd|edBc d2d2|d2fd Adfd|edce A2ce|dfaf gece|d2f2 d4|]\n"
)
SLIP_JIG = "X:1\nM:9/8\nL:1/8\nK:G\n" + "B2G GBd gdB|B2G GBd e2d|B2G GBd gdB|A2B c2B A2G:|\n" * 2
TUNES = {"6/8": JIG, "3/4": ANTHEM, "9/8": SLIP_JIG}
TRAINED = METER_METHODS[1:]


@pytest.mark.parametrize("method", METER_METHODS)
@pytest.mark.parametrize("name", TUNES)
def test_plain_tunes(method: str, name: str) -> None:
    assert estimate_meter(parse(TUNES[name]), method).name == name


@pytest.mark.parametrize("method", METER_METHODS)
def test_a_reel_is_duple(method: str) -> None:
    assert estimate_meter(parse(REEL), method).class_name == "duple"


@pytest.mark.parametrize("method", METER_METHODS)
@pytest.mark.parametrize("text", [*TUNES.values(), REEL])
def test_bar_lines_and_signature_do_not_count(method: str, text: str) -> None:
    score = parse(text)
    events = tuple(event for measure in score.voices[0].measures for event in measure.events)
    bare = replace(score, meter=Meter.free(), voices=(Voice("1", (Measure(events),)),))
    assert meter_scores(bare, method) == meter_scores(score, method)


@pytest.mark.parametrize("method", METER_METHODS)
@settings(max_examples=30)
@given(
    st.lists(st.integers(48, 84), min_size=1, max_size=30),
    st.lists(st.sampled_from([0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 11]), min_size=1, max_size=30),
    st.integers(-12, 12),
)
def test_transposition_does_not_count(method: str, midi: list[int], lengths: list[float], by: int) -> None:
    score = melody(midi, lengths)
    assert meter_scores(score.transpose(by), method) == pytest.approx(meter_scores(score, method))


@pytest.mark.parametrize("method", METER_METHODS)
def test_a_score_without_notes_has_no_metre(method: str) -> None:
    assert estimate_meter(Score(), method).is_free


def test_unknown_method_is_told() -> None:
    with pytest.raises(SymbolicError, match=r"metre method must be one of autocorrelation.*got 'magic'"):
        estimate_meter(melody([60]), "magic")


@pytest.mark.parametrize("method", TRAINED)
def test_trained_scores_are_log_probabilities(method: str) -> None:
    scores = meter_scores(parse(JIG), method)
    assert np.exp(list(scores.values())).sum() == pytest.approx(1)
    assert set(scores) == set(meter_model(method).meters) >= {"2/4", "3/4", "4/4", "2/2", "6/8", "9/8", "3/8"}


@pytest.mark.parametrize(("name", "text"), [*TUNES.items(), ("4/4", REEL)])
def test_upbeats_are_found(name: str, text: str) -> None:
    expected = Fraction(5, 2) if text is JIG else Fraction(0)
    assert estimate_upbeat(parse(text), Meter.parse(name)) == expected


def test_upbeat_in_an_unlearned_metre_is_refused() -> None:
    with pytest.raises(SymbolicError, match=r"bars can be found in .*, got 7/8"):
        estimate_upbeat(melody([60]), Meter((7,), 8))
    assert estimate_upbeat(Score(), Meter()) == 0


def test_likelihoods_prefer_the_right_metre() -> None:
    model = markov_model()
    line = onset_line(parse(JIG))
    assert line is not None
    found = model.log_likelihoods(line)
    assert found.shape == (len(model.meters), len(COMPONENTS))
    assert model.meters[int(found.sum(axis=1).argmax())].name == "6/8"


def test_line_takes_the_highest_notes_and_starts_at_zero() -> None:
    line = onset_line(parse("X:1\nL:1/4\nK:C\nz [CEG]2 (3cde G/ z/ |]\n"))
    assert line is not None
    assert line.onsets.tolist() == [0, 48, 64, 80, 96]
    assert line.gaps.tolist() == [48, 16, 16, 16, 12]
    assert line.pitches.tolist() == [67, 72, 74, 76, 67]
    assert line.length == 4.5 * PARTS


def test_autocorrelation_finds_the_period_of_a_pattern() -> None:
    line = onset_line(melody([60] * 32, [1, 0.5, 0.5, 1]))
    assert line is not None
    by_lag = autocorrelations(line, (24, 36, 48, 72))[1]
    assert by_lag.argmax() == 3
    assert by_lag[3] == pytest.approx(1, abs=0.2)
    assert accents(line).shape == (4, 32)


def test_every_line_has_as_many_features() -> None:
    lines = [onset_line(melody([60])), onset_line(parse(JIG)), onset_line(melody([60, 72], [40]))]
    assert len({len(meter_features(line)) for line in lines if line is not None}) == 1


def test_grams_are_counted_for_each_onset() -> None:
    line = onset_line(melody([60, 61, 62, 63]))
    assert line is not None
    grams = rhythm_grams(line)
    assert grams == [(24, 24)] * 3 + [(24, 24, 24)] * 2
    assert gram_features(grams, {(24, 24): 0, (12, 12): 1}, len(line)) == pytest.approx([np.sqrt(3 / 4), 0])
