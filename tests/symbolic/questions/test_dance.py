from dataclasses import replace

import pytest
from hypothesis import strategies as st

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason
from symbolic.questions.dance import DANCES, GENRES, SONGS, ask, parse
from symbolic.score import Score
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.ensembles import JIG, REEL, SONG

DANCE_NAMES = [genre.name for genre in DANCES]


def called(name: str) -> Score:
    return replace(REEL, metadata=(("title", f"Lucy's {name.title()}"), ("rhythm", name)))


CASE = Case(
    examples=[REEL, JIG, SONG],
    renotated=st.tuples(*[st.sampled_from(DANCE_NAMES).map(called)] * 2),
)


def genre_of(rhythm: str, title: str = "") -> str | None:
    question = ask(replace(REEL, metadata=(("title", title), ("rhythm", rhythm))))
    return question.truth if isinstance(question, Question) else None


@pytest.mark.parametrize(
    ("rhythm", "genre"),
    [
        ("Reel", "reel"),
        ("REEL", "reel"),
        ("double jig", "jig"),
        ("slipjig", "slip jig"),
        ("slip jig", "slip jig"),
        ("Slide", "slide"),
        ("highland fling", "highland fling"),
        ("fling", "highland fling"),
        ("waltz", "waltz"),
        ("walkaround", "walkaround"),
        ("Gavotte", "gavotte"),
        ("Liebes - Lied, Leid, Klage", "love song"),
        ("Liebeslieder]", "love song"),
        ("Romanze, Ballade, Lied, religioeses Lied", "ballad"),
        ("Ballade, Liebes - Klage", "ballad"),
        ("Staende -, Soldaten -, Kriegs - Lied", "soldiers' song"),
        ("J\x84gerlied]", "hunting song"),
        ("geistliches, religiöses Lied]", "religious song"),
        ("Kinder - Lied, Reigen, Tanz", "children's song"),
        ("Kinder -, Wiegen - Lied", "lullaby"),
        ("Tanz - Lied, Reigen", "dance song"),
        ('"erz\x84hlende Lieder"]', "narrative song"),
        ("Xiaodiao. Xin minge]", "ditty"),
        ("Shange]", "mountain song"),
        ("Lied", None),
        ("???", None),
        ("", None),
        ("unreeled", None),
    ],
)
def test_what_headers_say(rhythm: str, genre: str | None) -> None:
    assert genre_of(rhythm) == genre


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("Miss Brown's Reel.", "reel"),
        ("Quick Step 33d. Regt.", "quickstep"),
        ("Mrs Baird's Strathsy.", "strathspey"),
        ("The Killworth Volunteers Quick March.", "march"),
        ("A Jig, or Reel", None),
        ("The Fair Maid", None),
        ("Unmarched", None),
    ],
)
def test_what_titles_say(title: str, genre: str | None) -> None:
    assert genre_of("", title) == genre
    assert genre_of("hornpipe", title) == "hornpipe"


def test_nothing_stated_is_not_asked() -> None:
    reason = ask(read("X:1\nT:Lucy\nL:1/8\nK:C\nCDEF GABc|"))
    assert isinstance(reason, Reason)
    assert reason.code == "no-genre"


def test_dances_and_songs_are_asked_apart() -> None:
    reel, song = ask(REEL), ask(SONG)
    assert isinstance(reel, Question)
    assert isinstance(song, Question)
    assert reel.answers == tuple(DANCE_NAMES)
    assert song.answers == tuple(genre.name for genre in SONGS)
    assert "hornpipe" in reel.distractors  # the same metres
    assert not set(song.distractors) & set(DANCE_NAMES)


def test_every_name_is_read_back() -> None:
    assert len({genre.name for genre in GENRES}) == len(GENRES)
    for genre in GENRES:
        assert parse(genre.name) == genre.name
        assert parse(f"I think this is a {genre.name}, not a hop jig.") == genre.name


def test_answers_in_prose() -> None:
    assert parse("With its 9/8 it is a slip jig") == "slip jig"
    assert parse("It sounds like a double jig.") == "jig"
    assert parse("no idea") is None
