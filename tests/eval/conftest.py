import json
from collections.abc import Callable
from pathlib import Path

import pytest

SCALE = "X:{number}\nT:Scale\nM:{meter}\nL:1/8\nK:{key}\nCDE FGA|Bcd efg|agf edc|BAG FED|C6|]\n"


def abc(key: str = "C", meter: str = "6/8", number: int = 1) -> str:
    return SCALE.format(key=key, meter=meter, number=number)


@pytest.fixture
def jsonl(tmp_path: Path) -> Callable[..., Path]:
    """Writes a question file; a row is an object, or text as it stands."""

    def write(*rows: dict[str, object] | str) -> Path:
        path = tmp_path / "questions.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def four_keys(jsonl: Callable[..., Path]) -> Path:
    """Four questions about keys, one of them about another task's answer."""
    keys = ["C major", "G major", "A minor", "D dorian"]
    rows = [
        {"id": f"q{number}", "task": "key", "abc": abc(), "answer": key} for number, key in enumerate(keys)
    ]
    return jsonl(*rows, {"id": "m", "task": "time-signature", "abc": abc(), "answer": "6/8"})
