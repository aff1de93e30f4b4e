"""The third stage of a build: texts and question examples from pieces, theory and generated questions.

Every unit works alone and draws from seeds of its own, so that the result does not depend on who does it or
when. It leaves lines for the corpus and a summary of what it counted. Pieces near a benchmark's test tune
are dropped here, whatever their split says; transpositions and other changes are made after the split, of
training pieces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from random import Random
from typing import Any

from symbolic.errors import SymbolicError
from symbolic.questions import question_type
from symbolic.questions.theory import split_of
from symbolic.score import Score
from training.corpus.augment import AUGMENTATIONS, TONICS, to_tonic
from training.corpus.config import BuildConfig
from training.corpus.cut import abc_text, pieces
from training.corpus.examples import (
    Examiner,
    Example,
    all_tasks,
    content_hash,
    generated_tasks,
    labelled,
    license_word,
)
from training.corpus.gather import READ, Batch, listed, placed
from training.corpus.piece import Piece, Rejected
from training.corpus.progressions import Split
from training.corpus.sources import OWN, OWN_LICENSE
from training.corpus.splits import BenchmarkGuard
from training.corpus.statements import statements
from training.corpus.texts import Text, article_texts, score_texts
from training.corpus.textures import textured_pieces
from training.corpus.workspace import Line, Workspace

MAKE = "make"
CRASHED = "maker-crashed"
SCORE_SHARE = 0.6
"""Of the context, what music may take in a question; the rest is for words, letters and reasons."""
PARTS_ASKED = 4
"""Of a long piece, how many of its parts are asked about."""
CHUNK = 500
"""Generated questions of one unit."""
TEXTURES, TEXTURES_CHUNK = "textures", 100
STATEMENTS, STATEMENTS_CHUNK = "statements", 5000
AUGMENTED = 0.5
SEEDS = 2**20
HELD_OUT_SHARE = 0.1
"""Of generated pieces, for each of the development and the test split."""


@dataclass(frozen=True, slots=True)
class Job:
    """A unit of work: `kind` says what, `name` where it leaves its files, the rest of what.

    Attributes:
        kind: ``pieces``, `TEXTURES`, ``articles``, `STATEMENTS` or a task whose questions are generated.
        batch: of ``pieces``.
        number: of the parcel in its batch, or of the chunk.
        count: how many pieces, questions or statements to generate.
        asked_before: of `TEXTURES`, this chunk's part of the questions of each type that real pieces were
        asked.
    """

    kind: str
    batch: str = ""
    number: int = 0
    count: int = 0
    asked_before: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        """Unique in the stage."""
        return (
            f"{self.kind}-{self.batch}-{self.number:05d}" if self.batch else f"{self.kind}-{self.number:05d}"
        )


def jobs(workspace: Workspace, config: BuildConfig, batches: Iterable[Batch]) -> list[Job]:
    """Everything that is to be made of the batches that were read, and of theory."""
    found = [
        Job("pieces", batch.name, number)
        for batch in batches
        for number in range(workspace.summary(READ, batch.name)["parcels"])
    ]
    found.append(Job("articles"))
    found += _chunks(STATEMENTS, config.statements, STATEMENTS_CHUNK)
    for kind in generated_tasks(all_tasks()):
        found += _chunks(kind, config.theory, CHUNK)
    return found


def texture_jobs(workspace: Workspace, config: BuildConfig, made: Iterable[Job]) -> list[Job]:
    """The generated pieces; they are asked first what the pieces before them could not answer."""
    asked: Counter[str] = Counter()
    for job in made:
        asked.update(workspace.summary(MAKE, job.name)["lines"].get("sft/train", {}))
    found = _chunks(TEXTURES, config.textures, TEXTURES_CHUNK)
    return [
        replace(job, asked_before=tuple((task, asked[task] // len(found)) for task in sorted(asked)))
        for job in found
    ]


def _chunks(kind: str, amount: int, size: int) -> list[Job]:
    return [
        Job(kind, number=number, count=min(size, amount - start))
        for number, start in enumerate(range(0, amount, size))
    ]


@dataclass(slots=True)
class Product:
    """What a unit has made so far."""

    seed: int
    lines: list[Line] = field(default_factory=list)
    pieces: Counter[str] = field(default_factory=Counter)
    """``source/split`` → pieces."""
    rejected: list[Rejected] = field(default_factory=list)

    def add_text(self, split: str, text: Text) -> None:
        """Takes a pretraining text; there are none of the test split."""
        if split != "test":
            self.lines.append(Line.of_text(split, text, self.seed))

    def add_example(self, example: Example, config: BuildConfig) -> None:
        """Takes an example, for supervised training and as a text."""
        record, task = example.record(config.format), example.question.task
        length = len(example.prompt) + len(example.answer)
        self.lines.append(Line.of(f"sft/{example.split}", task, example.id, record, length, self.seed))
        word = license_word(example.source, example.commercial)
        text = Text(f"{example.id}:text", "question", example.text, example.source, word)
        self.add_text(example.split, text)

    def add_held_out(self, split: str, record: dict[str, Any] | None) -> None:
        """Takes a question for evaluation, where there is one."""
        if record is not None:
            line = Line.of(f"questions/{split}", record["task"], record["id"], record, 0, self.seed)
            self.lines.append(line)


def make(workspace: Workspace, config: BuildConfig, job: Job) -> None:
    """Does one unit."""
    product = Product(config.seed)
    examiner = Examiner(all_tasks(), config, dict(job.asked_before))
    if job.kind == "pieces":
        _make_pieces(product, examiner, config, placed(workspace, job.batch, job.number))
    elif job.kind == TEXTURES:
        _make_pieces(product, examiner, config, textures(config, job))
    elif job.kind == "articles":
        for text in article_texts(config.context):
            product.add_text("train", text)
    elif job.kind == STATEMENTS:
        _make_statements(product, config, job)
    else:
        _make_generated(product, examiner, config, job)
    _finish(workspace, job, product, examiner)


def give_up(workspace: Workspace, job: Job, failure: str) -> None:
    """Leaves the summary of a unit whose worker crashed: what it worked on is rejected."""
    ids = [piece.id for piece in placed(workspace, job.batch, job.number)] if job.batch else [job.name]
    message = f"making questions of it, or of one beside it, failed: {failure}"
    product = Product(0, rejected=[Rejected(id_, CRASHED, message) for id_ in ids])
    _finish(workspace, job, product, Examiner((), BuildConfig()))


def _finish(workspace: Workspace, job: Job, product: Product, examiner: Examiner) -> None:
    workspace.write_lines(MAKE, job.name, product.lines)
    counted = {
        "pieces": product.pieces,
        "forms": examiner.forms,
        "left_out": {f"{task}/{code}": count for (task, code), count in examiner.left_out.items()},
        "failures": examiner.failures,
        "rejected": listed(product.rejected),
    }
    workspace.finish(MAKE, job.name, counted | _sizes(product.lines))


def _sizes(lines: Iterable[Line]) -> dict[str, Any]:
    """Lines and their characters by file and kind, and bytes by file."""
    counts: dict[str, Counter[str]] = {}
    characters: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    for line in lines:
        sizes[line.file] += len(line.json.encode(errors="backslashreplace")) + 1
        counts.setdefault(line.file, Counter())[line.kind] += 1
        characters.setdefault(line.file, Counter())[line.kind] += line.characters
    return {"lines": counts, "characters": characters, "bytes": sizes}


# Pieces


def _make_pieces(product: Product, examiner: Examiner, config: BuildConfig, found: Iterable[Piece]) -> None:
    for piece in found:
        guarded = _guard().check(piece) if piece.split != "test" else piece
        if isinstance(guarded, Rejected):
            product.rejected.append(guarded)
            continue
        made = Product(config.seed)
        try:
            _make_piece(made, examiner, config, piece)
        except SymbolicError as error:
            product.rejected.append(Rejected(piece.id, "does-not-fit", str(error)))
        except Exception as error:  # one odd score must not end a run over millions
            product.rejected.append(Rejected(piece.id, "making-failed", f"{type(error).__name__}: {error}"))
        else:
            product.lines += made.lines
            product.pieces.update(made.pieces)


def textures(config: BuildConfig, job: Job) -> Iterator[Piece]:
    """The generated pieces of a chunk; those of each split have progressions of their own."""
    held_out = round(job.count * HELD_OUT_SHARE)
    counts: dict[Split, int] = {"train": job.count - 2 * held_out, "dev": held_out, "test": held_out}
    first = (config.seed * SEEDS + job.number) * TEXTURES_CHUNK
    for split, count in counts.items():
        for made in textured_pieces(count, split, first):
            id_ = f"{OWN}/{made.id}"
            yield Piece(id_, OWN, made.score, True, split, family=id_)


@cache
def _guard() -> BenchmarkGuard:
    """The guard of this process; reading its tunes takes seconds."""
    return BenchmarkGuard.of_benchmark()


def _make_piece(product: Product, examiner: Examiner, config: BuildConfig, piece: Piece) -> None:
    product.pieces[f"{piece.source}/{piece.split}"] += 1
    is_changed = piece.split == "train" and piece.source != OWN
    copies = [piece, *_changed(piece, config)] if is_changed else [piece]
    questions = config.questions * (1 + config.transpositions if piece.source == OWN else 1)
    asked: list[tuple[str, Score]] = []
    for number, copy in enumerate(copies):
        score = labelled(copy)
        abc = abc_text(score)
        asked += _parts(copy.id, score, abc, config)
        origin = (piece.source, piece.commercial)
        for text in score_texts(copy.id, score, abc, *origin, config.context, both=number == 0):
            product.add_text(piece.split, text)
    for example in examiner.examine(asked, piece, questions):
        product.add_example(example, config)
        if piece.split != "train":
            product.add_held_out(piece.split, examiner.held_out(example))


def _changed(piece: Piece, config: BuildConfig) -> Iterator[Piece]:
    """The piece in other keys, some of them changed otherwise as well."""
    rng = Random(f"{config.seed}:{piece.id}:copies")
    wanted = config.transpositions
    for up in rng.sample(range(1, TONICS), TONICS - 1):
        if not wanted:
            return
        moved = to_tonic(piece, up)
        if moved is None:
            continue
        wanted -= 1
        if config.augmentations and rng.random() < AUGMENTED:
            moved = AUGMENTATIONS[rng.choice(config.augmentations)].apply(moved, rng)
        yield moved


def _parts(id_: str, score: Score, abc: str, config: BuildConfig) -> list[tuple[str, Score]]:
    """The score to ask about, or some of its parts where it is too long."""
    parts = pieces(score, int(config.context * SCORE_SHARE), abc)
    if len(parts) == 1:
        return [(id_, parts[0])]
    numbers = range(1, len(parts) + 1)
    chosen = Random(f"{config.seed}:{id_}:parts").sample(numbers, min(PARTS_ASKED, len(parts)))
    return [(f"{id_}:{number}", parts[number - 1]) for number in sorted(chosen)]


# Theory


def _make_generated(product: Product, examiner: Examiner, config: BuildConfig, job: Job) -> None:
    """Questions that need no score; the id says what is asked, so that one that comes twice is kept once."""
    generate = question_type(job.kind).generate
    if generate is None:
        raise ValueError(f"{job.kind} does not generate questions")
    rng = Random(f"{config.seed}:{job.name}")
    for number in range(job.count):
        question = generate(rng)
        split = split_of(question)
        draw = f"/{job.number}-{number}" if config.repeats and split == "train" else ""
        question = replace(question, id=f"{OWN}/{content_hash(question)}{draw}")
        example = examiner.example(question, rng, OWN, True, split)
        product.add_example(example, config)
        if split != "train":
            product.add_held_out(split, examiner.held_out(example))


def _make_statements(product: Product, config: BuildConfig, job: Job) -> None:
    """One part of the statements; all parts together tell no fact twice."""
    parts = len(_chunks(STATEMENTS, config.statements, STATEMENTS_CHUNK))
    for found in statements(config.seed, job.count, part=job.number, parts=parts):
        id_ = f"{OWN}/statements/{sha256(found.fact.encode()).hexdigest()[:16]}"
        product.add_text("train", Text(id_, "theory", f"{found.text.rstrip()}\n", OWN, OWN_LICENSE))
