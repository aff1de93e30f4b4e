from dataclasses import replace

import pytest

from symbolic.abc import parse as read
from symbolic.questions import Question, Reason, structure
from symbolic.questions.caption import ask, grade, parse, rouge_l, strip
from symbolic.questions.facts import FIELDS, find_facts, same_fact, score_facts, write_caption
from symbolic.score import Score
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.ensembles import ACCOMPANIED, CHORALE, DISGUISED, JIG, REEL, SONG
from tests.symbolic.questions.test_structure import CASE as STRUCTURE

QUARTET = CHORALE.with_voices(
    tuple(replace(voice, program=40 + number) for number, voice in enumerate(CHORALE.voices))
)
CASE = Case(
    examples=[REEL, JIG, SONG, CHORALE, ACCOMPANIED, QUARTET],
    renotated=DISGUISED.filter(lambda pair: isinstance(ask(pair[0]), Question)),
)


def question_of(score: Score) -> Question:
    question = ask(score)
    assert isinstance(question, Question)
    return question


def test_captions_by_hand() -> None:
    assert question_of(REEL).truth == (
        "A reel in D major, in 4/4 time, at 112 beats a minute, which is moderato. "
        "The texture is monophonic. It has 8 bars. Its form is AABB. It ranges from D4 to A5."
    )
    assert question_of(QUARTET).truth == (
        "A piece in G major, in 4/4 time, at 66 beats a minute, which is adagio. The texture is homophonic. "
        "It has 4 bars. It ranges from C3 to E5. The chords are mostly G, D and C. It is played by strings."
    )


def test_chord_symbols_are_told_and_shown() -> None:
    score = read('X:1\nM:4/4\nL:1/4\nK:C\n"C"cdef|"G7"gfed|"C"cdef|"Am"e4|')
    question = question_of(score)
    assert "The chords are mostly C, G7 and Am." in question.truth
    assert '"G7"' in question.prompt


def test_what_is_shown_keeps_numbers_and_drops_words() -> None:
    score = read('X:1\nT:A Reel\nM:4/4\nL:1/4\nQ:"Allegro" 1/4=120\nK:C\n"^slow"cdef|[Q:"Adagio"]gfed|')
    shown = strip(score)
    assert shown.tempo is not None
    assert (shown.tempo.qpm, shown.tempo.text) == (120, "")
    assert not any(word in question_of(score).prompt for word in ("Allegro", "Adagio", "slow", "T:"))


EIGHT = "cdef|gfed|cdef|g2g2|cdef|gfed|edcd|c2c2"
OTHER = "eeee|gggg|aaaa|g2g2|efga|gfed|dddd|c2c2"


@pytest.mark.parametrize(
    ("music", "form"),
    [
        (f"|:{EIGHT}:|:{OTHER}:|", ("AABB",)),
        (f"|{EIGHT}||{OTHER}||{EIGHT}|]", ("ABA",)),
        (f"|:{EIGHT}|{OTHER}:|", ("AA",)),
        (f"|{EIGHT}||{OTHER}|]", None),
        (f"|{EIGHT}|{EIGHT}|{OTHER}|", None),
    ],
)
def test_the_form_is_what_the_notation_says(music: str, form: tuple[str, ...] | None) -> None:
    score = read(f"X:1\nM:4/4\nL:1/4\nK:C\n{music}")
    assert score_facts(score).get("form") == form


@pytest.mark.parametrize("score", [*CASE.examples, *STRUCTURE.examples])
def test_the_form_never_contradicts_the_question_about_it(score: Score) -> None:
    asked = structure.ask(score)
    if isinstance(asked, Question):
        assert score_facts(score)["form"] == (asked.truth.split()[0],)


def test_what_changes_is_not_told() -> None:
    facts = score_facts(read("X:1\nM:4/4\nL:1/4\nQ:1/4=90\nK:C\ncdef|[K:G][M:3/4][Q:1/4=60]gfe|dcd|"))
    assert not {"key", "metre", "tempo", "beats a minute"} & facts.keys()


def test_few_facts_are_not_asked() -> None:
    reason = ask(read("X:1\nM:none\nL:1/4\nK:none\n|cdef gfed|"))
    assert isinstance(reason, Reason | Question)
    assert ask(Score()) == Reason("too-few-notes", "it has 0 notes, fewer than 8")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("This lively jig is in E-flat major.", {"genre": ("jig",), "key": ("Eb major",)}),
        ("A 32-bar tune. Form: AABB", {"bars": ("32",), "form": ("AABB",)}),
        ("It spans C4 to G5, an octave and a perfect fifth.", {"range": ("C4 to G5",)}),
        ("It uses the chords D, A7 and Bm.", {"chords": ("D", "A7", "Bm")}),
        (
            "Played by flute and drum kit at 96 bpm.",
            {"beats a minute": ("96",), "instruments": ("pipe", "drums")},
        ),
        ("The melody moves in the bass, a long way.", {}),
        ("The chord of D minor sounds first", {}),
        ("The metre is 6/8. The metre is 3/4.", {"metre": ("6/8", "3/4")}),
        ("Contrapuntal throughout; tempo: Largo", {"tempo": ("largo",), "texture": ("polyphonic",)}),
    ],
)
def test_facts_in_prose(text: str, facts: dict[str, tuple[str, ...]]) -> None:
    assert find_facts(text) == facts


@pytest.mark.parametrize("score", CASE.examples)
def test_a_caption_says_what_it_was_made_of(score: Score) -> None:
    facts = score_facts(score)
    assert find_facts(write_caption(facts)) == facts
    assert parse(write_caption(facts)) == write_caption(facts)
    assert [field for field in FIELDS if field in facts] == list(facts)


def test_each_fact_is_checked() -> None:
    question = question_of(REEL)  # nine facts
    graded = grade(question, "A reel in D major, in 3/4 time.")
    assert graded.verdict == "near"
    assert graded.scores["fact_precision"] == pytest.approx(2 / 3)
    assert graded.scores["fact_recall"] == pytest.approx(2 / 9)
    assert graded.credit == pytest.approx(2 * (2 / 3 * 2 / 9) / (2 / 3 + 2 / 9))
    assert grade(question, "A waltz in G minor.").verdict == "wrong"
    guesses = grade(question, f"{question.truth} It is in D major. No, the key is G major. It is a jig.")
    assert guesses.scores["fact_recall"] == 1
    assert guesses.scores["fact_precision"] == pytest.approx(9 / 11)
    assert guesses.verdict == "near"


def test_a_distractor_has_one_false_fact() -> None:
    question = question_of(CHORALE)
    assert len(question.distractors) >= 3
    for wrong in question.distractors:
        graded = grade(question, wrong)
        assert 0.75 < graded.scores["fact_precision"] < 1


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("key", "Gb major", "F# major", True),
        ("metre", "4/4", "2/2", False),
        ("beats a minute", "100", "103", True),
        ("beats a minute", "100", "110", False),
        ("range", "C#4 to D5", "Db4 to D5", True),
        ("chords", "C#m", "Dbm", True),
        ("chords", "C#m", "Db", False),
        ("bars", "16", "32", False),
    ],
)
def test_what_is_the_same_fact(field: str, one: str, other: str, same: bool) -> None:
    assert same_fact(field, one, other) == same


def test_rouge_l_by_hand() -> None:
    assert rouge_l("police kill the gunman", "police killed the gunman") == pytest.approx(0.75)  # Lin 2004
    assert rouge_l("the gunman kill police", "police killed the gunman") == pytest.approx(0.5)
    assert rouge_l("", "a") == 0
    assert rouge_l("A reel, in D.", "a reel in d") == 1
