"""How fast a score goes, from its metre and the density of its notes.

A rule of thumb, whose numbers were chosen on the training part of the benchmark's tunes (dance tunes, mostly
of Aird's collection, with the tempi of their transcriber): compound metres go at the pace of a jig; of metres
in two or four those in quarter-note beats go faster the fewer notes fill them, but running eighths in 4/4
faster still; those in half-note beats go slowly. That listeners take a beat of about half a second where the
notes allow it (McKinney and Moelants, Music Perception 24(2), 2006) is why no very slow tempo comes out.
"""

from __future__ import annotations

from symbolic.analysis.onset_line import PARTS, onset_line
from symbolic.score import Score

COMPOUND, SLOW_BEAT, SLOWEST, QUICK, STEADY, RUNNING = 120, 90, 63, 126, 84, 200
"""Beats a minute of: compound metres; half-note beats, with few and with many notes; 4/4 in few notes;
other quarter-note beats; 4/4 in running eighths.
"""
FULL_HALF = 4.15
"""Notes in a half-note beat, more than which it goes slowly."""
FULL_QUARTER = 2.5
"""Notes in a quarter, more than which a quarter-note beat is a steady one."""
EVEN_EIGHTHS = 0.7
"""Least share of eighths, and least number of notes in a bar, of running eighths."""
RUNNING_NOTES = 7.0


def beats_a_minute(score: Score) -> int | None:
    """The tempo that suits a score, in beats of its first metre, or None where it has no note."""
    line = onset_line(score)
    if line is None:
        return None
    meter = score.meter
    density = len(line) * PARTS / line.length
    if meter.is_compound:
        return COMPOUND
    if meter.beat_quarters >= 2:
        return SLOWEST if density * float(meter.beat_quarters) > FULL_HALF else SLOW_BEAT
    if meter.bar_quarters != 4 or density > FULL_QUARTER:
        return STEADY
    eighths = float((line.gaps == PARTS // 2).mean())
    runs = eighths > EVEN_EIGHTHS and density * float(meter.bar_quarters) > RUNNING_NOTES
    return RUNNING if runs else QUICK
