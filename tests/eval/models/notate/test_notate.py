"""Notations of questions: what they hold, how they are scored, how the judges are weighed."""

import json
from dataclasses import replace
from math import exp, log
from pathlib import Path

import pytest

from eval.models import notate
from eval.models.language_model import LanguageModel
from eval.models.notate.candidates import (
    Limits,
    Notation,
    classical_forms,
    classical_keys,
    classical_meters,
    form_notations,
    key_notations,
    likeliest,
    likely_upbeats,
    meter_notations,
    shifts,
)
from eval.models.notate.fit import main
from eval.models.notate.weights import (
    FILE,
    Judgement,
    Lines,
    Settings,
    Weights,
    fit,
    provenance_of,
    store,
    stored,
)
from symbolic.abc import parse
from symbolic.errors import SymbolicError
from symbolic.meter import Meter
from symbolic.questions import Question
from symbolic.questions.records import to_record
from symbolic.score import Score
from symbolic.timeline import sounding_notes
from symbolic.transform import transpose, unfold
from tests.eval.models.notate.test_harmony import ALBERTI, WALTZ
from tests.eval.models.tiny import CONTEXT, question

FILED = ("key", "time-signature")
MORE = "GAB cde|fga baf|" * 3


def shown(asked: Question) -> Score:
    assert asked.score is not None
    return asked.score


def sounds(score: Score) -> list[tuple[object, object, int]]:
    return [(note.onset, note.duration, note.pitch.midi) for note in sounding_notes(score)]


# What is compared


def test_the_likeliest_answers_are_compared() -> None:
    classical = {name: log(share) for name, share in zip("abcd", (0.9, 0.07, 0.02, 0.01), strict=True)}
    assert likeliest(classical, Limits(settled=0.9)) == ["a"]
    assert likeliest(classical, Limits(mass=0.95)) == ["a", "b"]
    assert likeliest(classical, Limits(mass=0.98)) == ["a", "b", "c"]
    assert likeliest(classical, Limits(answers=1)) == ["a"]


@pytest.mark.parametrize("copies", [1, 2, 3, 4, 12])
def test_copies_are_spread_over_the_octave(copies: int) -> None:
    found = shifts(copies)
    assert found[0] == 0
    assert len({shift % 12 for shift in found}) == copies
    assert all(-5 <= shift <= 6 for shift in found)


def test_key_notations_hold_the_same_notes() -> None:
    score = shown(question("key", "Gm", MORE))
    found = key_notations(score, classical_keys(score), Limits(notes=1000))
    assert {notation.copy for notation in found} == set(range(12))
    assert "G minor" in {notation.answer for notation in found}
    for notation in found:
        assert sounds(parse(notation.text)) == sounds(transpose(score, shifts(12)[notation.copy]))
    texts = {notation.answer: notation.text for notation in found if not notation.copy}
    assert "\nK:Gm\n" in texts["G minor"]


def test_meter_notations_hold_the_same_notes() -> None:
    score = shown(question("time-signature", more=MORE))
    limits = Limits(notes=1000, copies=2, upbeats=2)
    found = meter_notations(score, classical_meters(score), limits)
    assert "6/8" in {notation.answer for notation in found}
    for notation in found:
        assert parse(notation.text).meter.name == notation.answer
        assert sounds(parse(notation.text)) == sounds(transpose(score, shifts(2)[notation.copy]))


def test_form_notations_say_what_they_are_compared_for() -> None:
    score = shown(question("structure"))
    classical = classical_forms(score)
    found = form_notations(score, classical, Limits(notes=1000, answers=9, copies=1, settled=1.1, mass=1.0))
    assert {notation.answer for notation in found} == set(classical)
    assert sum(map(exp, classical.values())) == pytest.approx(1)
    for notation in found:
        assert sounds(unfold(parse(notation.text))) == sounds(score)
    texts = [notation.text for notation in found if notation.answer == "AABB 1 5 9 13"]
    assert any("|:" in text and "DEG:|" in text for text in texts)


def test_music_that_is_too_long_to_compare_whole_is_left_to_the_analysis(language: LanguageModel) -> None:
    asked = question("structure", more=MORE * 12)
    classical, notations, rows = notate._written(
        language, notate.METHODS["structure"], asked, Limits(settled=1.1, copies=1)
    )
    assert rows == []
    assert [notation.answer for notation in notations] == [max(classical, key=classical.__getitem__)]


def test_the_true_upbeat_is_likely() -> None:
    score = shown(question("time-signature", more=MORE))
    assert 0 in likely_upbeats(score, Meter.parse("6/8"), 2)


# Scores


def test_notations_of_an_answer_add_and_copies_are_averaged() -> None:
    notations = [
        Notation("a", 0, "1"),
        Notation("a", 0, "2"),
        Notation("a", 1, "3"),
        Notation("b", 0, "4"),
        Notation("b", 1, "5"),
    ]
    found = notate.together(notations, [-700.0, -700.0, -10.0, -1.0, -3.0])
    assert found == pytest.approx({"a": (-700 + log(2) - 10) / 2, "b": -2.0})


@pytest.mark.parametrize("task", ["key", "time-signature", "phrases"])
def test_batches_change_nothing(language: LanguageModel, task: str) -> None:
    if task == "phrases":
        asked = [essen(name) for name in ("GABcd", "ABcdG")]
    else:
        asked = [question(task, key, more) for key, more in (("G", ""), ("Dm", MORE), ("A", ""))]
    together = notate.notated(language, asked)
    for one, own in zip(asked, together, strict=True):
        assert own == pytest.approx(notate.notated(language, [one])[0], rel=1e-4)


