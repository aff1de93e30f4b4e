from dataclasses import replace

import pytest

from transcription.synthesis import EXACT, STYLES


def test_presets_go_by_their_names() -> None:
    assert all(name == style.name for name, style in STYLES.items())
    assert set(STYLES) == {"exact", "steady", "folk", "rubato", "pedalled"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("drift", -0.1),
        ("swing", (0.5, 0.8)),
        ("gate", (1.0, 0.5)),
        ("pedal", 1.5),
        ("tempo_ratio", (0.0, 1.0)),
    ],
)
def test_impossible_values_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        replace(EXACT, **{field: value})  # type: ignore[arg-type]
