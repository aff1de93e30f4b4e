"""How a score is played: the magnitudes of what players add to it.

A `Style` holds ranges and standard deviations, `transcription.synthesis.perform` draws from them. Times are
milliseconds or seconds as the names say, tempi are ratios to the score's, and deviations of tempo are those
of its natural logarithm. A pair is a range from which one value is drawn for the whole piece.

The presets were set beside real performances read note by note, each onset against a smooth curve through
its neighbours (sonatas of Mozart by Batik, four quick movements in five; excerpts of Chopin by seven pianists
of the Vienna 4×22 corpus, Goebl 1999; works kept for tests left out):

| | Mozart, quick | Mozart, slow | Chopin op. 10/3 | Chopin op. 38 |
|---|---|---|---|---|
| onset beside the smooth curve, ms (robust s.d.) | 12 | 35 | 83 | 50 |
| chord spread, ms (s.d. in a chord, median) | 8 | 12 | 17 | 18 |
| top note before the others, ms (median; 5%) | 4; 30 | 16; 41 | 23; 57 | 29; 64 |
| tempo from quarter to quarter (log, robust s.d.) | .08 | .09 | .11 | .18 |
| tempo of a bar beside the median (log, s.d.) | .08 | .07 | .05 | .18 |
| last quarter beside the median tempo | .88 | .75 | .96 | .53 |
| top note louder by (velocity, median) | 14 | 20 | 18 | 21 |
| sounding length ÷ written, pedal included (quartiles) | .4 .7 1.0 | .9 1.0 1.4 | .9 1.2 1.8 | .8 1.0 1.2 |
| time with the pedal down | .25 | .53 | .71 | .69 |
| notes that stand in no score (ornaments, slips) | .06 | .09 | .01 | .01 |
"""

from __future__ import annotations

from dataclasses import dataclass, fields

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Style:
    """A way of playing; the default adds nothing: the score's tempo, times and lengths exactly.

    Attributes:
        name: of the preset.
        tempo_ratio: to the score's tempo.
        lead_in_s: silence before the first note.
        drift: s.d. of the slow wandering of the tempo (log), correlated over about eight beats.
        beat_noise: s.d. of the tempo of a single beat (log).
        arch: how much slower a phrase ends than it goes in its middle (log), for phrases and groups of them.
        phrase_ritard: slowing in the last beat of a phrase (log).
        final_tempo: ratio of the last tempo to the one before the final ritardando, over two bars.
        agogic: how much longer the first beat of a bar is (log).
        fermata: how many times its length a note with a fermata lasts.
        breath_s: longest pause between two phrases.
        swing: share of the quarter that the first of two eighths takes; .5 is even.
        lilt: s.d. of the thirds of a dotted beat, as a share of the beat.
        jitter_ms: s.d. of an onset.
        unevenness: s.d. of an onset as a share of the time to its nearer neighbour, beside `jitter_ms`.
        spread_ms: s.d. of the notes of a chord.
        melody_lead_ms: how long the top note comes before the others of its chord.
        arpeggio: chance that a chord of three notes or more is rolled.
        gate: ratio of sounding to written length, in seconds; more than 1 overlaps the next note.
        gate_noise: s.d. of a note's ratio (log).
        velocity: MIDI velocity of an unaccented note.
        velocity_noise: s.d. of a note's velocity.
        accent: velocity that a downbeat adds; other beats add half.
        swell: velocity that the middle of a phrase adds to its ends.
        melody_velocity: velocity of the top note over the others.
        ornaments: chance that a grace or a decoration such as a trill is played.
        added_graces: chance that a note of an eighth or more gets a grace note that is not in the score.
        grace_ms: length of a grace note or one note of a trill.
        pedal: chance that a half bar or bar is pedalled.
    """

    name: str = "exact"
    tempo_ratio: Range = (1.0, 1.0)
    lead_in_s: Range = (0.0, 0.0)
    drift: float = 0.0
    beat_noise: float = 0.0
    arch: float = 0.0
    phrase_ritard: float = 0.0
    final_tempo: Range = (1.0, 1.0)
    agogic: float = 0.0
    fermata: Range = (1.0, 1.0)
    breath_s: float = 0.0
    swing: Range = (0.5, 0.5)
    lilt: float = 0.0
    jitter_ms: float = 0.0
    unevenness: float = 0.0
    spread_ms: float = 0.0
    melody_lead_ms: float = 0.0
    arpeggio: float = 0.0
    gate: Range = (1.0, 1.0)
    gate_noise: float = 0.0
    velocity: Range = (80.0, 80.0)
    velocity_noise: float = 0.0
    accent: float = 0.0
    swell: float = 0.0
    melody_velocity: float = 0.0
    ornaments: float = 0.0
    added_graces: float = 0.0
    grace_ms: Range = (70.0, 70.0)
    pedal: float = 0.0

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            low, high = value if isinstance(value, tuple) else (value, value)
            if item.name != "name" and not 0 <= low <= high:
                raise ValueError(f"{item.name} must be 0 or more, a range ascending, got {value}")
        for name in ("tempo_ratio", "final_tempo", "fermata", "gate", "velocity", "grace_ms"):
            if getattr(self, name)[0] <= 0:
                raise ValueError(f"{name} must be positive, got {getattr(self, name)}")
        if self.swing[1] >= 0.75:
            raise ValueError(f"swing must lie below .75, got {self.swing}")
        for name in ("arpeggio", "ornaments", "added_graces", "pedal"):
            if getattr(self, name) > 1:
                raise ValueError(f"{name} is a chance and must be at most 1, got {getattr(self, name)}")


