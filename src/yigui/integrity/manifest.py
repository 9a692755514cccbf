"""The whole catalogue of the database against what it was when this program had prepared it: complete by construction.

`integrity_catalogue_v1` lists every thing of the house and of PostgreSQL's own that somebody could change: schemas, functions with all their
attributes, tables, columns, constraints, indexes, triggers, policies, rules, types, rights of every kind. The owner keeps it at the end of the
first preparation by a program; verification names whatever is otherwise, away, or new. What the next program finds changed before it begins it
keeps too, so that nothing is taken in unsaid. Tables that a batch fills and attaches come and go: of them the guards are asked.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from yigui.common import clock
from yigui.common.rooms import rooms, tables
from yigui.common.sqlfiles import named_sql
from yigui.integrity.catalogue import brought
from yigui.integrity.models import Catalogue
from yigui.integrity.rendered import one_form

Things = dict[str, dict[str, str]]
#: Packages whose migrations make things in the database too.
_MAKERS = ("django", "django-pgtrigger", "procrastinate", "django-axes")
#: Kinds of which only what is added counts: the server's own preparation (`server.sql`) takes some away.
_ADDED_ONLY = {"leakproof", "builtin_grant"}
#: What the server's own preparation gives; a list of before it did lacks them.
_GIVEN = {"builtin_grant": {"pg_export_snapshot() yigui_owner EXECUTE"}}
#: Counters of somebody's tries: made with the account.
_COUNTER = re.compile(r"identity_tries_\w+")
_WORDS = {
    "schema": "模式", "function": "函数", "body": "函数内容", "relation": "表或序列", "column": "列", "constraint": "约束", "index": "索引", "trigger": "触发器",
    "policy": "行级安全策略", "rule": "改写规则", "type": "类型", "operator": "运算符", "cast": "类型转换", "operator_class": "运算符类", "collation": "排序规则",
    "conversion": "字符集转换", "access_method": "访问方法", "transform": "类型变换",
    "statistics": "统计对象", "extension": "扩展", "language": "语言", "event_trigger": "事件触发器", "publication": "发布", "subscription": "订阅",
    "foreign_server": "外部服务器", "foreign_data": "外部数据", "label": "安全标签", "large_object": "大对象", "default_grant": "缺省权限", "database": "数据库",
    "builtin": "服务器自带", "leakproof": "防泄漏函数", "builtin_grant": "服务器自带对象的权限", "parameter_grant": "参数权限",
}  # fmt: skip
#: Sentences about one preparation, at most.
_SAID_MAX = 200


@cache
def program_digest() -> str:
    """SHA-256 over the sources of this program, its rooms outside the house, and the releases of what makes tables for it."""
    found = hashlib.sha256()
    packages = {"yigui", *(room.package for room in rooms() if not room.package.startswith("yigui."))}
    for package in sorted(packages):
        file = import_module(package).__file__
        assert file is not None
        home = Path(file).parent
        for source in sorted(p for p in home.rglob("*") if p.suffix in {".py", ".sql"}):
            found.update(f"{package}/{source.relative_to(home)}\n".encode())
            found.update(source.read_bytes())
    for maker in _MAKERS:
        try:
            found.update(f"{maker} {version(maker)}\n".encode())
        except PackageNotFoundError:
            found.update(f"{maker} none\n".encode())
    return found.hexdigest()


def begin(using: str = "owner") -> None:
    """As a preparation begins: keep what has changed since the one before, once a program and release of the server."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('integrity_catalogue') IS NOT NULL AND to_regprocedure('integrity_catalogue_v1()') IS NOT NULL"
        )
        if not cursor.fetchone()[0]:
            return
        server = _server(cursor)
        newest = Catalogue.objects.using(using).filter(server=server).order_by("-id").first()
        if newest is None or Catalogue.objects.using(using).filter(server=server, program=program_digest()).exists():
            return
        # One that was broken off has left the database half made: what differs then is its doing.
        before: Things | None = newest.things
        differed = list(_differences(before, standing(cursor)))[:_SAID_MAX] if before is not None else []
        Catalogue.objects.using(using).create(program=program_digest(), server=server, differed=differed)


def keep(using: str = "owner") -> None:
    """When a preparation is through: keep the catalogue as it has made it, once a program and release of the server."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        server = _server(cursor)
        if Catalogue.objects.using(using).filter(server=server, program=program_digest(), things__isnull=False).exists():
            return
        Catalogue.objects.using(using).create(program=program_digest(), server=server, things=standing(cursor))


def manifest_faults(using: str) -> Iterator[str]:
    """A sentence for everything in the catalogue that is otherwise than when the preparation was through, and for what a preparation found changed."""
    with connections[using].cursor() as cursor:
        server = _server(cursor)
        kept = list(Catalogue.objects.using(using).filter(server=server).order_by("id"))
        whole = [row for row in kept if row.things is not None]
        if not whole:
            yield "数据库目录：没有本服务器版本的清单，请由所有者重新准备数据库（yigui prepare）。"
            return
        for row in kept:
            yield from (f"数据库目录（{clock.local(row.kept_at):%Y-%m-%d} 准备之前）：{sentence}" for sentence in row.differed)
        yield from _kept_twice(kept)
        # Another program has prepared the database since, or this one's sources are being worked on: the newest counts.
        own = next((row for row in whole if row.program == program_digest()), whole[-1])
        assert own.things is not None
        yield from _differences(own.things, standing(cursor))
        yield from _passing_faults(cursor)
        yield from _flag_faults(cursor)


def _kept_twice(kept: Iterable[Catalogue]) -> Iterator[str]:
    """Lists that no preparation keeps: a second one by the same program, or one after this program's own."""
    seen: set[tuple[str, bool]] = set()
    is_after = False
    for row in kept:
        key = (row.program, row.things is not None)
        if key in seen or (is_after and row.program != program_digest()):
            yield f"数据库目录：第 {row.pk} 号清单不是本程序准备数据库时所记。"
        seen.add(key)
        is_after = is_after or key == (program_digest(), True)


