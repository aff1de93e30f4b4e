import builtins
import tomllib
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symbolic import Score, write
from symbolic.cli import main
from symbolic.errors import MissingDependencyError, SymbolicError, UnsupportedFeatureError
from symbolic.io import ENCODERS, RENDERABLE
from transcription.synthesis import EXACT, perform, render, write_audio
from transcription.synthesis.files import encode, levelled
from transcription.synthesis.render import blocks

soundfile = pytest.importorskip("soundfile")

TUNE = "X:1\nT:Scale\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\n|:CDEF:|\n"
REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry points of pyproject.toml, whether or not the project is installed."""
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["entry-points"][ENCODERS]
    points = {name: metadata.EntryPoint(name, target, ENCODERS) for name, target in declared.items()}
    monkeypatch.setattr("symbolic.io.entry_points", lambda group, name: [points[name]])


def test_every_format_has_an_encoder() -> None:
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["entry-points"][ENCODERS]
    assert set(declared) == set(RENDERABLE)
    for target in declared.values():
        module, _, name = target.partition(":")
        assert getattr(import_module(module), name) is encode


@pytest.mark.parametrize("suffix", RENDERABLE)
@pytest.mark.usefixtures("registered")
def test_symbolic_convert_renders_a_score(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "tune.abc").write_text(TUNE)
    target = tmp_path / f"out.{suffix}"
    assert main([str(tmp_path / "tune.abc"), str(target)]) == 0
    samples, rate = soundfile.read(target)
    assert rate == 44_100
    assert 4.5 < len(samples) / rate < 6  # eight quarters of half a second, and the last one dies away
    assert np.abs(samples).max() == pytest.approx(0.89, abs=0.05)


@pytest.mark.parametrize("sign", ["{e}", "!trill!", "!mordent!", "!turn!", "~", "!arpeggio!"])
@pytest.mark.usefixtures("registered")
def test_ornaments_are_heard_in_audio_and_left_out_of_midi(tmp_path: Path, sign: str) -> None:
    plain = Score.from_abc("X:1\nL:1/4\nQ:1/4=90\nK:C\n[Gcd]2 c2|]\n")
    ornamented = Score.from_abc(f"X:1\nL:1/4\nQ:1/4=90\nK:C\n{sign}[Gcd]2 c2|]\n")
    for name, score in (("plain", plain), ("ornamented", ornamented)):
        write(score, tmp_path / f"{name}.wav")
        write(score, tmp_path / f"{name}.mid")
    assert (tmp_path / "plain.wav").read_bytes() != (tmp_path / "ornamented.wav").read_bytes()
    assert (tmp_path / "plain.mid").read_bytes() == (tmp_path / "ornamented.mid").read_bytes()


@pytest.mark.usefixtures("registered")
def test_write_renders_and_a_piece_without_tempo_goes_at_120(tmp_path: Path) -> None:
    score = Score.from_abc(TUNE)
    bare = Score.from_abc(TUNE.replace("Q:1/4=120\n", ""))
    write(score, tmp_path / "a.wav")
    write(bare, tmp_path / "b.wav")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_a_missing_renderer_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("symbolic.io.entry_points", lambda group, name: [])
    (tmp_path / "tune.abc").write_text(TUNE)
    assert main([str(tmp_path / "tune.abc"), str(tmp_path / "out.wav")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out.wav").exists()


def test_a_recording_is_referred_to_the_transcriber(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_audio(tmp_path / "in.wav", np.zeros((10, 2)))
    assert main([str(tmp_path / "in.wav"), str(tmp_path / "out.abc")]) == 2
    assert "symbolic-transcribe" in capsys.readouterr().err


def test_a_missing_soundfile_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name == "soundfile":
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingDependencyError, match="soundfile"):
        encode(Score.from_abc(TUNE), "wav")


def test_a_score_of_many_hours_is_refused() -> None:
    with pytest.raises(UnsupportedFeatureError, match=r"16\.7 hours"):
        encode(Score.from_abc("X:1\nM:4/4\nL:1/4\nQ:1/4=1\nK:C\nc1000|\n"), "wav")


def test_samples_come_back_from_a_file(tmp_path: Path) -> None:
    samples = np.linspace(-0.5, 0.5, 200_000, dtype=np.float32)
    for suffix in ("wav", "flac"):
        write_audio(tmp_path / f"a.{suffix}", samples, 22_050)
        back, rate = soundfile.read(tmp_path / f"a.{suffix}")
        assert rate == 22_050
        np.testing.assert_allclose(back, samples, atol=1e-4)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.flac", "a.wav"]


def test_blocks_are_written_as_loud_as_the_whole() -> None:
    performance = perform(Score.from_abc(TUNE), EXACT).performance
    joined = np.concatenate(list(levelled(blocks(performance))))
    np.testing.assert_allclose(joined, render(performance), atol=1e-6)


def test_an_unwritable_place_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(SymbolicError, match="folder"):
        write_audio(tmp_path / "none" / "a.wav", np.zeros((10, 2)))
    with pytest.raises(SymbolicError, match="suffix"):
        write_audio(tmp_path / "a.mp3", np.zeros((10, 2)))

    def breaking() -> Any:
        yield np.zeros((10, 2))
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="middle"):
        write_audio(tmp_path / "a.wav", breaking())
    assert list(tmp_path.iterdir()) == []
