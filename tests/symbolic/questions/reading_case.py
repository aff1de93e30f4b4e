"""Scores for the types that read notes, and pairs that differ only in words."""

from dataclasses import replace

from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.score import Annotation, Score
from symbolic.transform import map_events
from tests.symbolic.questions.case import Case

TUNES = (
    "X:1\nM:4/4\nL:1/8\nK:D\nA2|DEFG ABcd|f2e2 dcBA|B2d2 A2F2|E4 D2|]",
    "X:2\nM:3/4\nL:1/4\nK:Gm\nGBd|c2e|d^fg|BAG|^F2A-|A3|G3|]",
    "X:3\nM:6/8\nL:1/8\nK:Ador\n|:A2B c2d|efg a2g|{f}e2d B2G|A3 A3:|",
)


def titled(score: Score) -> Score:
    """The same music with words that name notes, numbers and intervals."""
    noted = map_events(score, lambda event: event)
    voice = noted.voices[0]
    first = replace(voice.measures[0], events=(Annotation("F#5", "^"), *voice.measures[0].events))
    voice = replace(voice, measures=(first, *voice.measures[1:]), name="12 bars, a fifth")
    return replace(noted, voices=(voice,), metadata=(("title", "The 7th of 12"),))


CASE = Case(
    examples=[parse(tune) for tune in TUNES],
    renotated=st.sampled_from(TUNES).map(lambda tune: (parse(tune), titled(parse(tune)))),
)
