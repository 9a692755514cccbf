"""Verification (核验): everything recomputed from the tables; the first row that was tampered with is named.

Each room says in its `room.py` what it can recompute. Silent on a good database. Reads only.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connections

from yigui.common.rooms import Kind, Verification, rooms, tables
from yigui.integrity.beside import Part, carry_out
from yigui.integrity.models import Seal
from yigui.integrity.recording import recorded_tables
from yigui.integrity.seal import chain_heads, seal_roots
from yigui.warrants.bulk_seals import protected_tables

_BATCH = 2000


def declared_parts() -> list[Verification]:
    """What the rooms say can be recomputed, in the order in which it is."""
    return sorted((part for room in rooms() for part in room.verifications), key=lambda part: part.place)


def verify_all(using: str = "default", on_part: Callable[[str], None] | None = None) -> Iterator[str]:
    """Yield a sentence for every fault found, in the order of the parts."""
    parts: list[Part] = []
    for part in declared_parts():
        if part.faults is records:
            parts += [(f"{part.label} {table}", partial(record_faults, table)) for table in recorded_tables()]
            parts.append((part.label, record_itself))
        else:
            parts.append((part.label, part.faults))
    yield from carry_out(parts, using, on_part or (lambda _: None))


_WHAT = {
    "changed": "现值与最后一次写入时的摘要不符",
    "gone": "记录已被删除",
    "new": "没有写入记录",
    "unrecorded": "记录摘要的触发器被停用或不存在，写入没有留下摘要",
    "unheard": "有写入摘要而没有变更记录，写入时其他触发器已被停用",
    "rewritten": "历史记录只能追加，却有改动或删除的摘要",
    "part": "分区不属于任何已执行的批次",
    "foreign": "分区所属批次的种类不写入本表",
    "unkeyed": "主键不存在或无效，可能有重复的记录",
    "children": "有继承本表的其他表，其记录混入本表",
    "hidden": "行级安全限制了核验，可能有未核验的记录",
    "twice": "同一主键有多条记录",
}


def records(using: str) -> Iterator[str]:
    """A sentence for every row of a recorded table that was changed, removed or put in past the record, and for the record's own faults."""
    for table in recorded_tables():
        yield from record_faults(table, using)
    yield from record_itself(using)


def record_itself(using: str) -> Iterator[str]:
    """A sentence for every entry of the record that was changed, and every seal of it that does not come out again."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT id FROM integrity_entry_faults_v1()")
        for (entry,) in cursor.fetchall():
            yield f"integrity_entry id={entry}：摘要条目被改动。"
        cursor.execute("SELECT id, table_name, load FROM integrity_late_v1()")
        for entry, table, load in cursor.fetchall():
            if load is None or not any(load in known for known in settings.OPENINGS):
                yield f"integrity_entry id={entry}：表 {table} 的记录在首次登记之后补登，不属于已登记的期初装载。"
        cursor.execute("SELECT number, what, found FROM integrity_root_faults_v1()")
        for number, what, found in cursor.fetchall():
            yield f"integrity_root number={number}：{_ROOT[what].format(found=found)}。"


_ROOT = {
    "root": "封存内容与根摘要不符",
    "chain": "与上一次封存不相接，封存有缺失",
    "entries": "所封存的摘要条目与封存时不符，现有 {found} 条",
    "counter": "封存计数为此数，现有最新的封存为第 {found} 号，封存有缺失",
}


def record_faults(table: str, using: str) -> Iterator[str]:
    """The faults of one recorded table, at most 20."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT keys FROM integrity_shape WHERE table_name = %s ORDER BY id DESC LIMIT 1", [table])
        keys = (cursor.fetchone() or [[]])[0]
        kinds = [kind.code for room in rooms() for kind in room.run_kinds if table in kind.writes]
        cursor.execute("SELECT key, what FROM integrity_faults_v1(%s, 20, %s)", [table, kinds])
        found = cursor.fetchall()
        found += [("", f"列 {column} 曾被移除，移除前后的记录未能核对") for column in _vanished(cursor, table)]
        has_history, is_appended = table in protected_tables(), tables()[table].kind is Kind.APPEND_ONLY
        if has_history or is_appended:
            cursor.execute("SELECT key, what FROM integrity_unheard_v1(%s, %s, %s)", [table, has_history, is_appended])
            found += cursor.fetchall()
        for key, what in found:
            yield f"{_place(table, keys, key)}：{_WHAT.get(what, what)}。"


def _vanished(cursor: Any, table: str) -> list[str]:
    """Columns that a later shape of a table lost, while its rows were carried over: what stood in them was compared with nothing.

    Those a release removed are declared (`Table.removed`), and do not come back.
    """
    cursor.execute(
        "SELECT s.columns, EXISTS (SELECT 1 FROM integrity_entry e WHERE e.shape_id = s.id AND e.op = 'R') FROM integrity_shape s "
        "WHERE s.table_name = %s ORDER BY s.id", [table],
    )  # fmt: skip
    shapes = cursor.fetchall()
    lost: set[str] = set()
    for n, (before, _) in enumerate(shapes[:-1]):
        if any(carried for _, carried in shapes[n + 1 :]):
            lost |= set(before) - set(shapes[n + 1][0])
    is_there = set(shapes[-1][0]) if shapes else set()
    return sorted(column for column in lost if column in is_there or column not in tables()[table].removed)


def _place(table: str, keys: list[str], key: str) -> str:
    if not key:
        return table
    return f"{table} {keys[0]}={key}" if len(keys) == 1 else f"{table} ({', '.join(keys)})={key}"


def seals(using: str) -> Iterator[str]:
    """A sentence for every nightly seal that does not come out again."""
    previous, next_id = "0" * 64, 1
    for seal in Seal.objects.using(using).order_by("id").iterator(chunk_size=_BATCH):
        heads = chain_heads(seal.first_event_id, seal.last_event_id, using)
        if seal.previous != previous or seal.first_event_id != next_id or seal.root not in seal_roots(previous, heads):
            yield f"casework_seal id={seal.pk}（{seal.day}）：封存根与重算结果不符。"
        previous, next_id = seal.root, seal.last_event_id + 1
