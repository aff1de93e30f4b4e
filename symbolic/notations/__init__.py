"""Ways in which the same music could have been written down: another key, other bar lines, other lines.

Each function returns a new score that sounds as the one it was given. A judge of notations (a language model,
a rule) then says which of them a musician would write, and so answers what was left out: the key, the metre,
the phrases, the harmony, the form.

- `symbolic.notations.keys`: under another key signature;
- `symbolic.notations.bars`: with bar lines for another metre and upbeat;
- `symbolic.notations.lines`: in other written lines;
- `symbolic.notations.sections`: with repeats, endings and double bars;
- `symbolic.notations.chords`: with chord symbols;
- `symbolic.notations.opening`: only its beginning.
"""

from __future__ import annotations

from symbolic.notations.bars import barred, upbeats
from symbolic.notations.chords import bearing_onsets, with_chords
from symbolic.notations.keys import candidate_keys, in_key
from symbolic.notations.lines import in_lines
from symbolic.notations.opening import opening
from symbolic.notations.sections import in_sections

__all__ = [
    "barred",
    "bearing_onsets",
    "candidate_keys",
    "in_key",
    "in_lines",
    "in_sections",
    "opening",
    "upbeats",
    "with_chords",
]
