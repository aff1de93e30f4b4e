"""Fitting the trees that find phrase ends: what is exported, what is learned, and from which songs."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

pytest.importorskip("sklearn")

from symbolic.abc import parse
from symbolic.analysis.boosted_trees import BoostedTrees
from symbolic.analysis.phrase_features import note_features, table
from symbolic.questions import Question
from symbolic.questions.phrases import ask
from training import phrase_trees
from training.phrase_trees import Song, boosting, exported, song_of, train


def question(rng: Random) -> Question:
    """Four lines of two bars that end on a half note."""
    lines = []
    for _ in range(4):
        first = "".join(rng.choice("CDEFGABc") for _ in range(4))
        lines.append(f"{first}|{rng.choice('CEG')}{rng.choice('DFA')}{rng.choice('CEG')}2")
    music = "|\n".join(lines)
    found = ask(parse(f"X:1\nN:E0001\nM:4/4\nL:1/4\nK:C\n{music}|]\n"))
    assert isinstance(found, Question)
    return found


def songs(count: int = 30) -> list[Song]:
    found = [song_of(number, question(Random(number))) for number in range(count)]
    return [song for song in found if song is not None]


def test_a_phrase_starts_after_each_place_of_the_truth() -> None:
    song = song_of(0, question(Random(0)))
    assert song is not None
    assert (np.flatnonzero(song.starts) + 1).tolist() == [7, 14, 21]


def test_exported_trees_say_what_the_classifier_says() -> None:
    chosen = songs()
    rows = np.concatenate([table(note_features(song.melody)) for song in chosen])
    starts = np.concatenate([song.starts for song in chosen])
    model = boosting().fit(rows, starts)
    assert exported(model).log_odds(rows) == pytest.approx(model.decision_function(rows), abs=0.02)


def test_both_stages_learn_the_songs_and_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrase_trees, "TREES", 10)
    chosen = songs()
    arrays = train(chosen)
    assert "30 tunes" in str(arrays["trained_on"])
    trees = BoostedTrees.from_arrays(arrays, "notes ")
    for song in chosen:
        found = trees.log_odds(table(note_features(song.melody)))
        assert found[song.starts].min() > found[~song.starts].max()


def test_scoring_reads_the_split_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def few(split: str) -> list[tuple[int, Question]]:
        asked.append(split)
        return [(number, question(Random(number))) for number in range(3)]

    monkeypatch.setattr(phrase_trees, "questions", few)
    assert phrase_trees.main(["--score-only"]) == 0
    assert asked == ["dev"]
    assert "phrases dev boosted" in capsys.readouterr().out