def _server(cursor: Any) -> int:
    cursor.execute("SELECT current_setting('server_version_num')::integer / 10000")
    return int(cursor.fetchone()[0])


def standing(cursor: Any) -> Things:
    """The catalogue as it stands, by kind and name; without bodies that this program brings itself, and without what comes and goes."""
    bodies, _ = brought()
    passing = set(_passing(cursor))
    cursor.execute("SELECT kind, name, said FROM integrity_catalogue_v1()")
    found: Things = {}
    for kind, name, said in cursor.fetchall():
        if kind == "body" and name.split("(", 1)[0] in bodies:
            continue
        if kind in _OF_RELATIONS and (name.split(".", 1)[0] in passing or _COUNTER.fullmatch(name)):
            continue
        rendered = one_form(said) if kind in _RENDERED else said
        found.setdefault(kind, {})[name] = hashlib.sha256(rendered.encode()).hexdigest()[:16]
    return found


#: Kinds in which the server renders expressions.
_RENDERED = {"column", "constraint", "index", "trigger", "policy"}
_OF_RELATIONS = {"relation", "column", "constraint", "index", "trigger", "policy", "rule"}
#: A table of a batch: `contributions_line_12_0`. Those of the years, made by a migration, stay.
_OF_BATCH = re.compile(r"([a-z_]+?)(?:_\d+){1,3}")
_OF_YEAR = re.compile(r"[a-z_]+_(19|20)\d\d")
#: What a preparation fills under the name of no table of ours.
_STAGED = {"contributions_part", "benefits_adjust", "benefits_stage", "benefits_bad"}


def _passing(cursor: Any) -> Iterator[str]:
    """Tables that come and go with the work: parts and staged rows of batches."""
    cursor.execute(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname ~ '_[0-9]+$'"
    )
    for (name,) in cursor.fetchall():
        named = _OF_BATCH.fullmatch(name)
        if named and name not in tables() and not _OF_YEAR.fullmatch(name) and (named[1] in tables() or named[1] in _STAGED):
            yield name


def _differences(kept: Things, now: Things) -> Iterator[str]:
    for kind in sorted(kept.keys() | now.keys()):
        before, after = kept.get(kind, {}), now.get(kind, {})
        word = _WORDS.get(kind, kind)
        for name in sorted(after.keys() - before.keys() - _GIVEN.get(kind, set())):
            yield f"{word} {name}：不是本程序准备数据库时所建。"
        if kind in _ADDED_ONLY:
            continue
        for name in sorted(before.keys() - after.keys()):
            yield f"{word} {name}：准备数据库时有，现已不存在。"
        for name in sorted(before.keys() & after.keys()):
            if before[name] != after[name]:
                yield f"{word} {name}：与准备数据库时的不符。"


_GUARDS_OF_PARTS = named_sql("integrity", "manifest")["guards_of_parts"]


def _passing_faults(cursor: Any) -> Iterator[str]:
    """Tables of batches: under a name of ours; attached, only read from then on; with no trigger of any other kind."""
    cursor.execute(_GUARDS_OF_PARTS, [list(_passing(cursor))])
    for name, guards, others, is_attached, has_policy in cursor.fetchall():
        if is_attached and not {"append_only", "no_truncate"} <= set(guards):
            yield f"表 {name}：已并入的分区缺少只读触发器。"
        if others or has_policy:
            yield f"表 {name}：有本程序没有的触发器或策略 {'、'.join(others)}。"


_DENIED = {
    "triggers": "触发器", "checks": "检查约束", "rules": "改写规则", "indexes": "索引", "policies": "行级安全策略",
    "columns": "列或列的缺省值", "children": "下级表",
}  # fmt: skip


def _flag_faults(cursor: Any) -> Iterator[str]:
    """Relations whose entry in the catalogue denies what hangs on them: the server then passes over it. Asked of the catalogue alone, so that what
    was so before the list was kept is named too."""
    cursor.execute("SELECT name, what FROM integrity_flags_v1() LIMIT 50")
    for name, what in cursor.fetchall():
        yield f"表或序列 {name}：目录条目与实有的{_DENIED[what]}不符，数据库可能不再执行。"
