import pytest

from eval.ask.arguments import arguments, key_in
from eval.ask.understanding import understand
from symbolic.key import Key
from symbolic.questions import TASKS
from tests.eval.ask.phrasings import PHRASINGS


@pytest.mark.parametrize(("question", "tasks"), PHRASINGS.items(), ids=str)
def test_real_phrasings(question: str, tasks: str) -> None:
    understood = understand(question)
    assert " ".join(request.task for request in understood.requests) == tasks
    assert bool(understood.unclear) == (not tasks)


def test_every_type_has_phrasings() -> None:
    assert {task for tasks in PHRASINGS.values() for task in tasks.split()} == set(TASKS)
    assert len(PHRASINGS) >= 80


def test_case_and_stops_do_not_matter() -> None:
    for question, tasks in PHRASINGS.items():
        if tasks and tasks != "theory":
            shouted = [request.task for request in understand(question.rstrip("?. ").upper()).requests]
            quiet = [request.task for request in understand(question.rstrip("?. ").lower()).requests]
            assert " ".join(quiet) == tasks, question
            assert " ".join(shouted) == tasks, question


def test_what_is_not_understood_is_handed_back_and_thanks_are_not() -> None:
    understood = understand("Hello there. What key is this and who wrote it? Thank you!")
    assert [request.task for request in understood.requests] == ["key"]
    assert understood.unclear == ("who wrote it?",)


def test_the_same_thing_is_asked_once() -> None:
    assert (
        len(understand("What key is this? Which key is it? And which key are bars 1 to 4 in?").requests) == 2
    )


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("bar 5", (5, 5)),
        ("bars 5-8", (5, 8)),
        ("measures 5 through 8", (5, 8)),
        ("from bar 3 to bar 6", (3, 6)),
        ("the 3rd bar", (3, 3)),
        ("the second and third bars", (2, 3)),
        ("m. 7", (7, 7)),
        ("the first four bars", (1, 4)),
        ("the last two measures", (-2, -1)),
        ("the final bar", (-1, -1)),
        ("bar number twelve", (12, 12)),
        ("the whole piece", None),
        ("a minor third", None),
    ],
)
def test_bars(text: str, bars: tuple[int, int] | None) -> None:
    assert arguments(text).bars == bars


@pytest.mark.parametrize(
    ("text", "notes", "size"),
    [
        ("between the 2nd and 3rd note of bar 5", (2, 3), None),
        ("between the second and the third notes of the last bar", (2, 3), None),
        ("note 1 and note 4 in bar three", (1, 4), None),
        ("the first note and the last note of bar 2", (1, -1), None),
        ("the third note of the second bar", (3,), None),
        ("the first five notes", (1, 2, 3, 4, 5), 5),
        ("a 4-note motif", (), 4),
    ],
)
def test_notes(text: str, notes: tuple[int, ...], size: int | None) -> None:
    found = arguments(text)
    assert (found.notes, found.size) == (notes, size)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("transpose up a tone", "M2"),
        ("down a minor third", "-m3"),
        ("3 semitones lower", "-m3"),
        ("up a whole step", "M2"),
        ("an octave higher", "P8"),
        ("up a fifth", "P5"),
        ("down a half step", "-m2"),
        ("up an augmented fourth", "A4"),
        ("up 14 semitones", "M9"),
        ("transpose the second bar", None),
    ],
)
def test_intervals(text: str, interval: str | None) -> None:
    found = arguments(text).interval
    assert (found.name if found else None) == interval


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("in E flat major", "Eb major"),
        ("C# dorian", "C# dorian"),
        ("f sharp minor", "F# minor"),
        ("to F#m", "F# minor"),
        ("into Bb", "Bb major"),
        ("in A minor", "A minor"),
        ("in a minor key", None),
        ("up a minor third", None),
        ("a major or minor key", None),
        ("C double sharp minor", "C## minor"),
    ],
)
def test_keys(text: str, key: str | None) -> None:
    assert key_in(text) == (Key.parse(key) if key else None)


def test_beats_and_extremes() -> None:
    found = arguments("chord on the third beat of bar 2")
    assert (found.beat, found.bars) == (3, (2, 2))
    assert arguments("the chord on the downbeat of bar 2").beat == 1
    assert arguments("lowest note").extreme == "lowest"
