"""The whole catalogue against what it was when the database was prepared: one thing of every kind changed, made and taken away is named."""

from typing import Any

import pytest

from tests import money
from tests.attacks.givens import given
from tests.integrity.test_every_row_and_column import ask, undone
from yigui.integrity import manifest
from yigui.integrity.manifest import manifest_faults, program_digest
from yigui.integrity.models import Catalogue

_NOTHING = "LANGUAGE plpgsql SET search_path = public, pg_temp AS $$ BEGIN RETURN NULL; END $$"
#: Statements of a superuser, and what is then said (a part of a sentence).
CHANGED = (
    # Attributes of functions, whose bodies stay.
    ("ALTER FUNCTION identity_signed_v1() SECURITY DEFINER", "函数 identity_signed_v1()：与"),
    ("ALTER FUNCTION casework_door_v1() SECURITY DEFINER", "函数 casework_door_v1()：与"),
    ("ALTER FUNCTION registry_own_subjects_v1(name,bigint[],bigint[]) STRICT", "函数 registry_own_subjects_v1(name,bigint[],bigint[])：与"),
    ("ALTER FUNCTION identity_who_v1() IMMUTABLE", "函数 identity_who_v1()：与"),
    ("ALTER FUNCTION warrants_by_application_v1() LEAKPROOF", "函数 warrants_by_application_v1()：与"),
    ("ALTER FUNCTION integrity_of_registry_person() SET timezone = 'America/New_York'", "函数 integrity_of_registry_person()：与"),
    (
        "CREATE OR REPLACE FUNCTION integrity_of_registry_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        "SET search_path = public, pg_temp AS 'BEGIN RETURN NULL; END'", "函数内容 integrity_of_registry_person()：与",
    ),
    ("CREATE FUNCTION evil() RETURNS trigger " + _NOTHING, "函数 evil()：不是"),
    ("CREATE FUNCTION warrants_stamp_v1(integer, text) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'", "函数 warrants_stamp_v1(integer,text)：不是"),
    ("CREATE FUNCTION pg_catalog.evil(varchar, text) RETURNS boolean LANGUAGE sql AS 'SELECT true'", "函数 evil(character varying,text)：不是"),
    ("CREATE AGGREGATE evil(bigint) (SFUNC = int8pl, STYPE = bigint)", "函数 evil(bigint)：不是"),
    ("DROP FUNCTION casework_unconfirmed_v1()", "函数 casework_unconfirmed_v1()：准备数据库时有"),
    # Guards, whoever makes them.
    ("DROP TRIGGER signed ON staff_rights_request", "触发器 staff_rights_request.signed：准备数据库时有"),
    (
        "CREATE OR REPLACE TRIGGER signed BEFORE INSERT OR UPDATE ON staff_rights_request FOR EACH ROW EXECUTE FUNCTION identity_signed_v1()",
        "触发器 staff_rights_request.signed：与",
    ),
    ("DROP TRIGGER case_ends ON warrants_warrant", "触发器 warrants_warrant.case_ends：准备数据库时有"),
    ("DROP TRIGGER append_only ON ledger_voucher", "触发器 ledger_voucher.append_only：准备数据库时有"),
    ("DROP TRIGGER subjects_u ON registry_person", "触发器 registry_person.subjects_u：准备数据库时有"),
    ("ALTER TABLE benefits_amount DISABLE TRIGGER guard_after", "触发器 benefits_amount.guard_after：与"),
    ("ALTER TABLE benefits_amount ENABLE REPLICA TRIGGER guard_after", "触发器 benefits_amount.guard_after：与"),
    (
        "CREATE TRIGGER aaa BEFORE INSERT ON staff_full_view FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "触发器 staff_full_view.aaa：不是",
    ),
    (
        "CREATE TRIGGER aaa BEFORE INSERT ON integrity_entry FOR EACH ROW WHEN (NEW.id > 0) EXECUTE FUNCTION warrants_refuse_v1()",
        "触发器 integrity_entry.aaa：不是",
    ),
    # What a table holds.
    ("ALTER TABLE ledger_entry DROP CONSTRAINT entry_positive, ADD CONSTRAINT entry_positive CHECK (true)", "约束 ledger_entry.entry_positive：与"),
    ("ALTER TABLE contributions_claim DROP CONSTRAINT claim_of_one", "约束 contributions_claim.claim_of_one：准备数据库时有"),
    ("DROP INDEX change_by_row; CREATE INDEX change_by_row ON warrants_change (id)", "索引 warrants_change.change_by_row：与"),
    ("DROP INDEX change_by_row", "索引 warrants_change.change_by_row：准备数据库时有"),
    ("CREATE INDEX evil ON registry_person (upper(name))", "索引 registry_person.evil：不是"),
    ("ALTER TABLE warrants_warrant ALTER COLUMN xid DROP NOT NULL", "列 warrants_warrant.xid：与"),
    ("ALTER TABLE casework_case ALTER COLUMN risk_class SET DEFAULT 3", "列 casework_case.risk_class：与"),
    ("ALTER TABLE registry_person ADD COLUMN evil text", "列 registry_person.evil：不是"),
    ("ALTER TABLE registry_person FORCE ROW LEVEL SECURITY", "表或序列 registry_person：与"),
    ("ALTER TABLE registry_person REPLICA IDENTITY NOTHING", "表或序列 registry_person：与"),
    ("ALTER TABLE registry_person OWNER TO postgres", "表或序列 registry_person：与"),
    ("CREATE TABLE evil (id integer)", "表或序列 evil：不是"),
    ("CREATE VIEW evil AS SELECT 1 AS one", "表或序列 evil：不是"),
    ("CREATE VIEW contributions_line_77 AS SELECT 1 AS one", "表或序列 contributions_line_77：不是"),
    ("CREATE TABLE evil (CHECK (true)) INHERITS (registry_person)", "表或序列 evil：不是"),
    ("ALTER SEQUENCE casework_case_no INCREMENT 2", "表或序列 casework_case_no：与"),
    ("GRANT UPDATE ON SEQUENCE casework_case_no TO yigui_courier", "表或序列 casework_case_no：与"),
    ("CREATE POLICY evil ON registry_person USING (true)", "行级安全策略 registry_person.evil：不是"),
    ("CREATE RULE evil AS ON INSERT TO casework_draft DO INSTEAD NOTHING", "改写规则 casework_draft.evil：不是"),
    # What the catalogue says of a table beside what hangs on it: the server believes it.
    ("UPDATE pg_class SET relhastriggers = false WHERE oid = 'registry_person'::regclass", "registry_person：目录条目与实有的触发器不符"),
    ("UPDATE pg_class SET relchecks = 0 WHERE oid = 'ledger_entry'::regclass", "ledger_entry：目录条目与实有的检查约束不符"),
    ("UPDATE pg_class SET relhasindex = false WHERE oid = 'registry_person'::regclass", "registry_person：目录条目与实有的索引不符"),
    ("UPDATE pg_class SET relrowsecurity = false WHERE oid = 'registry_person'::regclass", "registry_person：目录条目与实有的行级安全策略不符"),
    ("UPDATE pg_class SET relforcerowsecurity = true WHERE oid = 'registry_person'::regclass", "表或序列 registry_person：与"),
    ("UPDATE pg_attribute SET atthasdef = false WHERE attrelid = 'casework_case'::regclass AND atthasdef", "casework_case：目录条目与实有的列或列的缺省值不符"),
    ("UPDATE pg_attribute SET attnotnull = false WHERE attrelid = 'warrants_warrant'::regclass AND attname = 'xid'", "列 warrants_warrant.xid：与"),
    ("UPDATE pg_class SET relhassubclass = false WHERE oid = 'contributions_line'::regclass", "contributions_line：目录条目与实有的下级表不符"),
    ("UPDATE pg_trigger SET tgdeferrable = true, tginitdeferred = true WHERE tgrelid = 'registry_person'::regclass AND NOT tgisinternal", "触发器 registry_person."),
    ("UPDATE pg_trigger SET tgtype = 0 WHERE tgrelid = 'casework_step'::regclass AND tgisinternal", "约束 casework_step."),
    (
        "UPDATE pg_trigger SET tgfoid = 'pg_catalog.\"RI_FKey_noaction_del\"'::regproc WHERE tgrelid = 'casework_step'::regclass AND tgisinternal",
        "约束 casework_step.",
    ),
    ("UPDATE pg_trigger SET tgenabled = 'D' WHERE tgrelid = 'registry_person'::regclass AND NOT tgisinternal", "触发器 registry_person."),
    ("UPDATE pg_index SET indisunique = false WHERE indrelid = 'casework_event'::regclass", "索引 casework_event."),
    ("UPDATE pg_constraint SET condeferred = false, condeferrable = false WHERE conrelid = 'casework_step'::regclass AND contype = 'f'", "约束 casework_step."),
    # Things of no table.
    ("CREATE DEFAULT CONVERSION evil FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", "字符集转换 public.evil：不是"),
    ("UPDATE pg_conversion SET condefault = false WHERE conname = 'iso_8859_1_to_utf8'", "服务器自带 conversions：与"),
    ("UPDATE pg_language SET lanvalidator = 0 WHERE lanname = 'plpgsql'", "语言 plpgsql：与"),
    ("CREATE ACCESS METHOD evil TYPE TABLE HANDLER heap_tableam_handler", "访问方法 evil：不是"),
    ("UPDATE pg_type SET typdefault = '0' WHERE typname = 'macaddr8'", "服务器自带 types：与"),
    ("UPDATE pg_aggregate SET agginitval = '1' WHERE aggfnoid = 'pg_catalog.count(\"any\")'::regprocedure", "服务器自带 aggregates：与"),
    ("UPDATE pg_rewrite SET ev_enabled = 'D' WHERE ev_class = 'pg_roles'::regclass", "服务器自带 rules：与"),
    ("CREATE SCHEMA evil", "模式 evil：不是"),
    ("GRANT CREATE ON SCHEMA public TO yigui_courier", "模式 public：与"),
    ("GRANT CREATE ON DATABASE yigui TO yigui_app", "数据库 grants：与"),
    ("CREATE TYPE evil AS ENUM ('x')", "类型 evil：不是"),
    ("CREATE DOMAIN evil AS integer", "类型 evil：不是"),
    ("CREATE OPERATOR public.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)", "运算符 "),
    ("CREATE CAST (bigint AS timestamp) WITHOUT FUNCTION AS ASSIGNMENT", "类型转换 bigint timestamp without time zone：不是"),
    ("CREATE COLLATION evil FROM \"C\"", "排序规则 evil：不是"),
    ("CREATE STATISTICS evil ON id_number, name FROM registry_person", "统计对象 evil：不是"),
    ("CREATE PUBLICATION evil FOR ALL TABLES", "发布 evil：不是"),
    (
        "CREATE FUNCTION evil() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER evil ON ddl_command_end EXECUTE FUNCTION evil()",
        "事件触发器 evil：不是",
    ),
    ("CREATE FOREIGN DATA WRAPPER evil", "外部数据 evil：不是"),
    ("CREATE FOREIGN DATA WRAPPER evil; CREATE SERVER evil FOREIGN DATA WRAPPER evil", "外部服务器 evil：不是"),
    ("SELECT lo_create(0)", "大对象 all：与"),
    ("ALTER DEFAULT PRIVILEGES FOR ROLE yigui_owner GRANT ALL ON TABLES TO yigui_app", "缺省权限 "),
    ("GRANT USAGE ON LANGUAGE sql TO yigui_app", "语言 sql：与"),
    # What PostgreSQL brings.
    ("ALTER FUNCTION texteq(text, text) LEAKPROOF", "防泄漏函数 texteq(text,text)：不是"),
    ("ALTER FUNCTION pg_catalog.sha256(bytea) STABLE", "服务器自带 functions：与"),
    ("GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO yigui_outside", "服务器自带对象的权限 pg_advisory_lock(bigint) yigui_outside EXECUTE：不是"),
    ("GRANT EXECUTE ON FUNCTION pg_read_file(text) TO yigui_app", "服务器自带对象的权限 pg_read_file(text) yigui_app EXECUTE：不是"),
    ("GRANT SELECT ON pg_authid TO yigui_app", "服务器自带对象的权限 pg_authid yigui_app SELECT：不是"),
    ("GRANT UPDATE (prosrc) ON pg_proc TO yigui_app", "服务器自带对象的权限 pg_proc.prosrc yigui_app UPDATE：不是"),
    ("GRANT SET ON PARAMETER session_replication_role TO yigui_app", "参数权限 session_replication_role yigui_app SET：不是"),
)  # fmt: skip


