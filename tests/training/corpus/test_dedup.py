import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolic.abc import parse
from symbolic.analysis.families import families as exact_families
from symbolic.analysis.similarity import interval_sequence, ngrams
from symbolic.score import Score
from training.corpus.dedup import UNKNOWN, Sketches, duplicates, families
from training.corpus.sketch import HASHES, NO_INCIPIT, Sketch, exact_fingerprint, minhash, sketch


def tune(rng: random.Random, length: int = 64, key: str = "C") -> str:
    notes = [rng.choice("CDEFGABcdefgab") for _ in range(length)]
    bars = ["".join(notes[start : start + 8]) for start in range(0, length, 8)]
    return f"X:1\nM:4/4\nL:1/8\nK:{key}\n{'|'.join(bars)}|]\n"


def changed(text: str, places: list[int]) -> str:
    head, body = text.strip().split("\nK:C\n")
    notes = list(body)
    for place in places:
        at = [index for index, sign in enumerate(notes) if sign.isalpha()][place]
        notes[at] = "C" if notes[at] == "a" else "a"
    return f"{head}\nK:C\n{''.join(notes)}\n"


def test_the_signature_estimates_the_jaccard_index() -> None:
    rng = np.random.default_rng(0)
    for share in (0.1, 0.35, 0.8):
        pool = rng.integers(0, 2**62, 2000).tolist()
        common = int(2000 * share)
        rest = (2000 - common) // 2
        one, other = frozenset(pool[: common + rest]), frozenset(pool[:common] + pool[common + rest :])
        found = (minhash(one) == minhash(other)).mean()
        assert found == pytest.approx(share, abs=0.13)


@given(
    st.frozensets(st.integers(0, 2**63 - 1), max_size=30),
    st.frozensets(st.integers(0, 2**63 - 1), max_size=30),
)
def test_the_signature_of_a_union_is_the_least_of_both(one: frozenset[int], other: frozenset[int]) -> None:
    assert (minhash(one | other) == np.minimum(minhash(one), minhash(other))).all()


def test_signatures_are_the_same_everywhere() -> None:
    assert minhash(frozenset({1, 2, 3}))[:3].tolist() == [1839906072, 834529781, 3037149169]
    assert minhash(frozenset()).tolist() == [2**32 - 1] * HASHES


def test_key_and_unit_of_time_make_no_difference() -> None:
    text = tune(random.Random(1))
    one, other = sketch(parse(text)), sketch(parse(text.replace("L:1/8", "L:1/4")).transpose(-4))
    assert (one.exact, one.incipit, one.grams) == (other.exact, other.incipit, other.grams)
    assert (one.signature == other.signature).all()
    assert exact_fingerprint(parse(text)) != exact_fingerprint(parse(changed(text, [20])))


def test_every_voice_counts_but_percussion() -> None:
    rng = random.Random(2)
    first, second = (replace(parse(tune(rng)).voices[0], id=name) for name in "ab")
    both = sketch(Score((first, second)))
    assert both.grams > sketch(Score((first,))).grams
    drums = replace(second, percussion=True)
    assert sketch(Score((first, drums))).exact == sketch(Score((first,))).exact
    assert sketch(Score((first, drums))).grams == sketch(Score((first,))).grams
    empty = sketch(Score())
    assert (empty.exact, empty.incipit, empty.grams) == (0, NO_INCIPIT, 0)


def test_copies_and_near_copies_are_found() -> None:
    rng = random.Random(3)
    texts = [tune(rng, 160) for _ in range(30)]
    scores = [parse(text) for text in texts]
    scores.append(scores[4].transpose(3))  # 30
    scores.append(parse(texts[5].replace("L:1/8", "L:1/2")))  # 31
    scores.append(parse(changed(texts[6], [150])))  # 32: one note
    scores.append(parse(changed(texts[7], list(range(4, 160, 12)))))  # 33: another tune
    found = duplicates(Sketches(map(sketch, scores)))
    assert found.tolist() == [*range(30), 4, 5, 6, 33]


def test_kin_go_together_and_strangers_do_not() -> None:
    rng = random.Random(4)
    texts = [tune(rng) for _ in range(40)]
    scores = [parse(text) for text in texts]
    scores.append(parse(changed(texts[3], [30])))  # 40: a variant
    scores.append(parse(changed(texts[5], list(range(12, 64, 8)))))  # 41: the same beginning only
    scores.append(parse(texts[3].replace("K:C\n", "K:C\ng2a2|")))  # 42: other beginning
    found = families(Sketches(map(sketch, scores))).tolist()
    assert found == [*range(40), 3, 5, 3]
    assert found == exact_families(scores)


def test_known_families_stay_apart_and_strangers_join_them() -> None:
    text = tune(random.Random(5))
    scores = [parse(text), parse(text).transpose(2), parse(text).transpose(5)]
    sketches = Sketches(map(sketch, scores))
    assert families(sketches, np.array([7, 8, 7])).tolist() == [0, 1, 0]
    assert families(sketches, np.array([7, UNKNOWN, UNKNOWN])).tolist() == [0, 0, 0]
    assert families(sketches, np.array([UNKNOWN] * 3)).tolist() == [0, 0, 0]


def test_short_and_silent_pieces_are_no_copies_of_each_other() -> None:
    scores = [parse(f"X:1\nL:1/4\nK:C\n{body}|") for body in ("CDE", "CEG", "CC", "z4", "z2")]
    sketches = Sketches(map(sketch, scores))
    assert duplicates(sketches).tolist()[:3] == [0, 1, 2]
    assert families(sketches).tolist() == [0, 1, 2, 3, 4]


def test_none_and_many() -> None:
    assert duplicates(Sketches()).tolist() == families(Sketches()).tolist() == []
    rng = random.Random(6)
    sets = [ngrams([rng.randrange(-9, 9) for _ in range(40)]) for _ in range(1500)]
    many = Sketches(Sketch(i + 1, i + 1, len(grams), minhash(grams)) for i, grams in enumerate(sets * 2))
    assert len(many) == 3000
    assert duplicates(many).tolist() == [*range(1500), *range(1500)]


def test_intervals_that_agree_make_families_in_any_order() -> None:
    rng = random.Random(7)
    scores = [parse(tune(rng)) for _ in range(20)]
    scores += [score.transpose(5) for score in scores]
    rng.shuffle(scores)
    found = families(Sketches(map(sketch, scores))).tolist()
    by_intervals = [interval_sequence(score) for score in scores]
    assert found == [by_intervals.index(intervals) for intervals in by_intervals]
