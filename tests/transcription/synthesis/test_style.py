from dataclasses import fields, replace

import pytest

from transcription.synthesis import EXACT, FOLK, RUBATO, STYLES, Style


def test_presets_go_by_their_names() -> None:
    assert all(name == style.name for name, style in STYLES.items())
    assert set(STYLES) == {"exact", "steady", "folk", "rubato", "pedalled"}


def test_blending_goes_from_one_to_the_other() -> None:
    assert replace(FOLK.blend(RUBATO, 0.0), name="folk") == FOLK
    assert replace(FOLK.blend(RUBATO, 1.0), name="rubato") == RUBATO
    middle = FOLK.blend(RUBATO, 0.5)
    for item in fields(Style):
        if item.name != "name":
            low, high = sorted([getattr(FOLK, item.name), getattr(RUBATO, item.name)])
            value = getattr(middle, item.name)
            if isinstance(value, float):
                assert low <= value <= high


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


def test_a_share_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        FOLK.blend(RUBATO, 1.1)
