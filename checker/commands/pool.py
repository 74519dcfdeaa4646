"""Work done in processes that may die or hang without taking the rest with them.

A spreadsheet can abort the whole process that reads it, or keep it busy for ever (design.md §8),
and the standard pools end with the first of their processes. Here each process has a pipe of its
own: one that dies or takes too long is replaced, what it was doing is answered as lost, and the
work goes on. Where no process can be started, everything is done in this one.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from multiprocessing.connection import Connection, wait
from typing import Any

_MOST = 60  # processes: Windows waits for 63 things at once, no more
_STARTING = 120.0  # seconds until a process must be ready: importing is slow on a loaded machine


class Loss(Enum):
    """Why there is no answer."""

    DIED = "died"
    SLOW = "slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A function of some module, called with arguments in another process."""

    call: Callable[..., Any]
    given: tuple[Any, ...]
    patience: float  # seconds


Done = Callable[[Task, Any], Iterable[Task]]


class Pool:
    """Up to `jobs` processes, started when there is work for them."""

    def __init__(self, jobs: int) -> None:
        self._jobs = min(jobs, _MOST)
        self._workers: list[_Worker] = []

    def run(self, tasks: Iterable[Task], done: Done) -> None:
        """Do the tasks; `done` hears each answer, or Loss, and returns what is to be done next."""
        todo = deque(tasks)
        try:
            while todo or any(worker.task for worker in self._workers):
                if not self._assign(todo):
                    self._do_here(todo, done)
                for task, answer in self._listen():
                    todo.extendleft(reversed(list(done(task, answer))))
        finally:
            for worker in self._workers:
                worker.end()
            self._workers.clear()

    def _assign(self, todo: deque[Task]) -> bool:
        """Give tasks to idle processes; tell whether there is any process at all."""
        idle = [worker for worker in self._workers if worker.ready and not worker.task]
        starting = sum(not worker.ready for worker in self._workers)
        while len(self._workers) < self._jobs and len(todo) > len(idle) + starting:
            try:
                self._workers.append(_Worker())
            except (OSError, ImportError):  # no more processes, or none on this system
                break
            starting += 1
        for worker in idle:
            if todo:
                worker.take(todo.popleft())
        return bool(self._workers)

    def _do_here(self, todo: deque[Task], done: Done) -> None:
        """Do everything in this process."""
        while todo:
            task = todo.popleft()
            todo.extendleft(reversed(list(done(task, task.call(*task.given)))))

    def _listen(self) -> list[tuple[Task, Any]]:
        """Wait for an answer or the end of somebody's patience; return what is answered or lost."""
        deadline = min((worker.deadline for worker in self._workers), default=0.0)
        ready = wait(
            [worker.pipe for worker in self._workers], max(0.0, deadline - time.monotonic())
        )
        answers = []
        for worker in list(self._workers):
            if worker.pipe in ready:
                answer = worker.hear()
            elif time.monotonic() >= worker.deadline:
                answer = Loss.SLOW
            else:
                continue
            if worker.task:
                answers.append((worker.task, answer))
            if isinstance(answer, Loss):
                self._bury(worker)
            worker.rest()  # what it said first is that it has started
        return answers

    def _bury(self, worker: _Worker) -> None:
        """Remove a process; where it never came to work, do without further ones."""
        worker.end()
        self._workers.remove(worker)
        if not worker.ready:
            self._jobs = len(self._workers)


class _Worker:
    """A process and the task it has."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")  # the same everywhere, and nothing inherited
        self.pipe, there = context.Pipe()
        self.ready = False
        self.task: Task | None = None
        self.deadline = time.monotonic() + _STARTING
        self._process = context.Process(target=_serve, args=(there,), daemon=True)
        self._process.start()
        there.close()  # so that the pipe ends with the process

    def take(self, task: Task) -> None:
        """Start a task."""
        self.task = task
        self.deadline = time.monotonic() + task.patience
        with suppress(OSError):  # it has died meanwhile: listening tells
            self.pipe.send((task.call, task.given))

    def rest(self) -> None:
        """Wait for the next task, for as long as it takes."""
        self.ready = True
        self.task = None
        self.deadline = float("inf")

    def hear(self) -> Any:
        """Return what it has sent, or that it has died."""
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            return Loss.DIED

    def end(self) -> None:
        """Stop it, whatever it does."""
        self._process.kill()
        self._process.join()
        self.pipe.close()


def _serve(pipe: Connection) -> None:
    """Answer calls until nobody asks any more."""
    from checker import engine

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one who asks
    _silence()
    gc.freeze()
    gc.set_threshold(engine.OBJECTS_A_COLLECTION)
    pipe.send(None)
    while True:
        try:
            call, given = pipe.recv()
        except EOFError:
            return
        pipe.send(call(*given))


def _silence() -> None:
    """Send nowhere what is said here: last words may quote a file, and break the progress."""
    sys.stderr = sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for good
    os.dup2(sys.stderr.fileno(), 2)