def test_silent_on_a_good_database_as_the_application_and_as_a_superuser() -> None:
    assert list(manifest_faults("default")) == []
    assert list(manifest_faults("super")) == []


def test_silent_while_batches_are_prepared_and_when_they_are_attached() -> None:
    money.levied()
    given("a draft of each kind")
    assert list(manifest_faults("default")) == []


@pytest.mark.parametrize(("statement", "said"), CHANGED, ids=[statement for statement, _ in CHANGED])
def test_whatever_a_superuser_changes_is_named(statement: str, said: str) -> None:
    with undone():
        for part in statement.split("; ") if "$$" not in statement and "'BEGIN" not in statement else [statement]:
            ask(part)
        assert [fault for fault in manifest_faults("super") if said in fault]


def test_every_function_guard_constraint_and_index_that_goes_is_named() -> None:
    """What is kept of each has to say so by itself when it is not there, or is another; all of a kind at once, each by a sentence of its own."""
    (kept,) = Catalogue.objects.exclude(things=None)
    for kind in ("function", "trigger", "constraint", "index", "column", "policy"):
        names = kept.things[kind]
        assert len(names) > 100
        for present in ({}, dict.fromkeys(names, "0" * 16)):
            said = list(manifest._differences(kept.things, {**kept.things, kind: present}))
            assert len(said) == len(set(said)) == len(names)


