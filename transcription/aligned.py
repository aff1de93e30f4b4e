"""Real performances beside their scores: piano playing recorded as MIDI and aligned note by note.

Two corpora in the match format (Foscarin et al., "The match file format", MEC 2022), read with partitura:

- Vienna 4x22 (Goebl, 1999): 22 pianists play three excerpts by Chopin and Schubert;
- Batik plays Mozart (Hu and Widmer, ISMIR 2023): movements of Mozart's sonatas, the keys from the harmonic
  annotations beside them.

A folder holds them as ``*/match/*.match``. Splits go by work, so that no score is both learned from and
tested on. Repeats stand played out, as they were played; a note that an ornament adds, a grace note and a
slip stand nowhere in the score. Neither corpus is part of this project.
"""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np

from symbolic.errors import MissingDependencyError, SymbolicError
from symbolic.key import Key
from symbolic.meter import Meter
from transcription.performance import Performance, Track, note_rows
from transcription.reference import SCORE_NOTE_DTYPE, AlignedPerformance, Reference, bar_starts

Split = Literal["train", "dev", "test"]

SPLITS: dict[str, Split] = {
    "kv279": "test",
    "kv333": "test",
    "kv533": "test",
    "Schubert_D783_no15": "test",
    "kv280": "dev",
    "kv457": "dev",
}
"""Work → split; what is not named is ``train``."""
PEDAL_CONTROLLER = 64
PEDAL_DOWN = 64
"""The sustain pedal counts as down from this value (General MIDI)."""
_WORK = re.compile(r"(.*)_p?\d+")
_KEY_LINE = re.compile(r"scoreprop\(keySignature,([A-G][b#]?)(m?),(-?\d+):")


def work_of(file: Path) -> str:
    """The work that a match file plays: its name without the number of the movement or the pianist."""
    found = _WORK.fullmatch(file.stem)
    return found[1] if found else file.stem


def read_aligned(folder: str | Path, split: Split) -> Iterator[AlignedPerformance]:
    """The performances of a split below `folder`, sorted by name.

    Raises:
        SymbolicError: the folder holds no match file.
        MissingDependencyError: partitura is missing.
    """
    files = sorted(Path(folder).glob("*/match/*.match"), key=lambda file: file.name)
    if not files:
        raise SymbolicError(f"no aligned performances (*/match/*.match) in {folder}")
    return (read_match(file) for file in files if SPLITS.get(work_of(file), "train") == split)


def read_match(file: Path) -> AlignedPerformance:
    """One performance and its score.

    Raises:
        MissingDependencyError: partitura is missing.
    """
    try:
        import partitura
    except ImportError as error:
        raise MissingDependencyError("partitura", "dev") from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what match files leave out
        played, alignment, score = partitura.load_match(str(file), create_score=True)
        rows = score[0].note_array(include_grace_notes=True)
    measures = _measures(score[0], partitura.score)
    start = min(float(rows["onset_quarter"].min()), measures[0][0])
    written = dict(zip(rows["id"].tolist(), rows, strict=True))
    place = {
        pair["performance_id"]: float(written[pair["score_id"]]["onset_quarter"]) - start
        for pair in alignment
        if pair["label"] == "match"
        and pair["score_id"] in written
        and not written[pair["score_id"]]["is_grace"]
    }
    performance, ids = _performance(played[0])
    return AlignedPerformance(
        id=file.stem,
        work=work_of(file),
        performance=performance,
        reference=Reference(
            notes=_score_notes(rows, start),
            downbeats=bar_starts([(at - start, length, meter) for at, length, meter in measures]),
            meters=_meters(score[0], partitura.score, start),
            keys=_keys(score[0], partitura.score, file, start),
        ),
        onset_quarter=np.array([place.get(name, np.nan) for name in ids]),
    )


