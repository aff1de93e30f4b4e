"""Where phrases end, by where a language model would end the lines of a song.

In the Essen collection a written line is a phrase, so a model that was pretrained on it knows phrases as line
ends. The melody is read with every choice of line ends: a path from the beginning to the end, whose steps
are lines. The likelihood of a line, given the lines before it, and of the line break after it, makes the
score of a step; of the lines that lead to a place only the likeliest are remembered as the context of what
follows. So a forward and a backward sum over all paths gives the probability that a line ends at a place, and
those places are answered that together have the highest expected F1, or that reach a threshold. The melody
stands under the header of a song of that collection.

To a step are added the log-odds that a classical analysis gives the place where it ends, both judges weighted
(`eval.models.notate.weights.Lines`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from eval.models.notate.next_tokens import log_probabilities
from eval.models.notate.weights import Lines
from symbolic.abc import write_abc
from symbolic.analysis.phrases import likeliest_set
from symbolic.notations import in_lines
from symbolic.questions import Question
from symbolic.questions.bars import numbered
from symbolic.questions.evidence import phrase_odds
from symbolic.questions.phrases import MIN_NOTES_OF_PHRASE, named
from symbolic.score import Note, Score

PLACES = 24
"""Most places of a melody at which lines are ended, the likeliest for both judges together."""
MOST_ODDS = 8.0
"""Log-odds of the classical analysis count no more than this, for and against a place."""
TINY = 1e-9
"""Probabilities this near to 0 and 1 count no further."""
SONG = (("title", "Lied"), ("notes", "E0001"), ("origin", "Europa, Mitteleuropa, Deutschland"))
"""What tells a model that it reads a song of the Essen collection."""
_NEWLINE = "\n"


@dataclass(slots=True)
class _Melody:
    """A melody as tokens, and the places where a line may end.

    Attributes:
        ids: tokens of the melody in one line.
        notes: index of the note before each place.
        cuts: number of tokens before each place.
        skips: tokens, a space or none, that a line break takes the place of.
        names: what an answer calls each place.
        odds: the log-odds of the classical analysis.
    """

    ids: list[int]
    notes: list[int] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    skips: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    odds: list[float] = field(default_factory=list)

    def row(self, ends: Sequence[int], newline: int) -> list[int]:
        """The tokens with lines ended at some places."""
        row: list[int] = []
        start = 0
        for end in ends:
            row += [*self.ids[start : self.cuts[end]], newline]
            start = self.cuts[end] + self.skips[end]
        return row + self.ids[start:]

    def keep(self, places: Sequence[int]) -> None:
        """Forgets all other places."""
        for name in ("notes", "cuts", "skips", "names", "odds"):
            setattr(self, name, [getattr(self, name)[place] for place in places])


def place_names(shown: Score) -> list[str]:
    """What an answer calls the place after each note."""
    return [
        named([(number, place)])
        for number, measure in numbered(shown)
        for place, _ in enumerate((event for event in measure.events if isinstance(event, Note)), 1)
    ]


def melody_of(model: Any, score: Score) -> _Melody:
    """The melody of a question."""
    score = replace(score, metadata=SONG)
    text = write_abc(in_lines(score, ()))
    names = place_names(score)
    texts, places = [], []
    for note in range(MIN_NOTES_OF_PHRASE - 1, len(names) - MIN_NOTES_OF_PHRASE):
        broken = write_abc(in_lines(score, {note}))
        at = next(index for index, (one, two) in enumerate(zip(text, broken, strict=False)) if one != two)
        skip = int(text[at] == " ")
        if broken[at] == _NEWLINE and broken[at + 1 :] == text[at + skip :]:  # no broken rhythm was undone
            texts += [text[:at], text[at : at + skip]]
            places.append(note)
    melody = _Melody(model.tokens(text))
    odds = {named([place]): value for place, value in phrase_odds(score).items()}
    for place, note in enumerate(places):
        before, space = (model.tokens(part) if part else [] for part in texts[2 * place : 2 * place + 2])
        if melody.ids[: len(before) + len(space)] == [*before, *space]:
            melody.notes.append(note)
            melody.cuts.append(len(before))
            melody.skips.append(len(space))
            melody.names.append(names[note])
            melody.odds.append(float(np.clip(odds.get(names[note], -MOST_ODDS), -MOST_ODDS, MOST_ODDS)))
    return melody


@dataclass(slots=True)
class LineSearch:
    """The ways to end lines in one melody.

    Attributes:
        melody: its places are those that lines may end at.
        steps: (from, to) → log likelihood of the line between; the beginning is -1, the end the number of
            places.
        best: place → log likelihood of the best path to it, and the places on that path.
    """

    melody: _Melody
    steps: dict[tuple[int, int], float] = field(default_factory=dict)
    best: dict[int, tuple[float, tuple[int, ...]]] = field(default_factory=lambda: {-1: (0.0, ())})

    def expand(self, origin: int, own: np.ndarray, newline: np.ndarray) -> None:
        """Takes the steps from a place.

        Args:
            origin: the place; its best path must be known.
            own: log probabilities of the tokens of the row that has that path and no further line end.
            newline: of a line break in the place of each.
        """
        melody = self.melody
        value, path = self.best[origin]
        total = np.concatenate([[0.0], np.cumsum(own)])
        lines = len(path)
        offset = (
            1 + lines - sum(melody.skips[place] for place in path)
        )  # the first token, and the line breaks
        start = 1 if origin < 0 else melody.cuts[origin] + melody.skips[origin] + offset
        base = float(total[start])
        for place in range(origin + 1, len(melody.cuts)):
            if origin >= 0 and melody.notes[place] - melody.notes[origin] < MIN_NOTES_OF_PHRASE:
                continue
            cut = melody.cuts[place] + offset
            if cut >= len(newline):
                break
            step = float(total[cut]) - base + float(newline[cut])
            self.steps[origin, place] = step
            if place not in self.best or value + step > self.best[place][0]:
                self.best[place] = (value + step, (*path, place))
        self.steps[origin, len(melody.cuts)] = float(total[-1]) - base

    def marginals(self, lines: Lines) -> dict[str, float]:
        """The probability that a line ends at each place, by its name; the threshold is not looked at."""
        count = len(self.melody.cuts)
        gains = [*(lines.bonus + lines.classical * odds for odds in self.melody.odds), 0.0]
        steps = [(one, two, lines.notated * step + gains[two]) for (one, two), step in self.steps.items()]
        forward = np.full(count + 2, -np.inf)
        backward = np.full(count + 2, -np.inf)
        forward[0] = backward[-1] = 0.0
        for one, two, step in sorted(steps, key=lambda item: item[1]):
            forward[two + 1] = np.logaddexp(forward[two + 1], forward[one + 1] + step)
        for one, two, step in sorted(steps, key=lambda item: -item[0]):
            backward[one + 1] = np.logaddexp(backward[one + 1], backward[two + 1] + step)
        shares = np.exp(forward + backward - forward[-1])[1:-1]
        return dict(zip(self.melody.names, shares.tolist(), strict=True))


def line_searches(model: Any, questions: Sequence[Question]) -> list[LineSearch]:
    """The ways to end lines in the melody of each question.

    Raises:
        ValueError: a question shows no score.
    """
    tokenizer = model.tokenizer
    newline = model.tokens(_NEWLINE)[-1]
    searches = []
    for question in questions:
        if question.score is None:
            raise ValueError(f"the {question.task} question {question.id!r} shows no score")
        searches.append(LineSearch(melody_of(model, question.score)))

    def rows(chosen: Sequence[tuple[LineSearch, int]]) -> list[tuple[np.ndarray, np.ndarray]]:
        return log_probabilities(
            model,
            [
                [tokenizer.bos_token_id, *search.melody.row(search.best[place][1], newline)][: model.context]
                for search, place in chosen
            ],
            newline,
        )

    for search, (_, breaks) in zip(searches, rows([(search, -1) for search in searches]), strict=True):
        odds = [
            float(breaks[cut + 1]) + classical if cut + 1 < len(breaks) else -np.inf
            for cut, classical in zip(search.melody.cuts, search.melody.odds, strict=True)
        ]
        ranked = sorted(range(len(odds)), key=lambda place: -odds[place])[:PLACES]
        search.melody.keep(sorted(place for place in ranked if odds[place] > -np.inf))
    for place in range(-1, PLACES):
        chosen = [(search, place) for search in searches if place in search.best]
        for (search, _), (own, breaks) in zip(chosen, rows(chosen), strict=True):
            search.expand(place, own, breaks)
    return searches


def answer_of(marginals: dict[str, float], threshold: float | None = None) -> str:
    """The places that reach the threshold, or without one those that have the highest expected F1.

    Where none is likely enough, the likeliest one is answered; without places the answer is empty.
    """
    names, shares = list(marginals), np.array(list(marginals.values()))
    if threshold is None:
        clipped = np.clip(shares, TINY, 1 - TINY)
        chosen = [names[place] for place in likeliest_set(np.log(clipped / (1 - clipped)))]
    else:
        chosen = [name for name, share in marginals.items() if share >= threshold]
    return " ".join(chosen or sorted(marginals, key=lambda name: -marginals[name])[:1])
