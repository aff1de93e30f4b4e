from collections import Counter

import pytest

from symbolic.abc import parse as read
from symbolic.io import read as read_file
from symbolic.questions import Question, Reason
from symbolic.questions.complexity import LEVELS
from symbolic.questions.harmonic_complexity import SCALE, ask, measures, strip
from symbolic.resources import music21_corpus
from tests.symbolic.questions.case import Case
from tests.symbolic.questions.ensembles import ACCOMPANIED, CHORALE, DISGUISED, REEL

DRONE = read("X:1\nM:4/4\nL:1/4\nK:C\n[CEG][CEG][CEG][CEG]|[CEGc]4|[CEG]4|[CEG]2[CEG]2|]")
ROVING = read(
    "X:2\nM:4/4\nL:1/4\nK:C\n[CEG][^C=EGA][DFA][D^FAc]|[G,=B,DF][^G,B,DF][A,CEA][_B,DFG]|"
    "[_A,C_E_G][_D=F_A][=A,^C=EG][DFA]|[_EG_B_d][_Ac_e][=A^c=e=g][dfac']|[E^GBd][Ac_e_g][=GBdf][cegc']|]"
)
CASE = Case(
    examples=[DRONE, ROVING, CHORALE, ACCOMPANIED],
    renotated=DISGUISED.filter(lambda pair: isinstance(ask(pair[0]), Question)),
)


def test_a_drone_and_a_roving_harmony() -> None:
    drone, roving = ask(DRONE), ask(ROVING)
    assert isinstance(drone, Question)
    assert isinstance(roving, Question)
    assert (drone.truth, roving.truth) == ("low", "high")


def test_a_melody_has_no_harmony() -> None:
    reason = ask(REEL)
    assert isinstance(reason, Reason)
    assert reason.code == "no-harmony"


def test_chord_symbols_are_hidden() -> None:
    question = ask(read('X:1\nM:4/4\nL:1/4\nK:C\n"C"[CE]"F7"[DF][EG][FA]|[Gc][FA][EG][DF]|'))
    assert isinstance(question, Question)
    assert '"' not in question.prompt


def test_the_scale_is_that_of_the_chorales() -> None:
    pytest.importorskip("music21")
    paths = sorted((music21_corpus() / "bach").glob("bwv*.mxl"))
    chorales = [path for path in paths if not path.with_suffix(".rntxt").exists()][5::24]
    rows = [row for path in chorales if (row := measures(strip(read_file(path))))]
    levels = Counter(map(SCALE.level, rows))
    assert all(0.1 < levels[level] / len(rows) < 0.6 for level in LEVELS), levels
