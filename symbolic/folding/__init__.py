"""Writes repeats that were played out with repeat signs again: the inverse of `symbolic.transform.unfold`.

The score is cut into cells (`symbolic.folding.cells`). Cells with the same content in every voice are
equal, so a repeated section is a run of cells that equals the run right after it. Among all ways to cover
the cells with plain stretches, sections played twice and sections with a first and a second ending,
`symbolic.folding.search` picks the one with the least to write. Sections have four bars at least, start
and end where no note sounds across, and do not nest. Of music that was played or heard the two times of a
section may differ in some notes (`symbolic.folding.likeness`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from symbolic.folding.cells import Cell, clock, context_at, cut_cells, slice_layer
from symbolic.folding.search import Section, best_sections
from symbolic.score import Measure, Score, Voice
from symbolic.timeline import division
from symbolic.transform import Context


def fold_repeats(score: Score, least_agreement: float = 1.0) -> Score:
    """The score with repeated stretches written once, with repeat signs and endings.

    A score that has repeat signs already, or whose voices do not share their bar lines, is returned as it is.

    Args:
        score: as it is played.
        least_agreement: share of the notes, by place and pitch, that the two times of a section must have in
            common. With 1 they must be the same, and `unfold` of the result has the same sounding notes;
            with less, those of the time that takes less to write are kept, in sections of eight bars or more.

    Raises:
        ValueError: `least_agreement` outside 0.5 … 1.
    """
    if not 0.5 <= least_agreement <= 1:
        raise ValueError(f"least_agreement must lie between .5 and 1, got {least_agreement}")
    if score.has_repeats or not _bars_agree(score):
        return score
    parts = division(score)
    cells = list(cut_cells(score, parts))
    sections = best_sections(cells, parts, least_agreement)
    if not any(section.is_repeated for section in sections):
        return score
    return _Writer(score, cells, parts).write(sections)


def _bars_agree(score: Score) -> bool:
    lengths = [[measure.duration for measure in voice.measures] for voice in score.voices]
    return bool(lengths) and bool(lengths[0]) and all(other == lengths[0] for other in lengths)


class _Writer:
    """Makes the measures of the folded score."""

    def __init__(self, score: Score, cells: Sequence[Cell], parts: int) -> None:
        self.score = score
        self.parts = parts
        self.cells = cells
        self.measures: list[list[Measure]] = [[] for _ in score.voices]
        self.now: list[Context] = [(score.key, score.meter, score.tempo) for _ in score.voices]

    def write(self, sections: Sequence[Section]) -> Score:
        for section in sections:
            for number, (start, stop) in enumerate(section.parts):
                self.part(
                    self.cells[start:stop],
                    start_repeat=int(section.is_repeated and number == 0),
                    end_repeat=int(section.is_repeated and number == min(1, len(section.parts) - 1)),
                    ending=(number,) if number else (),
                )
        voices = zip(self.score.voices, self.measures, strict=True)
        return self.score.with_voices(
            tuple(replace(voice, measures=tuple(measures)) for voice, measures in voices)
        )

    def part(
        self, cells: Sequence[Cell], *, start_repeat: int, end_repeat: int, ending: tuple[int, ...]
    ) -> None:
        groups = [list(group) for _, group in groupby(cells, key=lambda cell: cell.measure)]
        for index, group in enumerate(groups):
            is_first, is_last = index == 0, index + 1 == len(groups)
            for number, voice in enumerate(self.score.voices):
                measure = self.joined(number, voice, group)
                self.measures[number].append(
                    replace(
                        measure,
                        start_repeat=start_repeat if is_first else 0,
                        end_repeat=end_repeat if is_last else 0,
                        ending=ending if is_first else (),
                        bar="|" if is_last and end_repeat else "||" if is_last and ending else measure.bar,
                    )
                )

    def joined(self, number: int, voice: Voice, cells: Sequence[Cell]) -> Measure:
        """Neighbouring cells of one measure of one voice, with the marks that their context needs."""
        original = voice.measures[cells[0].measure]
        start, end = cells[0].start, cells[-1].end
        is_last = end == original.duration * self.parts
        layers = (clock(layer, self.parts) for layer in original.layers)
        events, *overlays = (slice_layer(layer, start, end, self.parts, is_last) for layer in layers)
        wanted = cells[0].contexts[number]
        changes = zip(self.now[number], wanted, strict=True)
        marks = [want for have, want in changes if want is not None and have != want]
        bar = original.bar if is_last else "|"
        written = Measure((*marks, *events), tuple(layer for layer in overlays if layer), bar=bar)
        self.now[number] = context_at(clock(written.events, self.parts), wanted, end)
        return written
