import pytest
from hypothesis import given

from symbolic.key import Key
from symbolic.meter import Meter
from symbolic.pitch import Pitch
from symbolic.questions.snippets import music_line, passage, read_snippet, snippet
from symbolic.timeline import sounding_notes
from tests.symbolic.questions.strategies import EIGHTH, MELODIES, barred


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("CDEF|GABc|", "CDEF|GABc|"),
        ("The answer is ^F2 _Bc|d4|, I think.", "^F2 _Bc|d4|"),
        ("First AB|. Answer: CD|EF|", "CD|EF|"),
        ("```abc\nX:1\nK:D\nDEFG|\n```", "DEFG|"),
        ("C D E F", "C D E F"),
        ("Bad", "Bad"),
        ("no music here", None),
        ("|||", None),
        ("", None),
        ("(" * 100_000, None),
        ("|" * 100_000, None),
        ("A|" * 50_000, ("A|" * 10_000)),
    ],
)
def test_music_is_found_in_prose(text: str, line: str | None) -> None:
    assert music_line(text) == line


@given(MELODIES)
def test_what_is_written_is_read_back(events) -> None:
    key, meter = Key.parse("Eb"), Meter.parse("4/4")
    score = passage(barred(events, EIGHTH * 8), key, meter)
    text = snippet(score.voices[0].measures, key, meter, EIGHTH)
    assert "\n" not in text
    assert music_line(text) == " ".join(text.split())
    assert read_snippet(text, key, meter, EIGHTH) == sounding_notes(score)


def test_a_snippet_stands_under_its_key() -> None:
    notes = read_snippet("F|", Key.parse("D"), Meter.parse("2/4"), EIGHTH)
    assert notes is not None
    assert notes[0].pitch == Pitch("F", 1, 4)
    assert read_snippet("z|", Key.parse("D"), Meter.parse("2/4"), EIGHTH) is None
