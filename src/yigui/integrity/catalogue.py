"""What stands in the database's catalogue against what this program brings: its functions, its guards. Computed from the program's own files."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pgtrigger
from django.db import connections

from yigui.common.rooms import with_functions
from yigui.common.sqlfiles import package_sql

_FUNCTION = re.compile(r"^CREATE OR REPLACE FUNCTION (\w+)\s*\((?:(?!^CREATE ).)*?\bAS (\$\w*\$)(.*?)\2", re.M | re.S)
_LIBRARY_FUNCTION = re.compile(r"\bFUNCTION (?:\"?\w+\"?\.)?\"?(\w+)\"?\s*\([^$]*?\bAS (\$\w*\$)(.*?)\2", re.S)
_TRIGGER = re.compile(
    r"^CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER (\w+)\s+(?:BEFORE|AFTER)\b[^;]*?\bON (\w+)\b[^;]*?EXECUTE FUNCTION (\w+)\(",
    re.M,
)


@cache
def brought() -> tuple[dict[str, set[str]], dict[tuple[str, str], str]]:
    """Bodies by function, and of each guard (table, name) the function it calls."""
    bodies: dict[str, set[str]] = defaultdict(set)
    guards: dict[tuple[str, str], str] = {}
    for room in with_functions():
        assert room.functions is not None
        for file in room.functions.files:
            text = package_sql(room.package, file)
            for name, _, body in _FUNCTION.findall(text):
                bodies[name].add(body)
            for name, table, function in _TRIGGER.findall(text):
                guards[table, name] = function
    for model, trigger in pgtrigger.registered():
        name = trigger.get_pgid(model)
        guards[model._meta.db_table, name] = name
        # The library makes its own helper by the same statements.
        made = _LIBRARY_FUNCTION.findall(str(trigger.compile(model).install_sql))
        bodies[name] |= {body for function, _, body in made if function == name}
    return bodies, guards


def catalogue_faults(using: str) -> Iterator[str]:
    """A sentence for every function that has another body than this program's, every guard that is away, off, or calls another function.

    Bodies are compared to the character: PostgreSQL keeps them as they were given, and a space in a literal or a line less after a comment
    is another rule.
    """
    bodies, guards = brought()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = ANY (%s)",
            [sorted(bodies)],
        )
        standing = cursor.fetchall()
        for name in sorted(bodies.keys() - {name for name, _ in standing}):
            yield f"函数 {name}：不存在。"
        for name, body in sorted(standing):
            if body not in bodies[name]:
                yield f"函数 {name}：内容与本程序的不符。"
        cursor.execute(
            "SELECT c.relname, t.tgname, p.proname, t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE c.relnamespace = 'public'::regnamespace"
        )
        found = {(table, name): (function, enabled) for table, name, function, enabled in cursor.fetchall()}
    for (table, name), (_, enabled) in sorted(found.items()):
        if enabled not in ("O", "A"):
            yield f"{table}：触发器 {name} 被停用。"
    for (table, name), function in sorted(guards.items()):
        if (table, name) not in found:
            yield f"{table}：触发器 {name} 不存在。"
        elif found[table, name][0] != function:
            yield f"{table}：触发器 {name} 调用的不是 {function}。"
