"""Tunes for the types on form and bars, and the same tunes with signs that do not sound."""

from dataclasses import replace

from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.score import Annotation, Decoration, LineBreak, Measure, Score, Section

A = "c2ec gcec|c2ec dBGB|c2ec gcec|afge dBGB|c2ec gcec|c2ec dBGB|c2ec gcec|afge dBGB|"
B = "ceAe ceAe|ceAe dBGB|ceAe ceAe|afge dBGB|ceAe ceAe|ceAe dBGB|cdef g2fg|afge dBGB|"
C = "e4 f2e2|d2c2 B4|A2B2 c2d2|e8|f4 e2d2|c2B2 A4|G2A2 B2c2|A8|"
HEAD = "X:1\nM:4/4\nL:1/8\nK:Ador\n"
REEL = f"{HEAD}{A}{B}\n"
MELODIES = (
    REEL,
    "X:2\nM:2/4\nL:1/8\nK:G\nB2 AG|(F/G/A) DC|B,d GB|AD D2|B2 AG|FA Dc|B/c/d DA|BG G2|\n"
    "gG gG|gG G2|F/G/A/B/ A2|FA A2|gG gG|gG GA|B2 AG|DG G2|]",
    "X:3\nM:6/8\nL:1/8\nK:D\nA|DFA A2B|cAd cAG|Adc deg|fed cAG|FDF GAB|cAd cAG|Adc AGE|FDD D2|]",
    "X:4\nM:3/4\nL:1/4\nK:Gm\nD|GAB|A2D|GAB|c2d|edc|BAG|F2G|A2D|GAB|A2D|Bcd|GFG|AAF|G2|]",
)
"""Melodies without repeat signs, in whole bars."""


@st.composite
def marked(draw: st.DrawFn, tunes: tuple[str, ...] = MELODIES) -> tuple[Score, Score]:
    """A tune and the same one with titles, line breaks, sections, double bars and words at bar lines."""
    plain = parse(draw(st.sampled_from(tunes)))
    (voice,) = plain.voices
    marks = st.sampled_from(
        (None, LineBreak(), Section("B"), Annotation("bar 3", "^"), Decoration("fermata"))
    )
    measures = []
    for measure in voice.measures:
        mark = draw(marks)
        events = measure.events if mark is None else (mark, *measure.events)
        measures.append(Measure(events, bar=draw(st.sampled_from(("|", "||", "|]")))))
    other = replace(plain, voices=(replace(voice, measures=tuple(measures), name="Flute"),))
    return plain, replace(other, metadata=(("title", "Rondo AABA"), ("rhythm", "reel")), reference=9)
