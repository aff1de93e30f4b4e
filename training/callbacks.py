"""What watches a training run: its progress on the screen, and the request to stop.

`Stop` turns Ctrl-C and a scheduler's SIGTERM into a checkpoint after the step in hand; a second one stops at
once. With several processes all stop after the same step.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from transformers import TrainerCallback

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop(TrainerCallback):  # type: ignore[misc]  # transformers is not followed
    """Ends a run with a checkpoint when a signal has asked for it; every checkpoint ends a window of the log.

    Attributes:
        asked: a signal has come, here or in another process.
    """

    def __init__(self) -> None:
        self.asked = False
        self._accelerator: Any = None

    def share(self, accelerator: Any) -> None:
        """Stops together with the other processes of an `accelerate.Accelerator`."""
        self._accelerator = accelerator if accelerator.num_processes > 1 else None

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Takes the signals while the block runs."""
        before = {number: signal.signal(number, self._handle) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Asks for a checkpoint and the end, and for a log before every checkpoint."""
        if self._accelerator is not None:
            if self.asked:
                self._accelerator.set_trigger()
            self.asked = self._accelerator.check_trigger()
        if self.asked:
            control.should_save = control.should_training_stop = True
        if control.should_save or state.global_step % args.save_steps == 0:
            control.should_log = True


class Bar(TrainerCallback):  # type: ignore[misc]  # transformers is not followed
    """Steps, losses, tokens per second and the time left: a bar on a terminal, else a line at each log.

    Args:
        console: where to.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._row = self._progress.add_task("steps", total=None, told="")
        self._begun = (time.monotonic(), 0)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Shows the bar."""
        self._begun = (time.monotonic(), state.global_step)
        if state.is_world_process_zero:
            self._progress.reset(self._row, total=state.max_steps, completed=state.global_step)
            self._progress.start()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Moves the bar."""
        self._progress.update(self._row, completed=state.global_step)

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, float] | None = None, **_: Any
    ) -> None:
        """Tells what was logged."""
        told = told_log(logs or {})
        if not told or not state.is_world_process_zero:
            return
        self._progress.update(self._row, told=told)
        if not self._console.is_terminal:
            line = f"step {state.global_step}/{state.max_steps}: {told}{self._left(state)}"
            self._console.print(line, soft_wrap=True)

    def _left(self, state: Any) -> str:
        since, step = self._begun
        if step == state.global_step:
            return ""
        seconds = (
            (time.monotonic() - since) / (state.global_step - step) * (state.max_steps - state.global_step)
        )
        return f", {timedelta(seconds=round(seconds))} left"

    def stop(self) -> None:
        """Takes the bar away, however training ended."""
        self._progress.stop()


def told_log(logs: dict[str, float]) -> str:
    """The losses and the speed in a log, in words; empty where it has none."""
    names = ("text_loss", "answer_loss", "eval_text_loss", "eval_answer_loss")
    told = [f"{name.replace('_', ' ')} {logs[name]:.4f}" for name in names if name in logs]
    if "tokens_per_second" in logs:
        told.append(f"{logs['tokens_per_second']:,.0f} tokens/s")
    return ", ".join(told)
