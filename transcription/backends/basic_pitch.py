"""basic-pitch's model in onnxruntime, and what this package makes of its activations.

The model (Bittner et al., "A lightweight instrument-agnostic model for polyphonic note transcription", ICASSP
2022; Apache License 2.0) is read from the installed package basic-pitch, which is not imported: it would ask
for TensorFlow. The recording goes through in windows of two seconds, as basic-pitch cuts them, a few at a
time; an hour needs no more memory than a minute. Notes are then decided on by `transcription.notes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache as cached
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from symbolic.errors import MissingDependencyError, SymbolicError
from transcription.activations import (
    HOP,
    PITCHES,
    SAMPLE_RATE,
    SILENT_DB,
    WINDOW_FRAMES,
    WINDOW_SAMPLES,
    Activations,
    frame_count,
)
from transcription.audio import Audio
from transcription.backends.base import Heard, Progress, as_audio
from transcription.backends.kept import SUFFIX, keep, kept_activations, kept_warnings
from transcription.notes import Decide, check_texture, decide_plainly, decide_well, read_notes
from transcription.performance import Performance
from transcription.tuning import tuning_cents

MODEL = Path("saved_models", "icassp_2022", "nmp.onnx")
INSTALL = "pip install --no-deps basic-pitch==0.4.0"
INPUT = "serving_default_input_2:0"
FRAMES, ONSETS = "StatefulPartitionedCall:1", "StatefulPartitionedCall:2"
MODEL_SAMPLES = 43_844
MARGIN_FRAMES = 15
"""What the model says about the first and last frames of a window is not used."""
LEAST_CENTS = 10
"""A recording that is less out of tune is left as it is."""
BATCH = 4


class BasicPitch:
    """The transcriber that comes with this package.

    Args:
        decide: how activations become notes.
        tuned: a recording that is out of tune is brought to concert pitch first.
    """

    def __init__(self, decide: Decide = decide_well, *, tuned: bool = True) -> None:
        self._decide = decide
        self._tuned = tuned

    def hear(
        self,
        source: str | Path | Audio,
        texture: str = "auto",
        cache: Path | None = None,
        progress: Progress | None = None,
    ) -> Heard:
        """The notes of a recording; see `transcription.backends.base.Backend`."""
        check_texture(texture)
        audio = as_audio(source)
        cents = round(tuning_cents(audio)) if self._tuned else 0
        cents = cents if abs(cents) >= LEAST_CENTS else 0
        file = None
        if cache is not None and not isinstance(source, Audio):
            file = cache / f"{_fingerprint(Path(source))}{cents:+d}{SUFFIX}"
        if file is not None and file.is_file():
            warnings = kept_warnings(file)
            found = read_notes(kept_activations(file), texture, self._decide)
        else:
            heard = activations(audio, progress, cents)
            kept = heard if file is None else keep(file, heard, lambda: audio.warnings)
            found = read_notes(kept, texture, self._decide)
            warnings = audio.warnings
        for name in ("onset_s", "duration_s"):
            found.notes[name] /= _faster(cents)
        return Heard(Performance(found.notes), (*warnings, *found.doubts))


def plain() -> BasicPitch:
    """basic-pitch as it comes: its own decoder with its default settings."""
    return BasicPitch(decide_plainly, tuned=False)


def activations(audio: Audio, progress: Progress | None = None, cents: int = 0) -> Iterator[Activations]:
    """What the model hears, a few seconds at a time.

    Args:
        audio: the recording.
        progress: is told how far it is, where the length of the recording is known.
        cents: by how much the recording is sharp; it is played so much lower, and slower.

    Raises:
        MissingDependencyError: onnxruntime is not installed.
        SymbolicError: basic-pitch is not installed, or the recording cannot be read.
    """
    session = _session(model_path())
    rate = SAMPLE_RATE * _faster(cents)
    total = (audio.duration_s or 0) * rate
    first = done = 0
    batch: list[np.ndarray] = []
    for window, samples in _windows(audio.blocks(rate)):
        if len(batch) == BATCH:
            yield (part := _run(session, batch, first))
            first, batch = part.last, []
            if progress and total:
                progress(min(done / total, 1.0))
        batch.append(window)
        done += samples
    if batch:
        yield _run(session, batch, first).cut(first, frame_count(done))
    if progress:
        progress(1.0)


def _faster(cents: int) -> float:
    return float(2 ** (cents / 1200))


def model_path() -> Path:
    """The model's file.

    Raises:
        SymbolicError: the package is not installed, or holds no model.
    """
    spec = find_spec("basic_pitch")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / MODEL).is_file():
            return path
    raise SymbolicError(f"basic-pitch's model is not installed; run: {INSTALL} (beside the extra `audio`)")


@cached
def _session(path: Path) -> Any:
    try:
        import onnxruntime
    except ImportError as exc:
        raise MissingDependencyError("onnxruntime", "audio") from exc
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _windows(blocks: Iterable[np.ndarray]) -> Iterator[tuple[np.ndarray, int]]:
    """Windows of `MODEL_SAMPLES`, the last filled up with silence, and how many new samples each brings."""
    lead = MARGIN_FRAMES * HOP
    waiting = np.zeros(lead, np.float32)
    fresh = -lead
    for block in blocks:
        waiting = np.concatenate([waiting, block])
        while len(waiting) >= MODEL_SAMPLES:
            yield waiting[:MODEL_SAMPLES], WINDOW_SAMPLES + fresh
            waiting, fresh = waiting[WINDOW_SAMPLES:], 0
    while len(waiting):
        yield (
            np.pad(waiting, (0, max(0, MODEL_SAMPLES - len(waiting))))[:MODEL_SAMPLES],
            min(WINDOW_SAMPLES, len(waiting)) + fresh,
        )
        waiting, fresh = waiting[WINDOW_SAMPLES:], 0


def _run(session: Any, windows: list[np.ndarray], first: int) -> Activations:
    """The activations of windows that follow each other."""
    samples = np.stack(windows)[:, :, np.newaxis]
    frames, onsets = (
        part[:, MARGIN_FRAMES:-MARGIN_FRAMES].reshape(-1, PITCHES)
        for part in session.run([FRAMES, ONSETS], {INPUT: samples})
    )
    start = MARGIN_FRAMES * HOP
    hops = samples[:, start : start + WINDOW_FRAMES * HOP].reshape(-1, HOP)
    power = (hops.astype(np.float64) ** 2).mean(axis=1)
    level = 10 * np.log10(np.maximum(power, 10 ** (SILENT_DB / 10)))
    return Activations(frames, onsets, level.astype(np.float32), first)


def _fingerprint(path: Path) -> str:
    """A name for the activations of a file: the same content gives the same."""
    digest = sha256(MODEL.name.encode())
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:32]
