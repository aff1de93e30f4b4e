"""Recordings as streams of samples: any file, any length, in constant memory.

Samples are float32 with full scale at 1, one channel (the mean of the file's), at whatever sampling rate is
asked for, in blocks of `BLOCK_S` second. WAV, FLAC, Ogg and MP3 are read by libsndfile (`soundfile`), the
rest (M4A, WMA, WebM …) by the program ffmpeg where it is installed. Resampling is soxr's, at its high
quality, as in librosa.

What is wrong with a file either raises one `SymbolicError` with the remedy, before the first block where it
can be known by then, or is told by `Audio.warnings` once the blocks have been read.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np

from symbolic.errors import MissingDependencyError, SymbolicError

BLOCK_S = 1
SHORTEST_S = 0.1
SILENCE = 1e-3
"""Peak of a recording in which nothing is heard: −60 dB of full scale."""
FULL_SCALE = 0.999
CLIPPED_SHARE = 1e-3
"""A recording is called clipped from this share of samples at full scale."""
MISSING_SHARE = 0.02
"""A file is called truncated where more than this share of its announced length cannot be read."""
FFMPEG_RATE = 44_100
FFMPEG_REMEDY = "install ffmpeg (https://ffmpeg.org) or convert the file to wav, flac, ogg or mp3"
SOUNDFILE_SUFFIXES = frozenset(
    {".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".au", ".caf"}
)
FFMPEG_SUFFIXES = frozenset({".m4a", ".mp4", ".aac", ".wma", ".webm", ".mka", ".mkv", ".mov", ".amr", ".ac3"})
AUDIO_SUFFIXES = SOUNDFILE_SUFFIXES | FFMPEG_SUFFIXES


@dataclass(slots=True)
class Levels:
    """What the samples read so far are like, before resampling and over all channels."""

    samples: int = 0
    peak: float = 0.0
    clipped: int = 0
    invalid: int = 0

    def add(self, block: np.ndarray) -> np.ndarray:
        """Counts a block and returns it with 0 in place of what is no number."""
        valid = np.isfinite(block)
        if not valid.all():
            self.invalid += block.size - int(valid.sum())
            block = np.where(valid, block, np.float32(0))
        size = np.abs(block)
        self.samples += block.size
        self.peak = max(self.peak, float(size.max(initial=0)))
        self.clipped += int((size >= FULL_SCALE).sum())
        return block


class Audio:
    """A recording that can be read any number of times.

    Attributes:
        name: for messages.
        sample_rate: its own, in Hz.
        channels: how many.
        duration_s: as announced by the file; None where only reading it to the end would tell.
    """

    def __init__(
        self,
        name: str,
        sample_rate: int,
        channels: int,
        duration_s: float | None,
        read: Callable[[], Iterator[np.ndarray]],
    ) -> None:
        self.name = name
        self.sample_rate = sample_rate
        self.channels = channels
        self.duration_s = duration_s
        self._read = read
        self._levels = Levels()
        self._read_s = 0.0

    @classmethod
    def from_samples(cls, samples: np.ndarray, sample_rate: int, name: str = "samples") -> Audio:
        """A recording in memory.

        Args:
            samples: (frames,) or (frames, channels), full scale at 1.
            sample_rate: in Hz.
            name: for messages.

        Raises:
            SymbolicError: it is too short.
        """
        block = np.asarray(samples, dtype=np.float32)
        block = block[:, np.newaxis] if block.ndim == 1 else block
        size = BLOCK_S * sample_rate
        audio = cls(
            name,
            sample_rate,
            block.shape[1],
            len(block) / sample_rate,
            lambda: (block[start : start + size] for start in range(0, len(block), size)),
        )
        _check_length(len(block) / sample_rate, name)
        return audio

    def blocks(self, sample_rate: float) -> Iterator[np.ndarray]:
        """The samples of all channels together, (frames,) a block, at `sample_rate` in Hz.

        Raises:
            SymbolicError: the file breaks off before anything can be read of it.
            MissingDependencyError: soxr is needed and not installed.
        """
        levels = Levels()
        resample = _resampler(self.sample_rate, sample_rate)
        frames = 0
        for block in self._read():
            frames += len(block)
            yield resample(levels.add(block).mean(axis=1, dtype=np.float32), False)
        self._levels, self._read_s = levels, frames / self.sample_rate
        _check_length(self._read_s, self.name)
        yield resample(np.zeros(0, np.float32), True)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a listener should know, once the blocks were read to the end."""
        levels, found = self._levels, []
        if not levels.samples:
            return ()
        if self.duration_s and self._read_s < (1 - MISSING_SHARE) * self.duration_s:
            found.append(
                f"the file breaks off: {self._read_s:.1f} s of {self.duration_s:.1f} s could be read"
            )
        if levels.invalid:
            found.append(f"{levels.invalid} samples are not numbers and were taken as silence")
        if levels.peak < SILENCE:
            found.append("the recording is silent")
        elif levels.clipped > CLIPPED_SHARE * levels.samples:
            share = 100 * levels.clipped / levels.samples
            found.append(f"the recording is clipped ({share:.1f}% of the samples): expect wrong notes")
        return tuple(found)


