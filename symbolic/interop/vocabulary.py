"""What music21 and MusicXML call things, and what ABC calls them.

Tables only. music21's classes are named by strings, so that reading this module does not load it.
Decorations go by their ABC 2.1 names (section 4.14), chord qualities by Harte's shorthand.
"""

from __future__ import annotations

ARTICULATIONS = {
    "Staccato": "staccato",
    "Staccatissimo": "wedge",
    "Accent": "accent",
    "StrongAccent": "marcato",
    "Tenuto": "tenuto",
    "BreathMark": "breath",
    "UpBow": "upbow",
    "DownBow": "downbow",
    "OpenString": "open",
    "StringThumbPosition": "thumb",
    "SnapPizzicato": "snap",
    "Stopped": "plus",
    "IndeterminateSlide": "slide",
    "Scoop": "slide",
}
"""music21 articulation class → ABC decoration."""

EXPRESSIONS = {
    "Fermata": "fermata",
    "Trill": "trill",
    "Mordent": "lowermordent",
    "InvertedMordent": "uppermordent",
    "Turn": "turn",
    "InvertedTurn": "invertedturn",
    "ArpeggioMark": "arpeggio",
}
"""music21 expression class → ABC decoration."""

NAVIGATION = {
    "DaCapo": "D.C.",
    "DaCapoAlFine": "D.C.alfine",
    "DaCapoAlCoda": "D.C.alcoda",
    "DalSegno": "D.S.",
    "DalSegnoAlFine": "D.S.alfine",
    "DalSegnoAlCoda": "D.S.alcoda",
    "Fine": "fine",
    "Coda": "coda",
    "Segno": "segno",
}
"""music21 repeat expression class → ABC decoration."""

DECORATION_SYNONYMS = {
    ".": "staccato", ">": "accent", "emphasis": "accent", "mordent": "lowermordent",
    "pralltriller": "uppermordent", "+": "plus", "^": "marcato", "<(": "crescendo(", "<)": "crescendo)",
    ">(": "diminuendo(", ">)": "diminuendo)", "dacapo": "D.C.", "T": "trill", "H": "fermata",
}  # fmt: skip
"""Other names of the same signs."""

SPANNERS = {
    "Crescendo": ("crescendo(", "crescendo)"),
    "Diminuendo": ("diminuendo(", "diminuendo)"),
    "TrillExtension": ("trill(", "trill)"),
}
"""music21 spanner class → ABC decorations at its start and end."""

DYNAMICS = frozenset(
    "pppp ppp pp p mp mf f ff fff ffff sf sfz fp fz sfp sfpp sffz rf rfz ppppp fffff pf".split()
)

CLEFS = {
    "treble": "TrebleClef",
    "treble-8": "Treble8vbClef",
    "treble+8": "Treble8vaClef",
    "bass": "BassClef",
    "bass-8": "Bass8vbClef",
    "bass+8": "Bass8vaClef",
    "alto": "AltoClef",
    "tenor": "TenorClef",
    "soprano": "SopranoClef",
    "mezzosoprano": "MezzoSopranoClef",
    "baritone": "CBaritoneClef",
    "bass3": "FBaritoneClef",
    "treble1": "FrenchViolinClef",
    "perc": "PercussionClef",
    "none": "NoClef",
}
"""ABC clef → music21 class."""
CLEF_NAMES = {name: clef for clef, name in CLEFS.items()}

BAR_STYLES = {
    "|": "regular", "||": "double", "|]": "final", "[|": "heavy-light", ".|": "dotted", "[|]": "none",
}  # fmt: skip
"""Right bar line as in `symbolic.score.BAR_STYLES` → music21 bar line type."""
BAR_SIGNS = {
    "double": "||", "final": "|]", "heavy-light": "[|", "heavy-heavy": "|]", "dotted": ".|",
    "dashed": ".|", "none": "[|]",
}  # fmt: skip
"""music21 bar line type → right bar line; any other type is a plain one."""

Degrees = tuple[tuple[str, int, int], ...]
"""Changed degrees of a chord: (``add``, ``alter`` or ``subtract``; degree; semitones)."""

CHORD_KINDS: dict[str, tuple[str, Degrees]] = {
    "maj": ("major", ()),
    "min": ("minor", ()),
    "dim": ("diminished", ()),
    "aug": ("augmented", ()),
    "7": ("dominant-seventh", ()),
    "maj7": ("major-seventh", ()),
    "min7": ("minor-seventh", ()),
    "minmaj7": ("minor-major-seventh", ()),
    "dim7": ("diminished-seventh", ()),
    "hdim7": ("half-diminished-seventh", ()),
    "aug(b7)": ("augmented-seventh", ()),
    "7(*5,b5)": ("dominant-seventh", (("alter", 5, -1),)),
    "maj6": ("major-sixth", ()),
    "min6": ("minor-sixth", ()),
    "9": ("dominant-ninth", ()),
    "maj9": ("major-ninth", ()),
    "min9": ("minor-ninth", ()),
    "7(b9)": ("dominant-seventh", (("add", 9, -1),)),
    "7(#9)": ("dominant-seventh", (("add", 9, 1),)),
    "maj(9)": ("major", (("add", 9, 0),)),
    "11": ("dominant-11th", ()),
    "min11": ("minor-11th", ()),
    "13": ("dominant-13th", ()),
    "maj13": ("major-13th", ()),
    "min13": ("minor-13th", ()),
    "sus4": ("suspended-fourth", ()),
    "sus2": ("suspended-second", ()),
    "sus4(b7)": ("suspended-fourth", (("add", 7, -1),)),
    "5": ("power", ()),
}
"""Quality in Harte's shorthand → music21's name of the MusicXML kind and the degrees changed."""
CHORD_QUALITIES: dict[tuple[str, Degrees], str] = {
    **{kind: quality for quality, kind in CHORD_KINDS.items()},
    ("minor-major", ()): "minmaj7",
    ("major-minor", ()): "minmaj7",
    ("suspended-fourth-seventh", ()): "sus4(b7)",
    ("seventh-flat-five", ()): "7(*5,b5)",
    ("dominant-seventh", (("alter", 9, -1),)): "7(b9)",
    ("dominant-seventh", (("alter", 9, 1),)): "7(#9)",
    ("minor-seventh", (("alter", 5, -1),)): "hdim7",
    ("dominant-seventh", (("alter", 5, 1),)): "aug(b7)",
    ("major", (("add", 2, 0),)): "maj(9)",
}


def decoration_name(name: str) -> str:
    """The one name that a decoration goes by here."""
    return DECORATION_SYNONYMS.get(name, name)


def clef_octave(clef: str) -> int:
    """Semitones from what stands under an octave clef to what sounds: ``treble-8`` → -12."""
    return {"-8": -12, "+8": 12}.get(clef[-2:], 0)
