"""The model card: ``README.md`` of a trained model or adapter, from the record of its run and its corpus.

Every source whose music or text went into the weights is named with its licence, those of the base included
as far as its own record tells. Where one source is not for commercial use, nor are the weights.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from symbolic.io import save
from training import checkpoint

MANIFEST = "manifest.json"
ADAPTER = "adapter_config.json"
GAIN_HEADS = ("task", "n", "before", "after", "gain (95%)")
_LOSSES = ("text_loss", "answer_loss", "eval_text_loss", "eval_answer_loss")
_USE = {
    "adapter": """\
```python
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("{folder}")
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("{base}"), "{folder}")
```

{vllm}`symbolic-train merge {base} {folder} --out MERGED` makes one model of both.
""",
    "model": """\
```python
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("{folder}")
model = AutoModelForCausalLM.from_pretrained("{folder}")
```

`vllm serve {folder}` serves it.
""",
}
_INTENDED = """\
Made to answer questions about scores in ABC notation and about music theory, in the wordings of
symbolic-musician's question types, and as a base for finetuning. The chat template is in the tokenizer: the
question is the user's turn, with the tune after an empty line.

It is not made for open conversation. Its answers may be wrong; music unlike that of its sources (see below)
is answered worse. Measure it on your own scores with `symbolic-eval --data`.
"""


def data_of(corpus: Path, base: str = "") -> dict[str, Any]:
    """What a model is trained on, for its record: sources with their licences, and what is not known.

    Args:
        corpus: the folder of the corpus.
        base: the model that was gone on from, or empty.
    """
    found: dict[str, Any] = {"sources": {}, "unknown": []}
    if base:
        earlier = checkpoint.read(Path(base)).get("data")
        if earlier is None:
            found["unknown"].append(f"what the base {base} was trained on: see its own card")
        else:
            found = {"sources": dict(earlier["sources"]), "unknown": list(earlier["unknown"])}
    manifest = corpus / MANIFEST
    if not manifest.is_file():
        found["unknown"].append(f"the sources of the corpus {corpus.name}, which has no {MANIFEST}")
        return found
    for name, source in json.loads(manifest.read_bytes())["sources"].items():
        if name in found["sources"] and found["sources"][name]["pieces"] >= source["pieces"]["train"]:
            continue
        kept = {key: source[key] for key in ("title", "licence", "attribution", "commercial")}
        found["sources"][name] = kept | {"pieces": source["pieces"]["train"]}
    return found


def write_card(folder: Path, named: str = "") -> None:
    """Writes ``README.md`` into the folder of a finished model or adapter.

    Args:
        folder: with the record of its run.
        named: the base that was merged, where one was.
    """
    adapter = folder / ADAPTER
    settings = json.loads(adapter.read_bytes()) if adapter.is_file() else {}
    text = card(checkpoint.read(folder), folder.name.lstrip(".").removesuffix(".part"), settings, named)
    save(str(folder / "README.md"), text.encode())


def card(record: Mapping[str, Any], name: str, adapter: Mapping[str, Any], merged: str = "") -> str:
    """The card, as Markdown with the metadata of the hub.

    Args:
        record: of the run; empty for an adapter from elsewhere that was merged.
        name: of the folder.
        adapter: PEFT's configuration, empty for a whole model.
        merged: the base into which an adapter was merged, or empty.
    """
    data = record.get("data") or {"sources": {}, "unknown": ["what it was trained on"]}
    model = record.get("config", {}).get("model", {})
    base = adapter.get("base_model_name_or_path") or merged or model.get("base", "")
    if not adapter and Path(base).is_dir():
        base = ""  # a step on the way, which nobody else has
    sections = [
        _metadata(data, base, bool(adapter)),
        f"# {name}\n\n{_what(record, base, bool(adapter))}",
        f"## Use\n\n{_use(name, base, adapter)}",
        f"## Intended use and limits\n\n{_INTENDED}",
        f"## Training data and licences\n\n{_data(data)}",
        f"## Measured\n\n{_measured(record)}",
        f"## Configuration\n\n{_configuration(record)}",
    ]
    return "\n".join(sections)


def is_commercial(data: Mapping[str, Any]) -> bool:
    """Whether all sources that are known allow commercial use."""
    return all(source["commercial"] for source in data["sources"].values())


def _metadata(data: Mapping[str, Any], base: str, is_adapter: bool) -> str:
    lines = [
        "---",
        f"library_name: {'peft' if is_adapter else 'transformers'}",
        "pipeline_tag: text-generation",
        "license: other",
        f"license_name: {'as-its-sources' if is_commercial(data) else 'non-commercial'}",
        *([f"base_model: {json.dumps(base)}"] if base else []),
        "tags: [music, abc-notation, music-theory, symbolic-musician]",
        "---\n",
    ]
    return "\n".join(lines)


def _what(record: Mapping[str, Any], base: str, is_adapter: bool) -> str:
    what = "A LoRA adapter" if is_adapter else "A causal language model"
    origin = f" of `{base}`" if base else ""
    if not record:
        return f"{what}{origin}, merged by symbolic-musician.\n"
    command = f"symbolic-train {record['command']}"
    made = f"made by `{command}` of symbolic-musician {record['version']}"
    return f"{what}{origin} for music in ABC notation, {made}.\n"


def _use(name: str, base: str, adapter: Mapping[str, Any]) -> str:
    if not adapter:
        return _USE["model"].format(folder=name)
    vllm = (
        "It holds embeddings in full, which vLLM takes in a merged model only: "
        if adapter.get("modules_to_save")
        else f"vLLM: `vllm serve {base} --enable-lora --lora-modules music={name}`. "
    )
    return _USE["adapter"].format(folder=name, base=base, vllm=vllm)


def _data(data: Mapping[str, Any]) -> str:
    rows = [
        (
            f"{name}: {source['title']}",
            source["licence"],
            source["attribution"],
            "yes" if source["commercial"] else "no",
            f"{source['pieces']:,}",
        )
        for name, source in data["sources"].items()
    ]
    told = table(("source", "licence", "attribution", "commercial use", "pieces"), rows) if rows else ""
    unknown = "".join(f"\nNot known: {what}.\n" for what in data["unknown"])
    if not is_commercial(data):
        return f"{told}{unknown}\nSome sources are for non-commercial use only, and so are these weights.\n"
    return f"{told}{unknown}\nThe licences of the sources apply.\n"


def _measured(record: Mapping[str, Any]) -> str:
    losses = {name: entry[name] for entry in record.get("log", ()) for name in _LOSSES if name in entry}
    words = [
        (name.replace("eval_", "held-out ").replace("_", " "), f"{value:.4f}")
        for name, value in losses.items()
    ]
    told = (
        table(("last mean, nats per token", "value"), words)
        if words
        else "Nothing was measured in training.\n"
    )
    asked = record.get("held_out", {}).get("rows")
    if not asked:
        return told
    return (
        f"{told}\nShare of right answers to held-out questions of the corpus, generated greedily, before and "
        f"after:\n\n{table(GAIN_HEADS, map(gain_cells, asked))}"
    )


def gain_cells(row: Sequence[Any]) -> tuple[str, ...]:
    """A row of `training.held_out.rows` under `GAIN_HEADS`."""
    task, count, before, after, spread = row
    told = f"{after - before:+.3f}" + (f" ± {spread:.3f}" if spread is not None else "")
    return (task, f"{count:,}", f"{before:.3f}", f"{after:.3f}", told)


def _configuration(record: Mapping[str, Any]) -> str:
    rows = [
        (f"{name}.{key}", json.dumps(value))
        for name, values in record.get("config", {}).items()
        for key, value in values.items()
    ]
    rows += [(name, str(record[name])) for name in ("corpus", "tokenizer", "processes") if name in record]
    return table(("key", "value"), rows) if rows else "Not known.\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    cells = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in cells)
