"""The theory texts keep to their format, and what they say about their examples is so."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from symbolic.errors import SymbolicError
from symbolic.resources import data_path
from tests.training.corpus.article_checks import CHECKS, problems
from training.corpus.articles import Article, Example, articles, parse_topic, read_topic

FEWEST_ENTRIES = 300
FILES = sorted(data_path("theory").glob("*.md"))


def readable() -> list[Article]:
    """The entries of every file that keeps to the format; the others fail a test of their own."""
    found: list[Article] = []
    for file in FILES:
        try:
            found += read_topic(file)
        except SymbolicError:
            continue
    return found


def example_cases() -> list[object]:
    return [
        pytest.param(example, id=f"{entry.topic}-{entry.title}-{number}".replace(" ", "_"))
        for entry in readable()
        for number, example in enumerate(entry.examples, 1)
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_file_keeps_to_the_format(file: Path) -> None:
    assert read_topic(file)


@pytest.mark.parametrize("example", example_cases())
def test_example_is_what_the_text_says(example: Example) -> None:
    assert not problems(example)


def test_titles_are_unique() -> None:
    titles = Counter(entry.title.casefold() for entry in readable())
    assert [title for title, count in titles.items() if count > 1] == []


def test_there_are_enough_entries() -> None:
    assert len(readable()) >= FEWEST_ENTRIES, "counts what the files hold now"


# The reader

ENTRY = """# Scales

## Scale
kind: article

Steps.

```abc notes="C4 D4"
X:1
L:1/4
K:C
CD|]
```

