"""Scores for the types that ask about a whole piece, and disguises that change only words."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.score import Annotation, Score, Voice
from tests.symbolic.questions.strategies import MELODIES, barred, tune

REEL = parse(
    "X:1\nT:Lucy's Reel\nR:reel\nM:4/4\nL:1/8\nQ:1/4=112\nK:D\n"
    "|:DEFG ABcd|f2e2 dcBA|B2d2 A2F2|E4 D4:||:fefg a2f2|gfed cBAc|d2B2 A2F2|E4 D4:|"
)
JIG = parse(
    "X:2\nR:jig\nM:6/8\nL:1/8\nQ:3/8=60\nK:G\nGAB c2d|e2d BAG|ABc d2B|A3 G3|gfg aga|b3 a3|gfe dcB|A3 G3|]"
)
SONG = parse("X:3\nR: Liebes - Lied\nM:3/4\nL:1/4\nK:F\nF|A2c|B2G|F2E|F2F|c2d|c2A|G2A|F2|]")
CHORALE = parse(
    "X:4\nM:4/4\nL:1/4\nQ:1/4=66\nK:G\nV:1\nd2 e d|c B A2|B d c B|A2 G2|]\n"
    "V:2\nG2 G G|A G F2|G A G G|F2 D2|]\nV:3\nB,2 C B,|E D D2|D D E D|D2 B,2|]\n"
    "V:4\nG,2 C, G,|A, B, D2|G, F, E, G,|D2 G,2|]"
)
ACCOMPANIED = parse(
    "X:5\nM:2/4\nL:1/8\nK:C\nV:1\nc/d/e/f/ g/f/e/d/|e/f/g/a/ g/e/d/c/|g/f/e/d/ c/d/e/c/|c/B/c/d/ c2|]\n"
    "V:2\n[CEG]4|[CEG]4|[G,B,D]4|[CEG]4|]"
)
INVENTION = parse(
    "X:6\nM:4/4\nL:1/8\nK:C\nV:1\nz/c/d/e/ f/d/e/c/ g2 c'2|b2 c'2 d'/c'/b/a/ g/f/e/d/|"
    "c4 z/e/f/g/ a/f/g/e/|]\n"
    "V:2\nC4 z/C/D/E/ F/D/E/C/|G,A,B,C DEFG|z/C/D/E/ F/D/E/C/ F4|]"
)
ENSEMBLES = (CHORALE, ACCOMPANIED, INVENTION)


def disguised(score: Score) -> Score:
    """The same music with titles, names, clefs and annotations that make claims about it."""
    claim = "Simple monophonic waltz, 7 voices, C1 to C9, prestissimo, for organ, in high complexity"

    def renamed(voice: Voice) -> Voice:
        first, *others = voice.measures
        noted = replace(first, events=(Annotation("polyphonic, 99 bars", "^"), *first.events))
        return replace(voice, id=f"{voice.id}.organ", name="Organ", clef="bass", measures=(noted, *others))

    return replace(
        score,
        voices=tuple(map(renamed, score.voices)),
        metadata=(*score.metadata, ("notes", claim)),
        reference=9,
    )


DISGUISED = st.one_of(
    MELODIES.map(lambda melody: tune(barred([*melody], Fraction(4)))), st.sampled_from(ENSEMBLES)
).map(lambda score: (score, disguised(score)))
"""Pairs of a score and its disguise."""
