"""Scores for the types about harmony: chords laid out from stated progressions, and a few tunes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from symbolic.abc import parse
from symbolic.score import Annotation, ChordSymbol, Event, Score
from symbolic.transform import map_events

CHORALE = """X:1
T:Two phrases
M:4/4
L:1/4
K:C
V:1
"^C: I""C"e2 "^ii65""Dm7/F"d "^V7""G7"d|"^I""C"e4||
"^vi""Am"e2 "^G: ii""Am"e2|"^V7""D7"d2 "^I""G"d2|"^C: V7""G7"d4|"^I""C"c4|]
V:2
G2 A G|G4||A2 A2|A2 B2|B4|G4|]
V:3 clef=bass
C2 C B,|C4||C2 C2|C2 B,2|F4|E4|]
V:4 clef=bass
C,2 F,G,|C,4||A,2 A,2|^F,2 G,2|G,4|C,4|]
"""
MINOR = """X:2
M:3/4
L:1/4
K:Am
V:1
"^a: i""Am"[Ace]3|"^iv""Dm"[FAd]2 "^V7""E7"[^GBd]|
"^VI""F"[FAc]3|"^iio6""Bdim/D"[FBd]3|"^V""E"[^GBe]3|"^i""Am"[Ace]3|]
V:2 clef=bass
A,3|D,2 E,|F,3|D,3|E,3|A,3|]
"""
WALTZ = """X:3
M:3/4
L:1/8
K:G
V:1
"^G: I""G"B2 d2 g2|"^IV""C"e2 g2 e2|"^V7""D7"f2 a2 f2|"^I""G"g6|
"^D: IV""G"g2 b2 g2|"^V7""A7"e2 g2 e2|"^I""D"f2 a2 f2|
"^G: IV""C"e6|"^I""G"d6|]
V:2 clef=bass
G,2 [B,D]2 [B,D]2|C,2 [EG]2 [EG]2|D,2 [A,C]2 [A,C]2|[G,B,D]6|
G,2 [B,D]2 [B,D]2|A,2 [^CG]2 [^CG]2|D,2 [A,^F]2 [A,F]2|C,2 [EG]2 [EG]2|[G,B,D]6|]
"""
HARMONIES = tuple(map(parse, (CHORALE, MINOR, WALTZ)))


def changed(change: Callable[[Event], Event | None]) -> SearchStrategy[tuple[Score, Score]]:
    """Each score and the same music with its marks changed and words added."""
    return st.sampled_from(HARMONIES).map(lambda score: (score, titled(map_events(score, change))))


def titled(score: Score) -> Score:
    """The same music with a title, a name and a first label that give harmony away."""
    voice = replace(score.voices[0], name="V7-I in C")
    return replace(score, voices=(voice, *score.voices[1:]), metadata=(("title", "Authentic in C:maj"),))


def other_symbols(event: Event) -> Event | None:
    """Labels go and every chord becomes another."""
    if isinstance(event, Annotation):
        return None
    return ChordSymbol("F#", "min7") if isinstance(event, ChordSymbol) else event
