"""The data card of a corpus: ``README.md``, for people; the manifest holds everything that it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from symbolic.io import save
from training.corpus.piece import SPLITS
from training.corpus.sources import OWN
from training.corpus.workspace import Workspace

_INTRODUCTION = """\
# Corpus of music and music theory

Text to pretrain on, supervised examples and evaluation questions, built by `symbolic-data build` of
symbolic-musician {version} from the configuration below. The same scores and configuration give the same
bytes; `manifest.json` has the SHA-256 of every file.

| files | what |
|---|---|
| `pretrain/*.jsonl` | `text`, `kind` (score, theory, question), `source`, `id`, `license` |
| `sft/*.jsonl` | {format}, with `id`, `task`, `source`, `license` |
| `questions/*.jsonl` | held out, for `symbolic-eval --data`: `id`, `task`, `abc`, `answer`, `group` |
| `rejected.jsonl` | every file and piece that was left out: `id`, `reason`, `message` |
| `noticed.jsonl` | what was odd about pieces that were kept, likewise |
"""

_METHOD = """\
## How it was made

1. Every file was read and cleaned; labels that the notes contradict were repaired or dropped. A key in an
   example may so differ from the one its source states.
2. Of copies, also in another key or in other note values, the first was kept. Tune families (the same
   incipit, or a third of their interval sequences in common) were found by MinHash and stand in one split
   each.
3. Pieces of the training and development splits that are kin of a test tune of the project's benchmark were
   dropped.
4. Training pieces were copied into other keys, some of them changed in notation; held-out pieces never.
5. Questions were asked where their type allows it, those types first that had been asked least. What a
   question shows does not hold its answer.
6. Nothing is truncated: music longer than {context} characters is cut at bar lines.

## Limits

Answers are computed from what the scores say, and scores err: some headers state a wrong key or metre.
Types that need harmony, several voices or instruments have few real pieces to ask about. Most music here is
Western and tonal. Generated theory is correct by computation and narrow in its wording. `license` is
`commercial` where a model fitted to the line may be used commercially as far as the source's licence says
so, else `non-commercial`.
"""


def write_card(workspace: Workspace, manifest: dict[str, Any]) -> None:
    """Writes ``README.md`` into the folder of a corpus."""
    save(str(Path(workspace.out) / "README.md"), card(manifest).encode())


def card(manifest: dict[str, Any]) -> str:
    """The data card that a manifest gives, as Markdown."""
    config = manifest["config"]
    format = "`messages`" if config["format"] == "chat" else "`instruction`, `input`, `output`"
    sections = [
        _INTRODUCTION.format(version=manifest["version"], format=format),
        f"## Sources and licences\n\n{_sources(manifest['sources'])}",
        f"## Contents\n\n{_contents(manifest)}",
        f"## Questions\n\n{_questions(manifest)}",
        f"## Left out\n\n{_rejected(manifest)}",
        _METHOD.format(context=f"{config['context']:,}"),
        f"## Configuration\n\n{_table(('key', 'value'), [(name, str(config[name])) for name in config])}",
    ]
    return "\n".join(sections)


def _sources(sources: dict[str, Any]) -> str:
    rows = [
        (
            f"{name}: {source['title']}",
            source["licence"],
            source["attribution"],
            "yes" if source["commercial"] else "no",
            *(f"{source['pieces'][split]:,}" for split in SPLITS),
        )
        for name, source in sources.items()
    ]
    return _table(("source", "licence", "attribution", "commercial use", *SPLITS), rows)


def _contents(manifest: dict[str, Any]) -> str:
    pieces, mix = manifest["pieces"], manifest["mix"]
    generated = sum(manifest["sources"][OWN]["pieces"].values())
    rows = [
        (f"`{name}`", f"{sum(found['lines'].values()):,}", f"{found['bytes'] / 2**20:.1f}")
        for name, found in manifest["files"].items()
    ]
    characters = ", ".join(f"{count:,} of {kind}" for kind, count in mix["characters"].items())
    return (
        f"{pieces['files']:,} files held {pieces['read']:,} pieces of {pieces['families']:,} families; "
        f"{pieces['kept'] - generated:,} were kept, and {generated:,} generated pieces added.\n\n"
        f"Characters of training text: {characters}; knowledge and questions to scores {mix['ratio']}:1 "
        f"(wanted {mix['wanted']}).\n\n{_table(('file', 'lines', 'MB'), rows)}"
    )


def _questions(manifest: dict[str, Any]) -> str:
    forms = ", ".join(f"{form} {count:,}" for form, count in manifest["forms"].items())
    rows = [
        (task, *(f"{counts[split]:,}" for split in SPLITS)) for task, counts in manifest["questions"].items()
    ]
    return f"Forms of the examples: {forms}.\n\n{_table(('type', *SPLITS), rows)}"


def _rejected(manifest: dict[str, Any]) -> str:
    rows = [(reason, f"{found['count']:,}") for reason, found in manifest["rejected"].items()]
    return _table(("reason", "files and pieces"), rows) if rows else "Nothing.\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in cells)
