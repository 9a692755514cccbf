"""Who may do what in the database, against what this program's declarations make: grants, policies, roles, their settings, scopes.

Named is what differs: what somebody may do beyond the declarations, and what they may no longer. The text of a policy's condition is the
server's own rendering; the owner keeps it at each preparation (`keep_policies`) beside the digest of what was declared.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models, transaction

from yigui.common.rooms import tables
from yigui.common.sqlfiles import named_sql
from yigui.integrity.models import Policy
from yigui.warrants import scopes
from yigui.warrants.grants import is_callable, is_for_persons, privileges_of
from yigui.warrants.names import APP_ROLE, COURIER_LOGIN
from yigui.warrants.row_security import OUTSIDE_LOGIN, PERSON_ROLE, UNIT_ROLE, owned, public
from yigui.warrants.row_security import policies as declared_policies

_STATEMENTS = named_sql("integrity", "privileges")
_OUTSIDERS = (UNIT_ROLE, PERSON_ROLE)
_HOUSE = (APP_ROLE, *_OUTSIDERS, OUTSIDE_LOGIN)
#: A table that a preparation fills: `benefits_adjust_12_3`; these alone the application fills by its own statements.
_STAGED = re.compile(r"(\w+?)(_\d+){1,2}")
_FILLED = "benefits_adjust"
#: Settings by which a role or a database would get round guards, policies or limits.
_RISKY = (
    "session_replication_role", "row_security", "search_path", "role", "session_authorization", "session_preload_libraries",
    "local_preload_libraries", "event_triggers", "default_transaction_read_only", "transaction_read_only",
)  # fmt: skip

Grants = dict[tuple[str, str], set[str]]


def privilege_faults(using: str) -> Iterator[str]:
    """A sentence for everything in the catalogue that the declarations do not make."""
    with connections[using].cursor() as cursor:
        for part in (
            _owners,
            _table_grants,
            _function_grants,
            _policies,
            _roles,
            _other_roles,
            _settings,
            _ways_round,
            _constraints,
            _scopes,
        ):
            yield from part(cursor)


def _asked(cursor: Any, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    cursor.execute(sql, list(parameters))
    return list(cursor.fetchall())


def _owners(cursor: Any) -> Iterator[str]:
    """Everything belongs to one owner: whoever made the table of migrations."""
    found = _asked(
        cursor,
        "SELECT o.what, o.name, pg_get_userbyid(o.owner) FROM ("
        "SELECT '表' AS what, relname::text AS name, relowner AS owner FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') "
        "UNION ALL SELECT '函数', proname, proowner FROM pg_proc p WHERE pronamespace = 'public'::regnamespace "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')) AS o "
        "WHERE o.owner <> (SELECT relowner FROM pg_class WHERE oid = 'django_migrations'::regclass) ORDER BY 1, 2 LIMIT 50",
    )
    for what, name, owner in found:
        yield f"{what} {name}：所有者为 {owner}，与其他各表不同。"


def _table_grants(cursor: Any) -> Iterator[str]:
    roots = dict(_asked(
        cursor,
        "SELECT c.relname::text, CASE WHEN c.relispartition THEN (SELECT r.relname::text FROM pg_class r WHERE r.oid = pg_partition_root(c.oid)) END "
        "FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')",
    ))  # fmt: skip
    standing = _grants(_asked(
        cursor,
        "SELECT c.relname::text, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type, '', a.is_grantable "
        "FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS a WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') "
        "AND a.grantee <> c.relowner UNION ALL "
        "SELECT c.relname::text, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type, t.attname::text, a.is_grantable "
        "FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND NOT t.attisdropped CROSS JOIN LATERAL aclexplode(t.attacl) AS a "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND a.grantee <> c.relowner",
    ))  # fmt: skip
    declared: Grants = defaultdict(set)
    for table, root in roots.items():
        declared[table, APP_ROLE] = _of_application(table, root)
    for table in public():
        for role in _OUTSIDERS:
            declared[table, role] = {"SELECT"}
    for table, own in owned().items():
        for role, rows in ((UNIT_ROLE, own.unit), (PERSON_ROLE, own.person)):
            columns = [column.strip() for column in own.columns.split(",") if column.strip()]
            declared[table, role] = ({f"SELECT({column})" for column in columns} or {"SELECT"}) if rows else set()
    for table in (name for name, table in tables().items() if table.courier):
        declared[table, COURIER_LOGIN] = {"SELECT", "DELETE"}
    yield from _differences("表", declared, standing, may_have=_may_have(roots))


def _of_application(table: str, root: str | None) -> set[str]:
    rights = set(privileges_of(table, root))
    updates = tables()[table].updates if table in tables() else ()
    if updates:
        rights = (rights - {"UPDATE"}) | {f"UPDATE({column})" for column in updates}
    return rights


def _may_have(roots: dict[str, str | None]) -> Grants:
    """What an application may have besides, while a preparation goes on: tables staged under the name of one of ours."""
    found: Grants = {}
    for table in roots:
        named = _STAGED.fullmatch(table)
        if table not in tables() and named is not None:
            found[table, APP_ROLE] = {"SELECT", "INSERT"} if named[1] == _FILLED else {"SELECT"}
    return found


def _grants(rows: Iterable[tuple[Any, ...]]) -> Grants:
    found: Grants = defaultdict(set)
    for name, role, privilege, column, is_grantable in rows:
        found[name, role].add(f"{privilege}{f'({column})' if column else ''}{'*' if is_grantable else ''}")
    return found


def _differences(what: str, declared: Grants, standing: Grants, may_have: Grants | None = None) -> Iterator[str]:
    for name, role in sorted(declared.keys() | standing.keys()):
        wanted, found = declared.get((name, role), set()), standing.get((name, role), set())
        besides = (may_have or {}).get((name, role), set())
        if more := found - wanted - besides:
            yield f"{what} {name}：{role} 多出权限 {'、'.join(sorted(more))}。"
        if less := wanted - found - besides:
            yield f"{what} {name}：{role} 缺少权限 {'、'.join(sorted(less))}。"


def _function_grants(cursor: Any) -> Iterator[str]:
    rows = _asked(
        cursor,
        _STATEMENTS["functions"],
    )
    for signature, name, grantees, is_pinned in rows:
        wanted = ({APP_ROLE} if is_callable(name) else set()) | ({PERSON_ROLE} if is_for_persons(name) else set())
        if more := set(grantees) - wanted:
            yield f"函数 {signature}：{'、'.join(sorted(more))} 可以执行，程序没有授予。"
        if less := wanted - set(grantees):
            yield f"函数 {signature}：{'、'.join(sorted(less))} 不能执行，程序已授予。"
        if not is_pinned:
            yield f"函数 {signature}：没有固定查找路径。"


_POLICIES = (
    "SELECT c.relname::text, p.polname::text, "
    "(SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r)::text END, ',') FROM unnest(p.polroles) AS r), "
    "p.polcmd::text, concat_ws(' ', p.polpermissive, pg_get_expr(p.polqual, p.polrelid), 'CHECK', pg_get_expr(p.polwithcheck, p.polrelid)) "
    "FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'public'::regnamespace"
)


def _version(cursor: Any) -> int:
    return int(_asked(cursor, "SELECT current_setting('server_version_num')::integer / 10000")[0][0])


def keep_policies(using: str = "owner") -> None:
    """What the server made of the declared policies, kept by the owner once they have been set anew; a text is kept once."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        version = _version(cursor)
        known = set(Policy.objects.using(using).filter(server=version).values_list("table_name", "name", "declared", "standing"))
        declared = {(table, name): _digest(rows) for table, name, _, _, rows in declared_policies()}
        standing = [
            (table, name, declared[table, name], _digest(text))
            for table, name, _, _, text in _asked(cursor, _POLICIES)
            if (table, name) in declared
        ]
        Policy.objects.using(using).bulk_create(
            Policy(table_name=t, name=n, declared=d, standing=s, server=version)
            for t, n, d, s in standing
            if (t, n, d, s) not in known
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _policies(cursor: Any) -> Iterator[str]:
    """Policies by table, name, role and command; their text against what the owner kept when it was made of the same declaration."""
    version = _version(cursor)
    kept: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for table, name, declaration, text in _asked(
        cursor, "SELECT table_name, name, declared, standing FROM integrity_policy WHERE server = %s", version
    ):
        kept[table, name, declaration].add(text)
    standing = {(table, name): (role, command, text) for table, name, role, command, text in _asked(cursor, _POLICIES)}
    wanted = {(table, name): (role, command, rows) for table, name, role, command, rows in declared_policies()}
    for table, name in sorted(standing.keys() | wanted.keys()):
        place = f"{table}：行级安全策略 {name} "
        if (table, name) not in wanted:
            yield f"{place}不是本程序的。"
        elif (table, name) not in standing:
            yield f"{place}不存在。"
        elif standing[table, name][:2] != wanted[table, name][:2]:
            yield f"{place}的角色或操作与本程序的不符。"
        elif kept[table, name, _digest(wanted[table, name][2])] != {_digest(standing[table, name][2])}:
            yield f"{place}的条件与本程序的不符。"
    secured = {name for (name,) in _asked(
        cursor, "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND NOT relispartition"
    )}  # fmt: skip
    for table in sorted(owned().keys() - secured):
        yield f"{table}：行级安全未启用。"


def _roles(cursor: Any) -> Iterator[str]:
    for name, *powers in _asked(
        cursor,
        "SELECT rolname::text, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = ANY (%s) ORDER BY 1",
        list(_HOUSE),
    ):
        words = ("SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS")
        if more := [word for word, has in zip(words, powers, strict=True) if has]:
            yield f"角色 {name}：多出 {'、'.join(more)}。"
    (owner,) = _asked(cursor, "SELECT pg_get_userbyid(relowner)::text FROM pg_class WHERE oid = 'django_migrations'::regclass")[0]
    # Whoever made a role may administer it, which lets nobody act as it.
    memberships = _asked(
        cursor,
        "SELECT pg_get_userbyid(m.roleid)::text, pg_get_userbyid(m.member)::text, m.inherit_option, m.set_option FROM pg_auth_members m "
        "WHERE (pg_get_userbyid(m.roleid) = ANY (%s) OR pg_get_userbyid(m.member) = ANY (%s)) AND (m.inherit_option OR m.set_option) ORDER BY 1, 2",
        [*_HOUSE, owner], list(_HOUSE),
    )  # fmt: skip
    for role, member, inherits, _ in memberships:
        is_outside = member == OUTSIDE_LOGIN and role in _OUTSIDERS
        if not (member == owner or (is_outside and not inherits)):
            yield f"角色 {member}：属于 {role}{'并继承其权限' if inherits else ''}，程序没有授予。"
    for role in _OUTSIDERS:
        if (role, OUTSIDE_LOGIN) not in {(r, m) for r, m, _, _ in memberships}:
            yield f"角色 {OUTSIDE_LOGIN}：不能成为 {role}。"


def _other_roles(cursor: Any) -> Iterator[str]:
    """The owner beyond an owner, and roles that are not ours and could get round everything; those listed in `YIGUI_ROLES` are the operator's own.

    The server's first superuser is whoever made it. What a role may by itself, or as a member of PostgreSQL's own roles or of ours.
    """
    (owner,) = _asked(cursor, "SELECT pg_get_userbyid(relowner)::text FROM pg_class WHERE oid = 'django_migrations'::regclass")[0]
    known = [*_HOUSE, owner, *settings.ROLES]
    # With one URL the owner may be the server's superuser, if the operator says so.
    never_more = [COURIER_LOGIN] if owner in settings.ROLES else [owner, COURIER_LOGIN]
    for name, *powers in _asked(
        cursor,
        "SELECT rolname::text, rolsuper, rolreplication, rolbypassrls, rolcreaterole FROM pg_roles "
        "WHERE oid <> 10 AND rolname !~ '^pg_' AND NOT rolname = ANY (%s) OR rolname = ANY (%s) ORDER BY 1",
        known, never_more,
    ):  # fmt: skip
        words = ("SUPERUSER", "REPLICATION", "BYPASSRLS", "" if name == owner else "CREATEROLE")
        if more := [word for word, has in zip(words, powers, strict=True) if has and word]:
            yield f"角色 {name}：有 {'、'.join(more)}，不是本程序的，也未列入 YIGUI_ROLES。"
    for role, member in _asked(
        cursor,
        "SELECT pg_get_userbyid(m.roleid)::text, pg_get_userbyid(m.member)::text FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member "
        "WHERE (m.inherit_option OR m.set_option) AND r.oid <> 10 AND r.rolname !~ '^pg_' AND NOT r.rolname = ANY (%s) "
        "AND (pg_get_userbyid(m.roleid) ~ '^pg_' OR pg_get_userbyid(m.roleid) = ANY (%s)) "
        "UNION ALL SELECT pg_get_userbyid(m.roleid)::text, r.rolname::text FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member "
        "WHERE r.rolname = ANY (%s) AND pg_get_userbyid(m.roleid) ~ '^pg_' ORDER BY 1, 2",
        [*_HOUSE, *settings.ROLES], [*_HOUSE, COURIER_LOGIN, owner], [COURIER_LOGIN, owner],
    ):  # fmt: skip
        if member != owner or role.startswith("pg_"):
            yield f"角色 {member}：属于 {role}，程序没有授予，也未列入 YIGUI_ROLES。"


_LIMITS = {
    "default_transaction_read_only=on",
    "statement_timeout=30s",
    "idle_in_transaction_session_timeout=2min",
    "temp_file_limit=256MB",
}


def _settings(cursor: Any) -> Iterator[str]:
    """What roles of the house and the database set for themselves; a login of outsiders has its limits and nothing else."""
    rows = _asked(
        cursor,
        "SELECT coalesce(r.rolname::text, ''), s.setdatabase <> 0, s.setconfig FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole "
        "WHERE (s.setdatabase = 0 OR s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())) "
        "AND (s.setrole = 0 OR r.rolname = ANY (%s) OR r.oid = (SELECT relowner FROM pg_class WHERE oid = 'django_migrations'::regclass))",
        [*_HOUSE, COURIER_LOGIN],
    )
    (can_log_in,) = _asked(cursor, "SELECT coalesce(bool_or(rolcanlogin), false) FROM pg_roles WHERE rolname = %s", OUTSIDE_LOGIN)[
        0
    ]
    limits: set[str] = set()
    for role, _, config in rows:
        if role == OUTSIDE_LOGIN:
            limits |= set(config)
            continue
        for setting in config:
            if setting.split("=", 1)[0] in _RISKY:
                yield f"{f'角色 {role}' if role else '数据库'}：设置了 {setting}，程序没有设置。"
    if can_log_in and limits != _LIMITS:
        yield f"角色 {OUTSIDE_LOGIN}：限制应为 {'、'.join(sorted(_LIMITS))}，现为 {'、'.join(sorted(limits)) or '无'}。"


def _ways_round(cursor: Any) -> Iterator[str]:
    """What this program never makes: rules, event triggers, schemas one may write to, temporary tables of one's own, tools that stop others."""
    for table, rule in _asked(
        cursor,
        "SELECT c.relname::text, r.rulename::text FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "
        "WHERE c.relnamespace = 'public'::regnamespace AND r.rulename <> '_RETURN' ORDER BY 1, 2",
    ):
        yield f"{table}：有改写规则 {rule}，本程序没有。"
    for (name,) in _asked(cursor, "SELECT evtname::text FROM pg_event_trigger ORDER BY 1"):
        yield f"事件触发器 {name}：本程序没有。"
    for role in (
        role for (role,) in _asked(cursor, "SELECT rolname::text FROM pg_roles WHERE rolname = ANY (%s) ORDER BY 1", list(_HOUSE))
    ):
        for (schema,) in _asked(
            cursor,
            "SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_' AND has_schema_privilege(%s, oid, 'CREATE') ORDER BY 1",
            role,
        ):
            yield f"角色 {role}：可以在模式 {schema} 中建立对象。"
        if _asked(cursor, "SELECT has_database_privilege(%s, current_database(), 'TEMPORARY')", role)[0][0]:
            yield f"角色 {role}：可以建立临时表。"


def _constraints(cursor: Any) -> Iterator[str]:
    """Constraints and indexes of the declared tables that are away or not valid."""
    standing = {(table, name) for table, name in _asked(
        cursor,
        "SELECT conrelid::regclass::text, conname::text FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND convalidated "
        "UNION ALL SELECT indrelid::regclass::text, indexrelid::regclass::text FROM pg_index WHERE indisvalid",
    )}  # fmt: skip
    for model in apps.get_models():
        if model._meta.db_table not in tables():
            continue
        names: list[models.Index | models.BaseConstraint] = [*model._meta.constraints, *model._meta.indexes]
        for name in sorted(one.name for one in names):
            if (model._meta.db_table, name) not in standing:
                yield f"{model._meta.db_table}：约束或索引 {name} 不存在或无效。"


def _scopes(cursor: Any) -> Iterator[str]:
    """What each kind of warrant opens."""
    wanted = {
        (scope.kind, scope.code, table): (table not in scope.by_functions, scope.risk_class, {} if table else dict(scope.about))
        for scope in scopes.declared()
        for table in ("", *scope.tables)
    }
    standing = {(kind, code, table): (by_hand, risk, json.loads(about)) for kind, code, table, by_hand, risk, about in _asked(
        cursor, "SELECT kind, code, table_name, by_hand, risk_class, about::text FROM warrants_scope"
    )}  # fmt: skip
    for kind, code, table in sorted(wanted.keys() | standing.keys()):
        place = f"授权范围 {kind} {code} {table}".rstrip()
        if (kind, code, table) not in standing:
            yield f"{place}：不存在。"
        elif (kind, code, table) not in wanted:
            yield f"{place}：不是本程序的。"
        elif standing[kind, code, table] != wanted[kind, code, table]:
            yield f"{place}：与本程序的不符。"
