"""Bar-synchronised ABC: one line for each bar with all voices side by side.

Language models learn several voices better when what sounds together stands together (MuPT, Qu et
al. 2024; NotaGen, Wang et al. 2025). The text is plain ABC: each voice's bar is announced by an inline
``[V:…]``, written lines end at ``$`` (``I:linebreak $``), so any ABC reader takes it and reading it
back with `symbolic.abc.parse` gives an equal score.
"""

from __future__ import annotations

from fractions import Fraction

from symbolic.abc.writer import bar_texts, header_lines, player_lines, shortest_unit
from symbolic.errors import UnsupportedFeatureError
from symbolic.score import Lyric, Score


def write_interleaved(score: Score, *, unit: Fraction | None = None) -> str:
    """Bar-synchronised ABC text of one score.

    Args:
        score: voices must have the same number of measures; lyrics have no place in this layout.
        unit: the unit note length in quarter notes; by default the shortest.

    Raises:
        UnsupportedFeatureError: voices differ in their number of measures, or there are lyrics.
    """
    counts = {len(voice.measures) for voice in score.voices}
    if len(counts) > 1:
        raise UnsupportedFeatureError(
            f"voices have {', '.join(map(str, sorted(counts)))} measures; bars cannot stand side by side"
        )
    if any(isinstance(event, Lyric) for event in score.events()):
        raise UnsupportedFeatureError("lyrics cannot be written bar by bar; remove them first")
    unit = unit or shortest_unit(score)
    lines = header_lines(score, unit, extra=("I:linebreak $",))
    for voice in score.voices:
        if instrument := player_lines(voice):
            lines += [f"V:{voice.id}", *instrument]
    columns = [list(bar_texts(score, voice, unit, count_rests=False)) for voice in score.voices]
    for bars in zip(*columns, strict=True):
        cells = (
            f"[V:{voice.id}]{bar}" if len(score.voices) > 1 else bar
            for voice, bar in zip(score.voices, bars, strict=True)
        )
        lines.append("".join(cells).replace("\n", "$"))
    return "\n".join(lines) + "\n"