def _performance(part: Any) -> tuple[Performance, list[str]]:
    """The played notes, and their names in the alignment in the same order."""
    rows = part.note_array()
    order = np.lexsort((rows["pitch"], rows["onset_sec"]))
    rows = rows[order]
    notes = note_rows(
        (float(row["onset_sec"]), float(row["duration_sec"]), int(row["pitch"]), int(row["velocity"]), 0)
        for row in rows
    )
    track = Track("Piano", program=0)
    return Performance(notes, (track,), _pedal(part, notes)), rows["id"].tolist()


def _pedal(part: Any, notes: np.ndarray) -> np.ndarray:
    """(n, 2) seconds from pedal down to up; one that is never lifted is held to the last note's end."""
    changes = sorted(
        (float(change["time"]), change["value"] >= PEDAL_DOWN)
        for change in part.controls
        if change["number"] == PEDAL_CONTROLLER
    )
    changes.append((float((notes["onset_s"] + notes["duration_s"]).max(initial=0.0)), False))
    spans: list[tuple[float, float]] = []
    down: float | None = None
    for time, pressed in changes:
        if pressed and down is None:
            down = time
        elif not pressed and down is not None:
            if time > down:
                spans.append((down, time))
            down = None
    return np.array(spans).reshape(-1, 2)


def _score_notes(rows: np.ndarray, start: float) -> np.ndarray:
    """The score's notes from its first event on, without grace notes."""
    rows = rows[~rows["is_grace"].astype(bool)]
    notes = np.zeros(len(rows), SCORE_NOTE_DTYPE)
    notes["onset_quarter"] = rows["onset_quarter"] - start
    notes["duration_quarter"] = rows["duration_quarter"]
    notes["pitch"] = rows["pitch"]
    return notes[np.lexsort((notes["pitch"], notes["onset_quarter"]))]


def _signatures(part: Any, kinds: Any) -> list[tuple[float, Meter]]:
    """(quarter, metre) of each time signature."""
    return [
        (float(part.quarter_map(sign.start.t)), Meter((int(sign.beats),), int(sign.beat_type)))
        for sign in part.iter_all(kinds.TimeSignature)
    ]


def _measures(part: Any, kinds: Any) -> list[tuple[float, float, Meter]]:
    """(onset, length in quarters, metre) of each measure."""
    signatures = _signatures(part, kinds)
    found = []
    for measure in part.iter_all(kinds.Measure):
        onset, end = (float(part.quarter_map(point.t)) for point in (measure.start, measure.end))
        meter = [meter for at, meter in signatures if at <= onset or at == signatures[0][0]][-1]
        found.append((onset, end - onset, meter))
    return found


def _meters(part: Any, kinds: Any, start: float) -> tuple[tuple[float, Meter], ...]:
    first, *others = _signatures(part, kinds)
    return (0.0, first[1]), *((at - start, meter) for at, meter in others)


def _keys(part: Any, kinds: Any, file: Path, start: float) -> tuple[tuple[float, Key], ...]:
    """The keys that the match file states, with their modes from the annotations.

    A change of key stands where the measure starts that it names. Its mode is that of the movement's key or
    of its parallel where the signature fits, else major.
    """
    onsets = {
        measure.number: float(part.quarter_map(measure.start.t)) - start
        for measure in part.iter_all(kinds.Measure)
    }
    stated = [
        (onsets.get(int(measure), 0.0), Key(tonic, "minor" if minor else "major"))
        for tonic, minor, measure in _KEY_LINE.findall(file.read_text(encoding="utf-8"))
    ]
    home = _annotated_key(file) or (stated[0][1] if stated else Key())
    parallel = Key(home.tonic, "minor" if home.mode == "major" else "major")
    found = [(0.0, home)]
    for onset, key in stated[1:]:
        found.append((onset, next((own for own in (home, parallel) if own.fifths == key.fifths), key)))
    return tuple(found)


def _annotated_key(file: Path) -> Key | None:
    """The global key of the harmonic annotations of a movement, if it has them."""
    notes = file.parents[1] / "score_parts_annotated" / f"{file.stem}_spart_harmony.csv"
    if not notes.is_file():
        return None
    with notes.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if tonic := row["globalkey"]:
                return Key(tonic[0].upper() + tonic[1:], "minor" if tonic[0].islower() else "major")
    return None
