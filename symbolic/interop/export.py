"""`Score` → MusicXML text, by music21's exporter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import lcm
from typing import Any

from music21 import defaults
from music21.musicxml import m21ToXml

from symbolic.errors import UnsupportedFeatureError
from symbolic.interop.writing import stream_from_score
from symbolic.score import Score
from symbolic.timeline import division

MAX_DIVISIONS = 16_383 * 10_080
"""Most parts of a quarter note that the exporter counts in."""


def musicxml_from_score(score: Score) -> bytes:
    """The bytes of a partwise MusicXML document."""
    source = stream_from_score(score)
    with _divisions(lcm(defaults.divisionsPerQuarter, division(score))):
        exporter = m21ToXml.ScoreExporter(source, makeNotation=False)
        root = exporter.parse()
    _remove_placeholders(root, score)
    return bytes(exporter.asBytes())


@contextmanager
def _divisions(parts: int) -> Iterator[None]:
    """Lets music21 count in so many parts of a quarter: its only switch is the default of the module."""
    if parts > MAX_DIVISIONS:
        raise UnsupportedFeatureError(
            f"durations need {parts:,} parts of a quarter note, more than MusicXML can hold"
        )
    before = defaults.divisionsPerQuarter
    defaults.divisionsPerQuarter = parts
    try:
        yield
    finally:
        defaults.divisionsPerQuarter = before


def _remove_placeholders(root: Any, score: Score) -> None:
    """Removes the title and composer that music21 makes up where there are none, and today's date."""
    if not score.title:
        for element in root.findall("movement-title"):
            root.remove(element)
    identification = root.find("identification")
    if identification is not None and not score.info("composer"):
        for element in identification.findall("creator"):
            identification.remove(element)
    for encoding in root.iterfind("identification/encoding"):
        for element in encoding.findall("encoding-date"):
            encoding.remove(element)
