"""Errors say where, what and what to do, also after the way from one process to another."""

import copy
import pickle

import pytest

from symbolic import errors
from symbolic.errors import AbcSyntaxError, MissingDependencyError, Problem, SymbolicError, located

FAMILY = (
    errors.AbcSyntaxError,
    errors.MidiFormatError,
    errors.MusicXmlError,
    errors.UnsupportedFeatureError,
)


@pytest.mark.parametrize(
    ("path", "line", "column", "expected"),
    [
        (None, None, None, "no key"),
        ("a.abc", None, None, "a.abc: no key"),
        ("a.abc", 12, None, "a.abc:12: no key"),
        ("a.abc", 12, 7, "a.abc:12:7: no key"),
        (None, 12, 7, "line:12:7: no key"),
        (None, 12, None, "line:12: no key"),
    ],
)
def test_position_is_told_as_far_as_it_is_known(path, line, column, expected):
    assert located("no key", path, line, column) == expected
    assert str(AbcSyntaxError("no key", path=path, line=line, column=column)) == expected


@pytest.mark.parametrize("kind", FAMILY)
def test_one_except_clause_catches_the_family(kind):
    with pytest.raises(SymbolicError, match=r"x\.mid: cut off"):
        raise kind("cut off", path="x.mid")
    assert issubclass(kind, ValueError)


@pytest.mark.parametrize(
    "error",
    [
        *(kind("cut off", path="x.mid", line=3, column=4) for kind in FAMILY),
        MissingDependencyError("torch", "train"),
    ],
)
def test_errors_survive_the_way_between_processes(error):
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert (again.message, again.path, again.line) == (error.message, error.path, error.line)


def test_a_missing_package_is_told_with_its_remedy():
    text = str(MissingDependencyError("torch", "train"))
    assert text == "torch is not installed; run: pip install 'symbolic-musician[train]'"


def test_a_problem_is_one_line_with_its_code():
    assert str(Problem("tie", "a tie has no note", 4, 2)) == "line:4:2: warning: a tie has no note [tie]"
    assert str(Problem("bad-music", "no", 1, 1, "error")) == "line:1:1: error: no [bad-music]"
