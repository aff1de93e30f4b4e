from importlib import import_module

import numpy as np
import pytest

from symbolic.errors import SymbolicError
from transcription.performance import Performance, Track, note_rows
from transcription.synthesis.render import END_S, PEAK, SAMPLE_RATE, Reverb, blocks, render
from transcription.synthesis.soundfont import SoundFont, default_font, load_font

PIANO, GUITAR, VIOLIN, TRUMPET, CLARINET = 0, 24, 40, 56, 71


def one(pitch: int, program: int = 0, onset_s: float = 0.0, length_s: float = 1.0) -> Performance:
    return Performance(note_rows([(onset_s, length_s, pitch, 90, 0)]), (Track("", program),))


def energy(samples: np.ndarray, start_s: float, end_s: float, rate: int = SAMPLE_RATE) -> float:
    return float((samples[int(start_s * rate) : int(end_s * rate)] ** 2).mean())


def cents_off(samples: np.ndarray, pitch: int, rate: int = SAMPLE_RATE) -> float:
    """Distance from a pitch of the strongest partial within a quarter tone of its first four."""
    spectrum = np.abs(np.fft.rfft(samples[:, 0] * np.hanning(len(samples)), 1 << 18))
    frequencies = np.fft.rfftfreq(1 << 18, 1 / rate)
    best = (0.0, 0.0)
    for partial in range(1, 5):
        wanted = partial * 440 * 2 ** ((pitch - 69) / 12)
        near = np.flatnonzero(np.abs(1200 * np.log2(np.maximum(frequencies, 1) / wanted)) < 50)
        top = near[spectrum[near].argmax()]
        best = max(best, (float(spectrum[top]), float(1200 * np.log2(frequencies[top] / wanted))))
    assert best[0] > 0.25 * spectrum.max(), "the strongest tone is no partial of the pitch"
    return best[1]


@pytest.mark.parametrize("program", [PIANO, GUITAR, VIOLIN, TRUMPET, CLARINET])
@pytest.mark.parametrize("pitch", [57, 60, 69, 76])
def test_instruments_are_in_tune(program: int, pitch: int) -> None:
    assert abs(cents_off(render(one(pitch, program))[4000:40_000], pitch)) < 20


def test_tuning_does_not_depend_on_the_sample_rate() -> None:
    samples = render(one(69), sample_rate=22_050)
    assert abs(cents_off(samples[2000:20_000], 69, 22_050)) < 20


def test_there_is_sound_where_notes_are_and_none_elsewhere() -> None:
    notes = note_rows([(1.0, 0.5, 60, 90, 0), (4.0, 0.5, 67, 90, 0)])
    samples = render(Performance(notes))
    assert samples.shape[1] == 2
    assert samples.dtype == np.float32
    assert np.abs(samples).max() == pytest.approx(PEAK, abs=1e-6)
    assert not samples[: SAMPLE_RATE - 1].any()
    loud = [energy(samples, start, start + 0.4) for start in (1.0, 4.0)]
    assert min(loud) > 1e3 * energy(samples, 3.2, 3.9)
    assert not samples[-int(END_S * SAMPLE_RATE) :].any()


def test_the_pedal_and_loud_notes_are_heard() -> None:
    notes = note_rows([(0.0, 0.2, 60, 90, 0), (3.0, 0.2, 60, 30, 0)])
    plain = render(Performance(notes))
    held = render(Performance(notes, pedal=np.array([[0.1, 2.5]])))
    assert energy(held, 1.0, 2.0) > 1e3 * energy(plain, 1.0, 2.0)
    assert energy(plain, 0, 0.2) > 50 * energy(plain, 3, 3.2)


def test_programs_can_be_chosen_and_drums_have_their_own() -> None:
    violin = render(one(60, VIOLIN))
    np.testing.assert_array_equal(render(one(60), programs=[VIOLIN]), violin)
    np.testing.assert_array_equal(render(one(60, VIOLIN), programs=[None]), violin)
    drum = render(Performance(one(38).notes, (Track(percussion=True),)), programs=[VIOLIN])
    assert energy(drum, 0, 0.1) > 10 * energy(drum, 0.5, 0.6)
    with pytest.raises(ValueError, match="each of 1 tracks"):
        render(one(60), programs=[1, 2])


def test_options_are_deterministic_and_do_what_they_say() -> None:
    performance = one(60, onset_s=0.5)
    options = {"reverb": Reverb(1.5, 0.3, seed=2), "noise_db": -40.0, "seed": 7}
    first, again = (render(performance, **options) for _ in range(2))  # type: ignore[arg-type]
    np.testing.assert_array_equal(first, again)
    level_db = 10 * np.log10(energy(first, 0, 0.4))
    assert level_db == pytest.approx(-40, abs=0.5)
    dry, wet = render(performance), render(performance, reverb=Reverb(2.0, 0.5))
    assert energy(wet, 2.0, 2.3) > 5 * energy(dry, 2.0, 2.3)


def test_the_length_of_the_blocks_is_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    onsets = [0.0, 0.9, 2.0, 2.999, 3.0, 7.5]
    notes = note_rows([(onset, 3.0, 60 + number, 80, 0) for number, onset in enumerate(onsets)])
    whole = np.concatenate(list(blocks(Performance(notes), reverb=Reverb(0.5))))
    monkeypatch.setattr(import_module("transcription.synthesis.render"), "BLOCK_S", 1.0)
    made = list(blocks(Performance(notes), reverb=Reverb(0.5)))
    assert max(map(len, made[:-2])) == SAMPLE_RATE
    np.testing.assert_allclose(np.concatenate(made), whole, atol=1e-6)


def test_silence_is_half_a_second() -> None:
    samples = render(Performance(note_rows([])))
    assert samples.shape == (int(END_S * SAMPLE_RATE), 2)
    assert not samples.any()


def test_the_font_has_every_general_midi_program_and_tells_what_it_lacks() -> None:
    font = load_font(default_font())
    for program in range(128):
        assert font.regions(0, program, 60, 80) or font.regions(0, program, 72, 80)
    with pytest.raises(SymbolicError, match="no program 3 in bank 7"):
        font.regions(7, 3, 60, 80)


@pytest.mark.parametrize("data", [b"", b"RIFF\x04\x00\x00\x00sfbk", b"ID3 not a font at all", bytes(100)])
def test_other_files_are_no_sound_fonts(tmp_path, data: bytes) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "font.sf2"
    path.write_bytes(data)
    with pytest.raises(SymbolicError, match="not a SoundFont 2 file"):
        SoundFont(path)


def test_a_room_has_limits() -> None:
    with pytest.raises(ValueError, match="decay_s"):
        Reverb(decay_s=60)
