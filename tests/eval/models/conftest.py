from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from eval.models.language_model import LanguageModel


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model; tests leave it as it is."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    from tests.eval.models.tiny import write_model

    return write_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="session")
def language(folder: Path) -> LanguageModel:
    """The tiny model, loaded."""
    from eval.models.language_model import LanguageModel

    return LanguageModel.load(str(folder))
