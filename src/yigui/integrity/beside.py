"""Parts of a verification beside each other: a few connections, answers in the order of the parts."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future

from django.db import connections

#: Connections of one verification. Inside a transaction of the caller there is one, which alone sees what the transaction wrote.
CONNECTIONS = max(1, int(os.environ.get("YIGUI_VERIFY_CONNECTIONS", "") or min(4, os.cpu_count() or 1)))

Part = tuple[str, Callable[[str], Iterator[str]]]


def carry_out(parts: Sequence[Part], using: str, on_part: Callable[[str], None]) -> Iterator[str]:
    """What the parts name, in their order. `on_part` is told the label of each when it is its turn to be given out."""
    if CONNECTIONS == 1 or connections[using].in_atomic_block:
        for label, faults in parts:
            on_part(label)
            yield from faults(using)
        return
    answers: list[Future[list[str]]] = [Future() for _ in parts]
    waiting = iter(list(zip(parts, answers, strict=True)))
    turn, is_over = threading.Lock(), threading.Event()

    def work() -> None:
        try:
            while not is_over.is_set():
                with turn:
                    taken = next(waiting, None)
                if taken is None:
                    return
                (_, faults), answer = taken
                try:
                    answer.set_result(list(faults(using)))
                except BaseException as error:
                    answer.set_exception(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work, name=f"verify-{k}", daemon=True) for k in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    try:
        for (label, _), answer in zip(parts, answers, strict=True):
            on_part(label)
            yield from answer.result()
    finally:
        # Whoever has read enough waits for what is under way, no more.
        is_over.set()
        for worker in workers:
            worker.join()
