"""The estimators hear synthetic tones, so that nothing but librosa is needed."""

from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from eval.inputs import AUDIO
from eval.models.audio import ESTIMATORS, build, names
from symbolic.errors import SymbolicError
from symbolic.questions import Question, question_type

pytest.importorskip("librosa")
soundfile = pytest.importorskip("soundfile")
RATE = 22_050


def tone(pitch: int, seconds: float, loud: float = 1.0) -> np.ndarray:
    t = np.arange(int(seconds * RATE)) / RATE
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    return loud * np.exp(-4 * t) * sum(np.sin(2 * np.pi * n * hertz * t) / n for n in (1, 2, 3))


def saved(folder: Path, parts: list[np.ndarray]) -> Path:
    path = folder / "sound.wav"
    soundfile.write(path, 0.2 * np.concatenate(parts), RATE)
    return path


def answer(name: str, task: str, path: Path, **details: object) -> str:
    question = Question("q", task, "", "", None, "?", details={**details, AUDIO: path})
    (text,) = build(name, task).answers([question])
    assert question_type(task).parse(text) is not None
    return text


@pytest.mark.parametrize(("shift", "key"), [(0, "C major"), (4, "E major"), (10, "Bb major")])
def test_a_scale_has_its_key(tmp_path: Path, shift: int, key: str) -> None:
    steps = (0, 4, 7, 12, 11, 9, 7, 5, 4, 2, 0, 7, 0)
    path = saved(tmp_path, [tone(60 + shift + step, 0.3) for step in steps])
    assert answer("chroma-krumhansl", "key", path) == key
    assert answer("chroma-temperley", "key", path) == key


def test_a_chord_for_each_bar(tmp_path: Path) -> None:
    bars = 2 * [(60, 64, 67), (57, 60, 64), (65, 69, 72), (55, 59, 62)]
    parts = []
    for bar in bars:
        parts.append(tone(bar[0] - 12, 0.5) + sum(tone(pitch, 0.5, 0.3) for pitch in bar))
        parts += 3 * [sum(tone(pitch, 0.5, 0.3) for pitch in bar)]
    names = answer("chroma-templates", "chords", saved(tmp_path, parts)).split(" | ")
    changes = [name for name, _ in groupby(names)]  # the last bar may be found a beat too long
    assert changes == 2 * ["C:maj", "A:min", "F:maj", "G:maj"]
    assert len(names) <= 9


@pytest.mark.parametrize("count", [3, 4])
def test_accents_come_again_after_a_bar(tmp_path: Path, count: int) -> None:
    beats = [
        tone(48 if n % count == 0 else 72, 0.5, 1.0 if n % count == 0 else 0.25) for n in range(12 * count)
    ]
    assert answer("beat-tracking", "time-signature", saved(tmp_path, beats)).startswith(f"{count}/")


def test_too_short_or_silent_sound_is_answered(tmp_path: Path) -> None:
    path = saved(tmp_path, [np.zeros(RATE)])
    assert answer("beat-tracking", "time-signature", path) == "4/4"
    assert answer("chroma-templates", "chords", path)


def test_what_is_no_sound_is_told(tmp_path: Path) -> None:
    path = tmp_path / "fake.wav"
    path.write_bytes(b"RIFF0000")
    with pytest.raises(SymbolicError, match=r"fake\.wav: not a readable audio file"):
        answer("chroma-krumhansl", "key", path)


def test_who_hears_needs_a_recording() -> None:
    question = Question("q", "key", "", "", None, "?")
    with pytest.raises(SymbolicError, match="use --input audio"):
        list(build("chroma-krumhansl", "key").answers([question]))


def test_names_are_of_tasks_that_exist() -> None:
    for task in ESTIMATORS:
        assert question_type(task).audible
        assert names(task)
    assert names("note-count") == ()
