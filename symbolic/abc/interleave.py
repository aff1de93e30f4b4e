"""Bar-synchronised ABC: one line for each bar with all voices side by side.

Language models learn several voices better when what sounds together stands together (MuPT, Qu et
al. 2024; NotaGen, Wang et al. 2025). The text is plain ABC: each voice's bar is announced by an inline
``[V:…]``, written lines end at ``$`` (``I:linebreak $``), so any ABC reader takes it and reading it
back with `symbolic.abc.parse` gives an equal score.
"""

from __future__ import annotations

from fractions import Fraction

from symbolic.abc.writer import bar_texts, header_lines, lyric_lines, player_lines, shortest_unit
from symbolic.errors import UnsupportedFeatureError
from symbolic.score import Score


def write_interleaved(score: Score, *, unit: Fraction | None = None) -> str:
    """Bar-synchronised ABC text of one score.

    Args:
        score: voices must have the same number of measures. Where a bar has lyrics, each voice's part of
            it stands on a line of its own, with its ``w:`` lines after it.
        unit: the unit note length in quarter notes; by default the shortest.

    Raises:
        UnsupportedFeatureError: voices differ in their number of measures.
    """
    counts = {len(voice.measures) for voice in score.voices}
    if len(counts) > 1:
        raise UnsupportedFeatureError(
            f"voices have {', '.join(map(str, sorted(counts)))} measures; bars cannot stand side by side"
        )
    unit = unit or shortest_unit(score)
    lines = header_lines(score, unit, extra=("I:linebreak $",))
    for voice in score.voices:
        if instrument := player_lines(voice):
            lines += [f"V:{voice.id}", *instrument]
    columns = [list(bar_texts(score, voice, unit, count_rests=False)) for voice in score.voices]
    for index, bars in enumerate(zip(*columns, strict=True)):
        cells = []
        for voice, bar in zip(score.voices, bars, strict=True):
            words = lyric_lines(voice.measures[index].events)
            label = f"[V:{voice.id}]" if len(score.voices) > 1 else ""
            cells.append("".join([label, bar.replace("\n", "$"), *(f"\n{line}" for line in words)]))
        is_sung = any("\n" in cell for cell in cells)
        lines.append(("\n" if is_sung else "").join(cells))
    return "\n".join(lines) + "\n"
