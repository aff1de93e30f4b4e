import pytest

from symbolic.abc import parse
from symbolic.score import Score, Voice
from training.corpus.cleaning import bars_agree, clean, key_from_notes
from training.corpus.piece import Piece, Rejected
from training.corpus.sources import sources

HEAD = "X:1\nM:4/4\nL:1/4\nK:C\n"
GOOD = "CDEF|GABc|cBAG|FEDC|]\n"


def piece(text: str, source: str = "scores", **labels: str) -> Piece:
    return Piece(f"{source}/a.abc#1", source, parse(text), True, **labels)


def reason(text: str) -> str:
    found = clean(piece(text))
    return found.reason if isinstance(found, Rejected) else ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (GOOD, ""),
        ("z4|z4|", "no-notes"),
        ("CDE|C4|", "too-few-notes"),
        ("CDEFGABc|]", "too-few-bars"),
        (
            "C4|z4|z4|z4|D4|z4|z4|z4|z4|z4|z4|z4|z4|z4|z4|z4|z4|z4|z4|z4|CDEF|GA|z16|z16|z16|z16|",
            "mostly-rests",
        ),
        ("CDEF|GABC,,,,,,|CDEF|", "absurd-pitch"),
        ("CDEF|GAB^c''''''''|CDEF|", "absurd-pitch"),
        ("CDEF|GABc300|CDEF|", "absurd-duration"),
        ("CDEF|GABc/256|CDEF|", "absurd-duration"),
        ("CCCC|CCCC|", "one-pitch"),
    ],
)
def test_reasons(body: str, code: str) -> None:
    assert reason(HEAD + body) == code


def test_free_metre_needs_no_bars() -> None:
    assert reason("X:1\nM:none\nL:1/4\nK:C\nCDEFGABc|]") == ""


def test_percussion_alone_is_left_out_and_beside_others_is_not() -> None:
    score = parse(HEAD + GOOD)
    drums = Voice("drums", score.voices[0].measures, percussion=True)
    alone = clean(Piece("scores/d#1", "scores", score.with_voices((drums,)), True))
    assert isinstance(alone, Rejected)
    assert alone.reason == "percussion-only"
    both = clean(Piece("scores/d#1", "scores", score.with_voices((*score.voices, drums)), True))
    assert isinstance(both, Piece)
    nothing = clean(Piece("scores/d#1", "scores", Score(), True))
    assert isinstance(nothing, Rejected)
    assert nothing.reason == "no-notes"


def test_a_metre_that_the_bars_contradict_loses_its_label_only() -> None:
    found = clean(piece("X:1\nM:3/4\nL:1/4\nK:C\n" + GOOD))
    assert isinstance(found, Piece)
    assert (found.meter, found.label_meter, found.label_key) == ("", "", "C major")
    sound = clean(piece(HEAD + GOOD))
    assert isinstance(sound, Piece)
    assert (sound.meter, sound.label_meter) == (None, "4/4")


def test_bars_agree_follows_changes_of_metre() -> None:
    assert bars_agree(parse("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|[M:3/4]cBA|GFE|DCD|EFG|"))
    assert not bars_agree(parse("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|cBA|GFE|DCD|EFG|"))


@pytest.mark.parametrize(
    ("key", "notes", "name"),
    [
        ("G", "GABc defg", "G major"),
        ("G", "GA_Bc d_e=fg", "G minor"),
        ("G", "GABc de=fg", ""),
        ("none", "GABc", ""),
    ],
)
def test_the_key_is_read_from_the_notes(key: str, notes: str, name: str) -> None:
    assert key_from_notes(parse(f"X:1\nL:1/8\nK:{key}\n{notes}|")) == name


def test_keys_that_change_or_are_written_out_give_no_label() -> None:
    assert key_from_notes(parse("X:1\nL:1/8\nK:G\nGABc|[K:D]defg|")) == ""
    assert key_from_notes(parse("X:1\nL:1/8\nK:HP\nABcd|")) == ""


def test_only_collections_that_need_it_are_relabelled() -> None:
    minor = "X:1\nM:4/4\nL:1/4\nK:G\nGA_Bc|d_e=fg|g=f_ed|c_BAG|]\n"
    assert sources()["essen"].labels
    essen, ryan = clean(piece(minor, "essen")), clean(piece(minor, "ryan"))
    given = clean(piece(minor, "essen", key="D dorian"))
    found = [item.key for item in (essen, ryan, given) if isinstance(item, Piece)]
    assert found == ["G minor", None, "D dorian"]


@pytest.mark.parametrize("labels", [{"split": "exam"}, {"key": "H major"}, {"meter": "3"}])
def test_a_piece_checks_its_labels(labels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"split|key|metre"):
        piece(HEAD + GOOD, **labels)


@pytest.mark.parametrize(
    ("head", "body", "codes"),
    [
        ("K:C", GOOD, []),
        ("", GOOD, ["no-key"]),
        ("K:F#\n", "=C=D=E=F|=G=A=B=c|=c=B=A=G|=F=E=D=C|]", ["key-contradicted"]),
        ("K:Am\n", "ABcd|e^f^ga|a=g=fe|dcBA|]", []),
        ("K:C\n", "CDEF|[K:F#]FGAB|cBAG|FGAB|cdef|edcB|ABcd|]", []),
        ("K:C\n", "^C^DEF|^G^ABc|^c^A^GF|E^D^C^D|]", ["key-contradicted"]),
    ],
)
def test_what_is_wrong_with_the_key_is_noticed(head: str, body: str, codes: list[str]) -> None:
    found = clean(piece(f"X:1\nM:4/4\nL:1/4\n{head}\n{body}\n".replace("\n\n", "\n")))
    assert isinstance(found, Piece)
    assert [code for code, _ in found.noticed] == codes
    assert bool(found.label_key) == (not codes)


def test_what_is_wrong_with_the_metre_and_mode_is_noticed() -> None:
    told = [
        found.noticed
        for text, source in (
            ("X:1\nL:1/4\nK:C\n" + GOOD, "scores"),
            ("X:1\nM:3/4\nL:1/4\nK:C\n" + GOOD, "scores"),
            ("X:1\nM:4/4\nL:1/4\nK:G\nGA_Bc|d_e=fg|g=f_ed|c_BAG|]\n", "essen"),
            ("X:1\nM:4/4\nL:1/4\nK:G\nGABc|defg|gfed|cBAG|]\n", "essen"),
        )
        if isinstance(found := clean(piece(text, source)), Piece)
    ]
    assert told == [
        (("no-metre", "no metre is stated"),),
        (("metre-contradicted", "3/4 is stated, and the bars are of other lengths"),),
        (("mode-from-notes", "G major is stated, the notes give G minor"),),
        (),
    ]