EXACT = Style()
STEADY = Style(
    "steady", tempo_ratio=(0.8, 1.25), lead_in_s=(0.0, 0.5), drift=0.01, beat_noise=0.01,
    final_tempo=(0.85, 1.0), fermata=(1.3, 2.0), swing=(0.5, 0.52), jitter_ms=6, unevenness=0.01,
    spread_ms=4, gate=(0.8, 1.0), gate_noise=0.08, velocity=(60, 95), velocity_noise=5, accent=6, swell=4,
    ornaments=1.0, grace_ms=(50, 90),
)  # fmt: skip
"""To a click, or nearly: a band, a careful pupil, a notation program with a human touch."""
FOLK = Style(
    "folk", tempo_ratio=(0.75, 1.3), lead_in_s=(0.0, 1.0), drift=0.03, beat_noise=0.025, arch=0.03,
    phrase_ritard=0.04, final_tempo=(0.6, 0.95), agogic=0.03, fermata=(1.3, 2.2), breath_s=0.12,
    swing=(0.5, 0.62), lilt=0.03, jitter_ms=10, unevenness=0.03, spread_ms=7, gate=(0.7, 1.02),
    gate_noise=0.15, velocity=(60, 95), velocity_noise=8, accent=10, swell=6, ornaments=0.9,
    added_graces=0.04, grace_ms=(40, 80),
)  # fmt: skip
"""Dance tunes and songs by ear: even tempo, uneven eighths, breaths, cuts and rolls."""
RUBATO = Style(
    "rubato", tempo_ratio=(0.7, 1.3), lead_in_s=(0.0, 1.5), drift=0.08, beat_noise=0.06, arch=0.15,
    phrase_ritard=0.15, final_tempo=(0.35, 0.8), agogic=0.05, fermata=(1.4, 2.6), breath_s=0.25,
    swing=(0.48, 0.54), lilt=0.015, jitter_ms=16, unevenness=0.08, spread_ms=14, melody_lead_ms=22,
    arpeggio=0.06, gate=(0.75, 1.12), gate_noise=0.25, velocity=(50, 80), velocity_noise=8, accent=6,
    swell=14, melody_velocity=18, ornaments=1.0, added_graces=0.01, grace_ms=(50, 110),
)  # fmt: skip
"""Romantic freedom: arches, ritardandi, agogic accents, the melody before its chords."""
PEDALLED = Style(
    "pedalled", tempo_ratio=(0.75, 1.3), lead_in_s=(0.0, 1.5), drift=0.05, beat_noise=0.03, arch=0.08,
    phrase_ritard=0.05, final_tempo=(0.45, 0.95), agogic=0.03, fermata=(1.4, 2.4), breath_s=0.12,
    swing=(0.49, 0.52), lilt=0.01, jitter_ms=10, unevenness=0.03, spread_ms=9, melody_lead_ms=10,
    arpeggio=0.04, gate=(0.6, 1.05), gate_noise=0.25, velocity=(50, 85), velocity_noise=8, accent=6,
    swell=10, melody_velocity=16, ornaments=1.0, added_graces=0.01, grace_ms=(50, 100), pedal=0.75,
)  # fmt: skip
"""A concert pianist in classical music, with the sustain pedal."""

STYLES = {style.name: style for style in (EXACT, STEADY, FOLK, RUBATO, PEDALLED)}
"""The presets by name."""
