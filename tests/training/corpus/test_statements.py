import re
from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import islice
from random import Random

import pytest

from symbolic.abc import read_tune
from symbolic.key import Key
from symbolic.questions.theory import generate, split_of
from training.corpus.statement_examples import EXAMPLES, melody_example, two_voices_example
from training.corpus.statement_facts import FACTS, Statement
from training.corpus.statements import MAKERS, statements

COUNT = 3000
FENCE = re.compile(r"```abc\n(.*?)```", re.DOTALL)


@cache
def drawn() -> tuple[Statement, ...]:
    return tuple(statements(1, COUNT))


def test_texts_are_distinct_and_long_enough_in_all() -> None:
    texts = [found.text for found in drawn()]
    assert len(set(texts)) == len({found.fact for found in drawn()}) == COUNT
    assert sum(map(len, texts)) > 180 * COUNT  # 20,000 of them have 4.1 million characters
    assert all(text == text.strip() and len(text) > 20 for text in texts)


def test_the_stream_has_no_end_and_is_the_same_for_a_seed() -> None:
    assert list(islice(statements(1), 200)) == list(drawn()[:200])
    assert list(statements(2, 50)) != list(statements(1, 50))


def test_parts_tell_different_facts() -> None:
    facts = [{found.fact for found in statements(1, 300, part=part, parts=3)} for part in range(3)]
    assert len(set.union(*facts)) == 900
    with pytest.raises(ValueError, match="part must lie between 0 and 2, got 3"):
        next(statements(1, part=3, parts=3))


def test_hardly_any_text_nearly_repeats_another() -> None:
    """Of the texts no more than one in a hundred shares four fifths of its word triples with another."""
    triples = []
    for found in drawn():
        words = re.findall(r"[^\s,.;]+", found.text)
        triples.append(frozenset(zip(words, words[1:], words[2:], strict=False)))
    holders: dict[tuple[str, str, str], list[int]] = {}
    for index, text in enumerate(triples):
        for triple in text:
            holders.setdefault(triple, []).append(index)
    repeats = 0
    for index, text in enumerate(triples):
        shared = Counter(
            other
            for triple in text
            if len(holders[triple]) < 60
            for other in holders[triple]
            if other < index
        )
        repeats += any(count > 0.8 * len(text | triples[other]) for other, count in shared.items())
    assert repeats < 0.01 * COUNT


def test_every_kind_is_told() -> None:
    kinds = Counter(found.fact.split()[0] for found in drawn())
    assert len(kinds) == len(MAKERS)
    assert max(kinds.values()) < 0.4 * COUNT
    for maker, _ in (*FACTS, *EXAMPLES):
        assert len({maker(Random(seed)).text for seed in range(40)}) > 25, maker.__name__


def test_tunes_are_read_without_problems() -> None:
    tunes = [abc for found in drawn() for abc in FENCE.findall(found.text)]
    assert len(tunes) > COUNT / 4
    for abc in tunes:
        _, problems = read_tune(abc)
        assert not problems, (abc, problems)


def test_what_is_told_of_a_melody_is_what_its_abc_says() -> None:
    heard = Counter[str]()
    for seed in range(150):
        text = melody_example(Random(seed)).text
        score, _ = read_tune(FENCE.findall(text)[0])
        notes = score.note_array()
        key = re.search(r"([A-G][#b]?) (major|minor|dorian|phrygian|lydian|mixolydian)", text)
        assert key
        assert score.key == Key(key[1], key[2])
        if told := re.search(r"In MIDI numbers it reads ([\d ]+)\.", text):
            assert told[1] == " ".join(map(str, notes["pitch"]))
            heard["midi"] += 1
        if told := re.search(r"It has (\d+) notes, .* a range of (\d+) semitones", text):
            assert (int(told[1]), int(told[2])) == (len(notes), notes["pitch"].max() - notes["pitch"].min())
            heard["range"] += 1
        if told := re.search(r"together ([\d/]+)\.", text):
            assert float(Fraction(told[1])) == notes["duration_quarter"].sum()
            heard["lengths"] += 1
    assert min(heard[name] for name in ("midi", "range", "lengths")) > 20


def test_two_voices_move_as_told() -> None:
    for seed in range(20):
        text = two_voices_example(Random(seed)).text
        notes = read_tune(FENCE.findall(text)[0])[0].note_array()
        upper, lower = (notes[notes["voice"] == voice]["pitch"] for voice in (1, 2))
        motions = re.findall(
            r"oblique|contrary|similar|parallel(?= |,)", text.rpartition("The voices go on")[2]
        )
        assert len(motions) == len(upper) - 1
        for index, motion in enumerate(motions):
            up, down = upper[index + 1] - upper[index], lower[index + 1] - lower[index]
            assert (motion == "contrary") == (up * down < 0)
            assert (motion == "oblique") == (up * down == 0)


def test_no_question_of_the_test_part_is_told() -> None:
    told = {found.fact for found in drawn()}
    hidden = [
        question
        for question in (generate(Random(seed)) for seed in range(3000))
        if split_of(question) != "train"
    ]
    assert len(hidden) > 300
    assert not told & {f"question {question.details['fact']}" for question in hidden}
    lines = {
        line.removeprefix("Question: ").removeprefix("Q: ")
        for found in drawn()
        for line in found.text.split("\n")
    }
    assert not [question for question in hidden if question.score is None and question.wording in lines]
