import pytest

from symbolic.errors import SymbolicError
from symbolic.resources import music21_corpus
from training.corpus import sources as module
from training.corpus.reading import list_source
from training.corpus.sources import MODE_FROM_NOTES, available, chosen, refused_by, sources


def test_every_source_states_its_licence_and_its_files() -> None:
    for name, source in sources().items():
        assert source.name == name
        assert source.licence
        assert source.attribution
        assert source.files
        assert not source.redistributed
    assert {source.where for source in sources().values()} == {"music21", "beside"}
    assert [source.name for source in sources().values() if source.labels == MODE_FROM_NOTES] == ["essen"]


def test_the_counts_are_those_of_the_files() -> None:
    for source in sources().values():
        if source.where == "music21" and "abc" not in source.format:
            assert len(list(list_source(source))) == source.pieces, source.name


def test_commercial_use_needs_a_licence_or_old_music_without_one() -> None:
    for source in sources().values():
        if source.commercial:
            assert source.licence.startswith(
                ("CC0", "CC-BY,", "none stated for the encoding; the music is")
            ), source.name


def test_what_is_chosen() -> None:
    everything = {source.name for source in chosen()}
    assert {"essen", "oneill", "ryan", "aird", "bach_chorales"} <= everything
    assert "palestrina" not in everything
    free = {source.name for source in chosen(license="commercial")}
    assert {"oneill", "cuthbert_cc0", "corelli"} <= free < everything
    assert "essen" not in free
    assert [source.name for source in chosen(["ryan", "aird", "ryan"])] == ["ryan", "aird"]
    assert all(source.is_present for source in available())


@pytest.mark.parametrize(
    ("name", "license", "message"),
    [
        ("thesession", "any", "The Session is refused: The licence of its data forbids"),
        ("TheSession-Data", "any", "is refused"),
        ("essne", "any", "did you mean 'essen'"),
        ("palestrina", "any", "not for training: Copyright 2000, John Miller"),
        ("essen", "commercial", "not for commercial use: legal status unclear"),
    ],
)
def test_what_may_not_be_used_is_refused_with_its_reason(name: str, license: str, message: str) -> None:
    with pytest.raises(SymbolicError, match=message):
        chosen([name], license)  # type: ignore[arg-type]


def test_a_source_that_is_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "music21_corpus", lambda: music21_corpus() / "nowhere")
    with pytest.raises(SymbolicError, match="'ryan' is not on this machine"):
        chosen(["ryan"])


@pytest.mark.parametrize(
    "text",
    [
        "X:1\nS:https://thesession.org/tunes/1\nK:C",
        "X:1\nF:http://www.TheSession.org/tunes/display/1\nK:C",
        "X:1\nZ: The Session\nK:C",
        "X:1\nS:the session #1234\nK:C",
        "TheSession-data/json/tunes.abc",
    ],
)
def test_marks_of_a_refused_source(text: str) -> None:
    refusal = refused_by(text)
    assert refusal is not None
    assert refusal.name == "thesession"


@pytest.mark.parametrize("text", ["T:The Session", "N:heard at the session in Ennis", "S:The Session House"])
def test_a_session_may_be_spoken_of(text: str) -> None:
    assert refused_by(f"X:1\n{text}\nK:C") is None