def test_a_part_without_its_guards_or_with_another_is_named() -> None:
    money.levied()
    part = ask("SELECT relname FROM pg_class WHERE relname ~ '^contributions_bill_[0-9]+$' ORDER BY 1")[0][0]
    for statement in (
        f"DROP TRIGGER no_truncate ON {part}", f"ALTER TABLE {part} DISABLE TRIGGER append_only",
        f"CREATE TRIGGER aaa BEFORE INSERT ON {part} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ):  # fmt: skip
        with undone():
            ask(statement)
            assert [fault for fault in manifest_faults("super") if fault.startswith(f"表 {part}：")], statement


def test_a_list_that_no_preparation_kept_is_named() -> None:
    newest = Catalogue.objects.exclude(things=None).get()
    for program in (program_digest(), "f" * 64):
        with undone():
            Catalogue.objects.using("super").create(program=program, server=newest.server, things=newest.things)
            assert [fault for fault in manifest_faults("super") if "清单不是本程序" in fault]


def test_what_changed_before_the_next_release_is_prepared_is_kept_and_said(monkeypatch: Any) -> None:
    with undone():
        ask("DROP TRIGGER case_ends ON warrants_warrant")
        monkeypatch.setattr(manifest, "program_digest", lambda: "e" * 64)
        manifest.begin("super")
        manifest.begin("super")
        manifest.keep("super")
        manifest.keep("super")
        assert [(row.things is None, bool(row.differed)) for row in Catalogue.objects.using("super").filter(program="e" * 64).order_by("id")] == [
            (True, True), (False, False),
        ]  # fmt: skip
        said = list(manifest_faults("super"))
        assert all("准备之前" in sentence for sentence in said)
        assert [sentence for sentence in said if "触发器 warrants_warrant.case_ends" in sentence]
