"""Evidence for questions of theory: what reference books and a calculator say of the things that are named.

`told(text, options, score)` reads the text (`named`) and says the standard facts of each thing in it, most
specific first, as clauses on one line: ``Bb major: 2 flats, Bb C D Eb F G A, relative G minor``. The sentence
itself is not understood, and the truth not known: a text that names nothing has no evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from symbolic.questions.theory.named import Named, plain, read
from symbolic.questions.theory.told import abc, chords, keys, lengths, pitches, scores, words
from symbolic.score import Score

LONGEST = 2000
"""Characters of a text that are read."""
USUAL, MOST = 220, 400
"""Characters after which nothing more is said, and that are never passed."""
TELLERS = (
    pitches.instruments,
    pitches.clefs,
    chords.figured,
    chords.ornaments,
    chords.harmony,
    pitches.pitches,
    pitches.numbers,
    pitches.intervals,
    chords.note_sets,
    chords.chords,
    keys.keys,
    keys.signatures,
    pitches.note_pairs,
    keys.spellings,
    lengths.metres,
    lengths.values,
)


def told(text: str, options: Sequence[str] = (), score: Score | None = None) -> str:
    """What is known of the things that a text names, and of the score; empty where there is nothing to say.

    Args:
        text: what is asked.
        options: the answers to choose from, in any order.
        score: the music that is shown.
    """
    text = plain(text[:LONGEST])
    named = read(text)
    clauses = chain(_of_text(text, named, score), _of_options(options, named))
    said: dict[str, None] = {}
    length = 0
    for clause in clauses:
        clause = clause.replace("\n", " ").strip()
        if not clause or clause in said or length + len(clause) > MOST - 4:
            continue
        if said and length + len(clause) > USUAL:
            break
        said[clause] = None
        length += len(clause) + 2
    return f"{'; '.join(said)}." if said else ""


def _of_text(text: str, named: Named, score: Score | None) -> Iterator[str]:
    if score is not None and score.voices:
        yield from scores.shown(score, named)
    if abc.is_abc(text):
        yield from abc.abc(text)
        return
    for tell in TELLERS:
        yield from tell(named)
    yield from lengths.bars_in_words(text)
    yield from words.forms(text, named)
    yield from words.terms(text)


def _of_options(options: Sequence[str], named: Named) -> Iterator[str]:
    """The first clause of each option, unless the options are fractions or ABC."""
    if named.says("abc", "fraction", "fractions"):
        return
    for option in sorted(options):
        text = plain(option[:LONGEST])
        found = replace(read(text), intervals=[])
        if not _is_known(found, named):
            yield from islice(_of_text(text, found, None), 1)


def _is_known(found: Named, named: Named) -> bool:
    """Whether an option names nothing but chords, keys, pitches and lengths that the text has named."""

    def things(where: Named) -> set[object]:
        roots, lengths = {chord.root for chord in where.chords}, {length for _, length in where.values}
        return {*roots, *lengths, *where.scales, *where.pitches}

    wanted = things(found)
    return bool(wanted) and wanted <= things(named)
