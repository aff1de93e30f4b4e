import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from symbolic.errors import SymbolicError
from symbolic.resources import data_path, data_root, find_data_root, music21_corpus


def _folder_with_marker(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "sources.toml").write_text("")
    return folder


def test_this_installation_has_its_data() -> None:
    assert data_path("sources.toml").is_file()
    assert data_path("README.md").parent == data_root()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no data file 'no/such\.abc'"):
        data_path("no/such.abc")


def test_checkout_has_the_folder_beside_the_package(tmp_path: Path) -> None:
    data = _folder_with_marker(tmp_path / "data")
    assert find_data_root(tmp_path / "symbolic") == data


def test_wheel_has_the_folder_inside_the_package(tmp_path: Path) -> None:
    data = _folder_with_marker(tmp_path / "symbolic" / "data")
    assert find_data_root(tmp_path / "symbolic") == data


def test_a_strangers_data_folder_in_site_packages_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(FileNotFoundError, match="reinstall"):
        find_data_root(tmp_path / "symbolic")


def test_the_scores_of_music21_are_found_without_importing_it() -> None:
    code = "import sys, symbolic.resources as r; print(r.music21_corpus(), 'music21' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    folder, imported = run.stdout.split()
    assert list(Path(folder, "oneills1850").glob("*.abc"))
    assert imported == "False"


def test_without_music21_the_pip_command_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("symbolic.resources.find_spec", lambda name: None)
    with pytest.raises(SymbolicError, match="run: pip install music21"):
        music21_corpus()
    spec = ModuleSpec("music21", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr("symbolic.resources.find_spec", lambda name: spec)
    with pytest.raises(SymbolicError, match="force-reinstall music21"):
        music21_corpus()
