"""Verification of tasks (任务核验): the log recomputed link by link, and every column of a task against what its log says."""

from collections.abc import Iterator
from itertools import groupby

from yigui.tasks.event_log import event_digest, fixed, standing
from yigui.tasks.models import CHANGING, FIXED, Task, TaskEvent

_BATCH = 2000
_LABELS = {f.attname: str(f.verbose_name) for f in Task._meta.concrete_fields}


def task_faults(using: str) -> Iterator[str]:
    """Yield a sentence for every task that differs from its log, and every log that is not whole. Silent on good tables."""
    events = TaskEvent.objects.using(using).order_by("task_id", "seq").iterator(chunk_size=_BATCH)
    tasks = Task.objects.using(using).order_by("pk").iterator(chunk_size=_BATCH)
    task = next(tasks, None)
    for task_id, chain in groupby(events, key=lambda e: e.task_id):
        while task is not None and task.pk < task_id:
            yield f"tasks_task id={task.pk}：没有任务记录。"
            task = next(tasks, None)
        links = list(chain)
        if task is None or task.pk != task_id:
            yield f"tasks_event id={links[0].pk}：所属的任务 {task_id} 号不存在。"
            continue
        yield from _broken(links) or _differing(task, links)
        task = next(tasks, None)
    while task is not None:
        yield f"tasks_task id={task.pk}：没有任务记录。"
        task = next(tasks, None)


def _broken(links: list[TaskEvent]) -> list[str]:
    previous = "0" * 64
    for expected, event in enumerate(links, start=1):
        where = f"tasks_event id={event.pk}（任务 {event.task_id} 号第 {event.seq} 条）"
        if event.seq != expected:
            return [f"{where}：任务记录缺第 {expected} 条。"]
        if event.previous != previous:
            return [f"{where}：与上一条的摘要不相接。"]
        if event_digest(event) != event.digest:
            return [f"{where}：内容与摘要不符。"]
        previous = event.digest
    return []


def _differing(task: Task, links: list[TaskEvent]) -> list[str]:
    first, last = links[0].payload, links[-1].payload
    found = fixed(task) | standing(task)
    said = {name: first.get(name) for name in FIXED} | {name: last.get(name) for name in CHANGING}
    names = [name for name in (*FIXED, *CHANGING) if found[name] != said[name]]
    if not names:
        return []
    labels = "、".join(_LABELS[name] for name in names[:5])
    return [f"tasks_task id={task.pk}：{labels}与任务记录不符。"]