def open_audio(path: str | Path) -> Audio:
    """Opens an audio file and checks what its header tells.

    Raises:
        SymbolicError: there is no such file, it is empty or too short, no audio, or of a format that needs
            ffmpeg, which is missing.
        MissingDependencyError: the extra `audio` is not installed.
    """
    path = Path(path)
    if not path.is_file():
        raise SymbolicError("no such file", path=str(path))
    if path.stat().st_size == 0:
        raise SymbolicError("the file is empty", path=str(path))
    if path.suffix.lower() in FFMPEG_SUFFIXES:
        return _open_with_ffmpeg(path)
    soundfile = _soundfile()
    try:
        info = soundfile.info(str(path))
    except soundfile.LibsndfileError as exc:
        if path.suffix.lower() not in SOUNDFILE_SUFFIXES and shutil.which("ffmpeg"):
            return _open_with_ffmpeg(path)
        raise SymbolicError(f"not a readable audio file ({_reason(exc)})", path=str(path)) from exc
    duration_s = _announced_frames(path, info) / info.samplerate
    _check_length(info.frames / info.samplerate, str(path))
    return Audio(str(path), info.samplerate, info.channels, duration_s, lambda: _read_soundfile(path))


def _soundfile() -> Any:
    try:
        import soundfile
    except ImportError as exc:
        raise MissingDependencyError("soundfile", "audio") from exc
    return soundfile


def _reason(error: Exception) -> str:
    """What libsndfile says, without its preamble."""
    return str(error).rpartition(": ")[2].strip().rstrip(".") or "unknown format"


def _check_length(duration_s: float, name: str) -> None:
    if duration_s < SHORTEST_S:
        raise SymbolicError(
            f"the recording is too short: {duration_s:.2f} s, at least {SHORTEST_S} s are needed", path=name
        )


def _announced_frames(path: Path, info: Any) -> int:
    """The frames that the header promises: libsndfile cuts those of a truncated WAV down without a word."""
    frames = int(info.frames)
    if info.format == "WAV":
        with path.open("rb") as file:
            head = file.read(8)
        promised = int.from_bytes(head[4:8], "little") + 8
        size = path.stat().st_size
        if head[:4] == b"RIFF" and size < promised < 2**32 - 1:
            frames = round(frames * promised / size)
    return frames


def _read_soundfile(path: Path) -> Iterator[np.ndarray]:
    """Blocks of (frames, channels); a file that breaks off ends there."""
    soundfile = _soundfile()
    with soundfile.SoundFile(str(path)) as file:
        while True:
            try:
                block = file.read(BLOCK_S * file.samplerate, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                return
            if not len(block):
                return
            yield block


def _open_with_ffmpeg(path: Path) -> Audio:
    if shutil.which("ffmpeg") is None:
        kind = path.suffix.lower() or "this"
        raise SymbolicError(
            f"{kind} files are read by ffmpeg, which is missing: {FFMPEG_REMEDY}", path=str(path)
        )
    return Audio(str(path), FFMPEG_RATE, 1, None, lambda: _read_ffmpeg(path))


def _read_ffmpeg(path: Path) -> Iterator[np.ndarray]:
    """Blocks of (frames, 1) from a pipe; local files only, whatever a playlist inside may name."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe", "-i", f"file:{path}"]
    command += ["-vn", "-ac", "1", "-ar", str(FFMPEG_RATE), "-f", "f32le", "-"]
    with (
        TemporaryFile() as complaints,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints) as process,
    ):
        if process.stdout is None:
            raise RuntimeError("ffmpeg has no standard output")
        try:
            empty = True
            while data := process.stdout.read(4 * BLOCK_S * FFMPEG_RATE):
                empty = False
                yield np.frombuffer(data[: len(data) // 4 * 4], dtype="<f4")[:, np.newaxis]
        finally:
            process.kill()
        if empty:
            complaints.seek(0)
            lines = complaints.read().decode(errors="replace").strip().splitlines()
            why = lines[-1] if lines else "it holds no sound"
            raise SymbolicError(f"not a readable audio file ({why})", path=str(path))


def _resampler(source_hz: float, target_hz: float) -> Callable[[np.ndarray, bool], np.ndarray]:
    """A function of (block, is it the last) that returns the block resampled."""
    if source_hz == target_hz:
        return lambda block, last: block
    try:
        import soxr
    except ImportError as exc:
        raise MissingDependencyError("soxr", "audio") from exc
    stream = soxr.ResampleStream(source_hz, target_hz, 1, dtype="float32", quality="HQ")
    return lambda block, last: np.asarray(stream.resample_chunk(block, last=last))