def essen(opening: str) -> Question:
    line = f"{opening[0]}2{opening[1]}2|{opening[2:]}G|\n"
    score = parse(f"X:1\nN:E0001\nM:4/4\nL:1/4\nK:G\n{line * 4}\n")
    from symbolic.questions import phrases

    asked = phrases.ask(score)
    assert isinstance(asked, Question), asked
    return asked


def test_a_settled_answer_is_not_written_out(
    language: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = question("key", "G", MORE)
    surest = max(classical_keys(shown(asked)).items(), key=lambda pair: pair[1])[0]
    method = replace(notate.METHODS["key"], limits=Limits(settled=0.0))
    monkeypatch.setitem(notate.METHODS, "key", method)
    read: list[list[int]] = []
    monkeypatch.setattr(LanguageModel, "log_likelihoods", lambda _, rows: read.extend(rows) or [])
    (found,) = notate.notated(language, [asked])
    assert (list(found), read) == ([surest], [])


def test_a_long_piece_is_cut_alike_in_all_notations(language: LanguageModel) -> None:
    asked = question("time-signature", more=MORE * 4)
    _, notations, rows = notate._written(
        language, notate.METHODS[asked.task], asked, Limits(notes=10_000, settled=1.1)
    )
    assert max(map(len, rows)) <= CONTEXT
    assert {row[-1] for row in rows} == {language.tokenizer.eos_token_id}
    lengths = {sounds(parse(one.text))[-1][0] for one in notations}
    assert len(lengths) == 1


def test_the_answers_are_among_the_question_s(language: LanguageModel) -> None:
    for task in ("key", "time-signature"):
        asked = question(task, "F#m")
        (found,) = notate.notated(language, [asked])
        assert found
        assert set(found) <= set(asked.answers)


def test_no_questions_no_scores(language: LanguageModel) -> None:
    assert notate.notated(language, []) == []


# Judges


def test_the_direct_answer_counts_by_its_weight(language: LanguageModel) -> None:
    weight = notate.METHODS["key"].weights.direct
    found = notate.combined(language, "key", {"a": -1.0, "c": -9.0}, {"a": -5.0, "b": -4.0})
    assert found == pytest.approx({"a": -5 - weight, "b": -4 - 9 * weight})
    assert notate.combined(language, "phrases", {"x": 0.0}, {"1.2": 0.0}) == {"1.2": 0.0}


def test_what_was_fitted_is_stored_beside_the_model(tmp_path: Path) -> None:
    settings = Settings({"key": Weights(0.5, 0.25, 1.0, 0.125, {"G major": -1.0}, -9.0)}, Lines(1.0, 0.3))
    store(tmp_path, settings, {"made_by": "a test"})
    assert stored(tmp_path) == settings
    assert stored(tmp_path / "elsewhere") == Settings()
    assert provenance_of(tmp_path) == {"made_by": "a test"}
    (tmp_path / FILE).write_text('{"weights": {"key": {"luck": 1}}}')
    with pytest.raises(SymbolicError, match="luck"):
        stored(tmp_path)


def test_fitting_trusts_the_judge_who_knows() -> None:
    judgements: list[Judgement] = []
    truths = []
    for index in range(60):
        truth, wrong = ("a", "b") if index % 2 else ("b", "a")
        knows, guesses = (log(0.9), log(0.1)), (log(0.5 + 0.4 * (-1) ** (index // 2)), log(0.5))
        judgements.append({
            truth: {"notated": knows[0], "prior": guesses[0]},
            wrong: {"notated": knows[1], "prior": guesses[1]},
        })  # fmt: skip
        truths.append(truth)
    found = fit(judgements, truths, ("notated", "prior"))
    assert found["notated"] > 4 * found["prior"] >= 0
    assert exp(found["notated"]) > 1
    with pytest.raises(ValueError, match="true answer"):
        fit(judgements, ["c"] * 60, ("notated",))


def test_the_fit_command(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [question(task, key, id=f"{task} {key}") for task in FILED for key in ("G", "Dm", "A")]
    asked += [essen("GABcd"), essen("ABcdG"), WALTZ, ALBERTI]
    rows = "".join(f"{json.dumps(to_record(one))}\n" for one in asked)
    (tmp_path / "dev.jsonl").write_text(rows)
    (tmp_path / "test.jsonl").write_text(rows)
    model = tmp_path / "model"
    model.mkdir()
    for file in folder.iterdir():
        (model / file.name).write_bytes(file.read_bytes())
    assert main([str(model), "--questions", str(tmp_path / "dev.jsonl"), "--limit", "3"]) == 0
    fitted = stored(model)
    assert set(fitted.weights) == {*notate.METHODS, "chords"}
    assert all(fitted.weights[task].priors for task in FILED)
    assert set(fitted.choices) <= notate.TASKS
    shown = capsys.readouterr().out
    assert '"majmin"' in shown
    assert '"compared": 1.0' in shown
    assert '"boundary_f1"' in shown
    with pytest.raises(SymbolicError, match="test split"):
        main([str(model), "--questions", str(tmp_path / "test.jsonl")])