More.
"""


def test_entry_is_read() -> None:
    (entry,) = parse_topic(ENTRY)
    assert (entry.topic, entry.title, entry.kind) == ("Scales", "Scale", "article")
    assert entry.body == "Steps.\n\n```abc\nX:1\nL:1/4\nK:C\nCD|]\n```\n\nMore.\n"
    assert entry.examples == (Example("X:1\nL:1/4\nK:C\nCD|]\n", (("notes", "C4 D4"),), 8),)


def test_folder_is_read_in_alphabetical_order(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text(ENTRY)
    (tmp_path / "a.md").write_text(
        "# Words\n\n## Beat\nkind: glossary\n\nA pulse.\n\n## Bar\nkind: glossary\n\nBeats.\n"
    )
    assert [entry.title for entry in articles(tmp_path)] == ["Beat", "Bar", "Scale"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("# Scales", "Scales", 1, "first line"),
        ("\n\n## Scale", "\n\nwords\n\n## Scale", 3, "before the first entry"),
        ("## Scale", "## ", 3, "title is empty"),
        ("## Scale", "### Scale", 3, "only headings"),
        ("More.", "### More", 15, "only headings"),
        ("kind: article", "kind: essay", 4, "'kind: essay'"),
        ("kind: article\n", "", 4, "kind: article"),
        ("abc notes", "text notes", 8, "a fence is"),
        (' notes="C4 D4"', "", 8, "no check"),
        ('notes="C4 D4"', "notes=C4", 8, "a fence is"),
        ('notes="C4 D4"', 'notes="C4" notes="D4"', 8, "stands twice"),
        ("```\n\nMore.\n", "", 12, "closing fence"),
        ("```\n\nMore.\n", "## Mode\nkind: glossary\n\nMore.\n", 13, "closing fence"),
        ("L:1/4\n", "L:1/4\n\n", 8, "without empty lines"),
    ],
)
def test_bad_format_is_refused(old: str, new: str, line: int, words: str, tmp_path: Path) -> None:
    file = tmp_path / "scales.md"
    file.write_text(ENTRY.replace(old, new, 1))
    with pytest.raises(SymbolicError, match=words) as caught:
        read_topic(file)
    assert (caught.value.path, caught.value.line) == ("scales.md", line)


def test_article_without_example_and_entry_without_text_are_refused() -> None:
    with pytest.raises(SymbolicError, match="has no example"):
        parse_topic("# T\n\n## Beat\nkind: article\n\nA pulse.\n")
    with pytest.raises(SymbolicError, match="has no text"):
        parse_topic("# T\n\n## Beat\nkind: glossary\n\n## Bar\nkind: glossary\n\nBeats.\n")


def test_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"# T\xff")
    with pytest.raises(SymbolicError, match=r"a\.md:1: .*UTF-8"):
        articles(tmp_path)


# The checks: what is right passes, what is nearly right does not


def claim(music: str, name: str, value: str, header: str = "M:4/4\nL:1/4\nK:C") -> list[str]:
    return problems(Example(f"X:1\n{header}\n{music}\n", ((name, value),), 1))


CADENCE = {
    "perfect": "[G,DGB]2[C,CEc]2|]",
    "imperfect-authentic": "[G,DFB]2[C,EGe]2|]",
    "half": "[D,FAd]2[G,GBd]2|]",
    "plagal": "[F,FAc]2[C,EGc]2|]",
    "deceptive": "[G,DFB]2[A,CEc]2|]",
}
CLAIMS = [
    ("[CEG]4|[B,DG]4|]", "chords", "C G/B", "C Gm"),
    ("CEGc|GBdg|]", "chords", "C G", "C G7"),
    ("[CEG]2[FAc]2|]", "chords", "C F", "C Fm"),
    ("[EGc]4|]", "chords", "C/E", "C/G"),
    ("[CEG]2[FAc]2|]", "chords", "C F", "C F C"),
    ("CEGB|c4|]", "key", "C major", "A minor"),
    ("C^F GA|C4|]", "notes", "C4 F#4 G4 A4 C4", "C4 Gb4 G4 A4 C4"),
    ("[CE]2[DF]2|]", "notes", "C4 E4 D4 F4", "E4 C4 D4 F4"),
    ("CDEF|GABc|]", "scale", "C major", "C lydian"),
    ("CDEG|Ac2z|]", "scale", "C major pentatonic", "A minor"),
    ("C_EF_G|G_Bcz|]", "scale", "C blues", "C minor pentatonic"),
    ("CD_EF|GABc|]", "scale", "C melodic minor", "C harmonic minor"),
    ("CD_EF|G_Ac2|]", "intervals", "M2 m2 M2 M2 m2 M3", "M2 A1 M2 M2 m2 M3"),
    ("c2G2|c4|]", "intervals", "-P4 P4", "P4 -P4"),
    ("[CE]2[CA]2|]", "intervals", "M3 M6", "m3 M6"),
    ("C|CDEF|GAB|]", "meter", "4/4", "3/4"),
    ("CDEF|GABc|]", "bars", "2", "3"),
    ("C|CDEF|GAB|]", "bars", "2", "3"),
    ("CD/E/F2|]", "rhythm", "1 1/2 1/2 2", "1 1/2 1/2 1"),
    ("|:CDEF:|GABc|]", "played", "C4 D4 E4 F4 C4 D4 E4 F4 G4 A4 B4 C5", "C4 D4 E4 F4 G4 A4 B4 C5"),
    ("CDEF|CDEF|GABc|CDEF|]", "form", "AABA", "ABAB"),
    ("|:CDEF:|GABc|]", "form", "AAB", "ABC"),
    ("CDEF|CDEG|]", "form", "AA'", "AA"),
    *((music, "cadence", name, "half" if name == "plagal" else "plagal") for name, music in CADENCE.items()),
]


@pytest.mark.parametrize(("music", "name", "right", "wrong"), CLAIMS)
def test_check_knows_right_from_wrong(music: str, name: str, right: str, wrong: str) -> None:
    assert claim(music, name, right) == []
    assert len(claim(music, name, wrong)) == 1


def test_every_check_is_tried() -> None:
    assert {name for _, name, _, _ in CLAIMS} | {"tempo"} == set(CHECKS)


def test_tempo_is_in_quarters() -> None:
    header = "M:6/8\nL:1/8\nQ:3/8=80\nK:C"
    assert claim("CDEFGA|]", "tempo", "120", header) == []
    assert claim("CDEFGA|]", "tempo", "80", header)


@pytest.mark.parametrize("name", CADENCE)
def test_cadence_is_one_thing(name: str) -> None:
    assert [other for other in CADENCE if claim(CADENCE[name], "cadence", other) == []] == [name]


def test_minor_key_may_raise_sixth_and_seventh_only() -> None:
    header = "M:4/4\nL:1/4\nK:Am"
    assert claim("AB^F^G|A4|]", "key", "A minor", header) == []
    assert "D#4" in claim("AB^DE|A,4|]", "key", "A minor", header)[0]


def test_key_ends_on_its_tonic_at_the_bottom() -> None:
    assert claim("CEGB|[Ec]4|]", "key", "C major") == ['key="C major": the last note at the bottom is E4']


@pytest.mark.parametrize(
    ("music", "words"),
    [("CDE|FGAB|c4|]", "bars are not full"), ("C|CDEF|GABc|]", "bars are not full")],
)
def test_short_bar_needs_its_complement(music: str, words: str) -> None:
    assert words in claim(music, "meter", "4/4")[0]


@pytest.mark.parametrize(
    ("header", "music", "words"),
    [
        ("M:4/4\nK:C", "CDEF|]", "no L: field"),
        ("M:4/4\nL:1/4", "CDEF|]", "no K: field"),
        ("M:4/4\nL:1/4\n%%scale 1\nK:C", "CDEF|]", "%%"),
        ("M:4/4\nL:1/4\nK:C", "CDE|FGAB|CDEFG|c4|]", "bar-length"),
        ("M:4/4\nL:1/4\nK:C", "CD(EF|]", "slur"),
    ],
)
def test_notation_comes_first(header: str, music: str, words: str) -> None:
    assert words in claim(music, "notes", "C4", header)[0]


def test_unknown_check_and_unreadable_value_are_complaints() -> None:
    assert "there is no check 'mood'" in claim("C4|]", "mood", "gay")[0]
    assert "cannot be read" in claim("C4|]", "chords", "H7")[0]
    assert "cannot be read" in claim("[CEG]2[CEG]2|]", "cadence", "final")[0]
