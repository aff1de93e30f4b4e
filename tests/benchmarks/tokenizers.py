"""How long music is in each encoding, and what a very small model learns from each in the same time.

    python -m tests.benchmarks.tokenizers CORPUS [--limit N] [--texts N]
    python -m tests.benchmarks.tokenizers CORPUS --train [--minutes 4] [--tunes N] [--questions N]

CORPUS is a folder that ``symbolic-data build`` made. SentencePiece models are trained on texts of its
training split: scores, theory and questions. *Length* is measured on scores of its development split, without
titles and without generated ones: tokens to a note, a bar and a minute of the music as written (at 120
quarters a minute where no tempo is stated), and the share of scores whose notes come back exactly: onset,
duration, pitch, each unison. MidiTok's encodings hold neither key nor repeats nor spelling, ABC all of these.

*Training*: for each encoding a LLaMA of some 0.2 M parameters and its own vocabulary (width 64, 4 layers)
reads the benchmark's training tunes with the answer hidden, as `symbolic.questions` hides it, followed by one
token for the answer: key, each tune in some transpositions, and time signature. It has so many minutes of one
core's time for each question; the loss is that of the music plus that of the answer. Accuracy is that of the
likeliest answer on tunes of the development split. Tunes that are too long in any of the encodings are left
out of all.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from symbolic.abc import parse
from symbolic.analysis.structure import whole_bars
from symbolic.key import Key
from symbolic.questions import Question, question_type
from symbolic.score import Score
from symbolic.timeline import measure_spans, note_array
from symbolic.tokenizers import sentencepiece
from symbolic.tokenizers.abc_text import AbcTokenizer
from symbolic.tokenizers.base import MusicTokenizer
from symbolic.tokenizers.miditok import MidiTokenizer
from symbolic.transform import transpose
from symbolic.tunes import manifest, read_tunes
from training.corpus.sources import OWN
from training.models import parameters
from training.packing import corpus_lines
from training.prompts import Kind
from training.trainer import counted, summed_losses

QPM = 120
VOCABULARIES = (512, 1024, 4096)
LONGEST = 768
"""Tokens of a tune that is trained on."""
TRANSPOSITIONS = range(-5, 7, 3)
BATCH, LEARNING_RATE, WARMUP = 16, 3e-3, 50
TASKS = ("key", "time-signature")


# Encodings


def learn(texts: Sequence[str]) -> dict[str, MusicTokenizer]:
    """The encodings by the name of their row."""
    found: dict[str, MusicTokenizer] = {}
    models = {size: sentencepiece.train(texts, size) for size in VOCABULARIES}
    for size, model in models.items():
        found[f"ABC text, {size} pieces"] = AbcTokenizer(model)
    found["  digits not split"] = AbcTokenizer(sentencepiece.train(texts, 1024, split_digits=False))
    found["  whole notes"] = AbcTokenizer(sentencepiece.train(texts, 1024, whole_notes=True))
    found["bar-synchronised ABC, 1024"] = AbcTokenizer(models[1024], bars=True)
    return found | {f"MidiTok {name}": MidiTokenizer(name) for name in ("REMI", "TSD")}


def training_texts(corpus: Path, limit: int) -> list[str]:
    """Texts of the corpus, drawn evenly from all of it."""
    lines = [line["text"] for line in corpus_lines(corpus, "train", ("score", "theory", "question"))]
    return random.Random(0).sample(lines, min(limit, len(lines)))


# Length


@dataclass(slots=True)
class Length:
    """What scores and their tokens add up to."""

    scores: int = 0
    notes: int = 0
    bars: int = 0
    minutes: float = 0.0
    tokens: int = 0
    exact: int = 0

    def add(self, score: Score, tokenizer: MusicTokenizer) -> None:
        ids = tokenizer.encode(score)
        notes = sounding(score)
        spans = measure_spans(score)
        qpm = (score.tempo.qpm if score.tempo else None) or QPM
        self.scores += 1
        self.notes += len(notes)
        self.bars += len(whole_bars(score))
        self.minutes += float(sum(span.duration for span in spans)) / qpm
        self.tokens += len(ids)
        self.exact += sounding(tokenizer.decode(ids)) == notes

    def row(self) -> str:
        return (
            f"{self.tokens / self.notes:7.2f} {self.tokens / self.bars:7.1f} "
            f"{self.tokens / self.minutes:7.0f} {100 * self.exact / self.scores:6.1f}"
        )


def sounding(score: Score) -> list[tuple[float, float, int]]:
    """The notes that sound, with onset and duration in quarters."""
    found = note_array(score)
    columns = [np.round(found[name].astype(float), 4) for name in ("onset_quarter", "duration_quarter")]
    return sorted(zip(*(column.tolist() for column in columns), found["pitch"].tolist(), strict=True))


def held_out_scores(corpus: Path, limit: int) -> dict[str, list[Score]]:
    """Development scores without headers: of one voice, and of several whose bars can stand side by side."""
    found: dict[str, list[Score]] = {"one voice": [], "ensembles": []}
    texts = corpus_lines(corpus, "dev", ("score",))
    lines = [line for line in texts if ":bare" in line["id"] and line["source"] != OWN]
    random.Random(0).shuffle(lines)
    for line in lines:
        score = parse(line["text"])
        group = found["one voice" if len(score.voices) == 1 else "ensembles"]
        if (
            len(group) < limit
            and len({len(voice.measures) for voice in score.voices}) == 1
            and sounding(score)
        ):
            group.append(score)
    return found


def length_table(corpus: Path, texts: int, limit: int) -> None:
    groups = held_out_scores(corpus, limit)
    encodings = learn(training_texts(corpus, texts))
    print("development scores: " + ", ".join(f"{len(scores)} of {name}" for name, scores in groups.items()))
    heads = "".join(f"  |{name:^30}" for name in groups)
    columns = f"  |{'note':>7} {'bar':>7} {'minute':>7} {'exact%':>6}"
    print(f"{'tokens to a …':28} {'tokens':>6}{heads}\n{'':35}{columns * len(groups)}")
    for name, tokenizer in encodings.items():
        cells = []
        for scores in groups.values():
            length = Length()
            for score in scores:
                length.add(score, tokenizer)
            cells.append(length.row())
        print(f"{name:28} {len(tokenizer):6}" + "".join(f"  |{cell}" for cell in cells), flush=True)


# Training

Example = tuple[Score, str]
"""A score with its answer hidden, and the answer."""


def examples(task: str, split: str, limit: int) -> list[Example]:
    """Shown tunes of the benchmark and their answers; for the key, training tunes come transposed as well."""
    entries = [e for e in manifest() if e.split == split and (e.key if task == "key" else e.meter)]
    chosen = random.Random(0).sample(entries, min(limit, len(entries)))
    found = []
    for entry, score in read_tunes(chosen, Counter()):
        for semitones in TRANSPOSITIONS if (task, split) == ("key", "train") else (0,):
            truth = moved_key(entry.key, semitones) if task == "key" else entry.meter
            item = question_type(task).ask(transpose(score, semitones) if semitones else score, truth=truth)
            if isinstance(item, Question):
                found.append((parse(item.prompt.partition("\n\n")[2]), item.truth))
    return found


def moved_key(name: str, semitones: int) -> str:
    key = Key.parse(name)
    return Key.from_pitch_class((key.pitch_class + semitones) % 12, key.mode).name


class Learner:
    """A small LLaMA over an encoding's tokens, one token for each answer, and one that begins and pads."""

    def __init__(self, tokenizer: MusicTokenizer, answers: Sequence[str]) -> None:
        torch.manual_seed(0)
        self.first_answer = len(tokenizer)
        self.begin = self.first_answer + len(answers)
        self.answers = {name: self.first_answer + index for index, name in enumerate(answers)}
        self.model = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=self.begin + 1,
                hidden_size=64,
                num_hidden_layers=4,
                num_attention_heads=4,
                num_key_value_heads=4,
                intermediate_size=176,
                max_position_embeddings=LONGEST + 2,
                tie_word_embeddings=True,
            )
        )

    def rows(self, encoded: Iterable[tuple[list[int], str]]) -> list[list[int]]:
        return [[self.begin, *ids, self.answers[truth]] for ids, truth in encoded]

    def batch(self, rows: Sequence[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Tokens and the `Kind` of each, rows × tokens."""
        width = max(map(len, rows))
        ids = torch.tensor([row + [self.begin] * (width - len(row)) for row in rows])
        kinds = torch.where(ids < self.first_answer, Kind.TEXT, Kind.ANSWER)
        return ids, torch.where(ids == self.begin, Kind.IGNORED, kinds)

    def train(self, rows: Sequence[list[int]], seconds: float) -> int:
        """Trains for so many seconds of this process's time; returns the number of steps."""
        optimizer = torch.optim.AdamW(self.model.parameters(), LEARNING_RATE, (0.9, 0.95), weight_decay=0.1)
        rng, start, step = random.Random(0), time.process_time(), 0
        while (spent := (time.process_time() - start) / seconds) < 1:
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = LEARNING_RATE * min(1, step / WARMUP) * (1 + math.cos(math.pi * spent)) / 2
            ids, kinds = self.batch(rng.choices(rows, k=BATCH))
            sums = summed_losses(self.model(ids, use_cache=False).logits, ids, kinds)
            (sums / counted(kinds).clamp(min=1)).sum().backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
        return step

    def accuracy(self, rows: Sequence[list[int]]) -> float:
        right = 0
        with torch.no_grad():
            for row in rows:
                logits = self.model(torch.tensor([row[:-1]]), use_cache=False).logits[0, -1]
                right += int(logits[self.first_answer : self.begin].argmax()) + self.first_answer == row[-1]
        return right / len(rows)


def training_table(corpus: Path, texts: int, tunes: int, questions: int, minutes: float) -> None:
    torch.set_num_threads(1)
    encodings = learn(training_texts(corpus, texts))
    for task in TASKS:
        found = {split: examples(task, split, n) for split, n in (("train", tunes), ("dev", questions))}
        answers = sorted({truth for _, truth in found["train"]})
        splits = {name: encoded(found, tokenizer) for name, tokenizer in encodings.items()}
        fits = {
            split: [
                index
                for index, (_, truth) in enumerate(found[split])
                if truth in answers and all(len(s[split][index][0]) <= LONGEST for s in splits.values())
            ]
            for split in found
        }
        told = ", ".join(f"{len(fits[split])} of {len(found[split])} {split}" for split in found)
        print(f"{task}: {told} tunes fit; {len(answers)} answers; {minutes:g} minutes of a core each")
        print(f"{'':28} {'tokens':>6} {'weights':>8} {'steps':>6} {'epochs':>6} {'accuracy':>8}")
        for name, tokenizer in encodings.items():
            learner = Learner(tokenizer, answers)
            rows = {
                split: learner.rows(splits[name][split][index] for index in fits[split]) for split in found
            }
            steps = learner.train(rows["train"], 60 * minutes)
            epochs, score = steps * BATCH / len(rows["train"]), learner.accuracy(rows["dev"])
            told = f"{len(tokenizer):6} {parameters(learner.model):8} {steps:6} {epochs:6.1f} {score:8.3f}"
            print(f"{name:28} {told}", flush=True)


def encoded(
    found: dict[str, list[Example]], tokenizer: MusicTokenizer
) -> dict[str, list[tuple[list[int], str]]]:
    return {
        split: [(tokenizer.encode(score), truth) for score, truth in items] for split, items in found.items()
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Prints one of the tables."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--limit", type=int, default=400, help="scores of each group")
    parser.add_argument("--texts", type=int, default=15_000, help="that tokenizers are trained on")
    parser.add_argument("--train", action="store_true", help="the second table")
    parser.add_argument("--minutes", type=float, default=4.0, help="of a core: each encoding and question")
    parser.add_argument("--tunes", type=int, default=3000, help="that are trained on")
    parser.add_argument("--questions", type=int, default=400, help="that are asked of each model")
    chosen = parser.parse_args(argv)
    if chosen.train:
        training_table(chosen.corpus, chosen.texts, chosen.tunes, chosen.questions, chosen.minutes)
    else:
        length_table(chosen.corpus, chosen.texts, chosen.limit)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
