"""Grants, policies, roles, settings and scopes are compared with the declarations: whatever a superuser widens or takes away is named."""

import pytest

from tests.integrity.test_every_row_and_column import ask, undone
from yigui.integrity.privileges import keep_policies, privilege_faults

_LEVY = "(kind, code, table_name) = ('run', 'levy', 'contributions_bill')"
WIDENED = (
    ("GRANT INSERT ON warrants_warrant TO yigui_app", "表 warrants_warrant：yigui_app 多出权限 INSERT。"),
    ("GRANT UPDATE (amount_fen) ON contributions_receipt TO yigui_app", "表 contributions_receipt：yigui_app 多出权限 UPDATE(amount_fen)。"),
    ("GRANT SELECT ON identity_device TO PUBLIC", "表 identity_device：PUBLIC 多出权限 SELECT。"),
    ("GRANT SELECT ON registry_person TO yigui_outside", "表 registry_person：yigui_outside 多出权限 SELECT。"),
    ("GRANT SELECT ON staff_user TO yigui_person", "表 staff_user：yigui_person 多出权限 SELECT。"),
    ("REVOKE INSERT ON casework_draft FROM yigui_app", "表 casework_draft：yigui_app 缺少权限 INSERT。"),
    ("ALTER TABLE registry_person OWNER TO postgres", "表 registry_person：所有者为 postgres，与其他各表不同。"),
    ("ALTER FUNCTION warrants_issue_v1 OWNER TO postgres", "函数 warrants_issue_v1：所有者为 postgres，与其他各表不同。"),
    ("GRANT EXECUTE ON FUNCTION warrants_seal_sets_v1(text[]) TO yigui_app", "函数 warrants_seal_sets_v1(text[])：yigui_app 可以执行，程序没有授予。"),
    ("GRANT EXECUTE ON FUNCTION identity_who_v1() TO PUBLIC", "函数 identity_who_v1()：PUBLIC 可以执行，程序没有授予。"),
    ("REVOKE EXECUTE ON FUNCTION identity_who_v1() FROM yigui_app", "函数 identity_who_v1()：yigui_app 不能执行，程序已授予。"),
    ("ALTER FUNCTION identity_who_v1() RESET search_path", "函数 identity_who_v1()：没有固定查找路径。"),
    ("CREATE POLICY wide ON registry_person TO yigui_person USING (true)", "registry_person：行级安全策略 wide 不是本程序的。"),
    ("ALTER POLICY registry_person_person ON registry_person USING (true)", "registry_person：行级安全策略 registry_person_person 的条件与本程序的不符。"),
    ("ALTER POLICY registry_person_person ON registry_person TO PUBLIC", "registry_person：行级安全策略 registry_person_person 的角色或操作与本程序的不符。"),
    ("DROP POLICY registry_person_unit ON registry_person", "registry_person：行级安全策略 registry_person_unit 不存在。"),
    ("ALTER TABLE registry_person DISABLE ROW LEVEL SECURITY", "registry_person：行级安全未启用。"),
    ("ALTER ROLE yigui_app BYPASSRLS CREATEROLE", "角色 yigui_app：多出 CREATEROLE、BYPASSRLS。"),
    ("ALTER ROLE yigui_outside SUPERUSER", "角色 yigui_outside：多出 SUPERUSER。"),
    ("GRANT yigui_owner TO yigui_app", "角色 yigui_app：属于 yigui_owner并继承其权限，程序没有授予。"),
    ("GRANT yigui_person TO yigui_outside WITH INHERIT TRUE", "角色 yigui_outside：属于 yigui_person并继承其权限，程序没有授予。"),
    ("GRANT pg_read_all_data TO yigui_outside", "角色 yigui_outside：属于 pg_read_all_data，程序没有授予。"),
    ("ALTER ROLE yigui_courier SUPERUSER", "角色 yigui_courier：有 SUPERUSER，不是本程序的，也未列入 YIGUI_ROLES。"),
    ("ALTER ROLE yigui_owner SUPERUSER BYPASSRLS", "角色 yigui_owner：有 SUPERUSER、BYPASSRLS，不是本程序的，也未列入 YIGUI_ROLES。"),
    ("CREATE ROLE evil SUPERUSER LOGIN", "角色 evil：有 SUPERUSER，不是本程序的，也未列入 YIGUI_ROLES。"),
    ("CREATE ROLE evil LOGIN IN ROLE pg_write_all_data", "角色 evil：属于 pg_write_all_data，程序没有授予，也未列入 YIGUI_ROLES。"),
    ("CREATE ROLE evil LOGIN IN ROLE yigui_owner", "角色 evil：属于 yigui_owner，程序没有授予，也未列入 YIGUI_ROLES。"),
    ("GRANT yigui_app TO yigui_courier", "角色 yigui_courier：属于 yigui_app，程序没有授予，也未列入 YIGUI_ROLES。"),
    ("GRANT pg_read_all_data TO yigui_owner", "角色 yigui_owner：属于 pg_read_all_data，程序没有授予，也未列入 YIGUI_ROLES。"),
    ("ALTER ROLE yigui_courier SET session_replication_role = replica", "角色 yigui_courier：设置了 session_replication_role=replica，程序没有设置。"),
    ("REVOKE yigui_unit FROM yigui_outside", "角色 yigui_outside：不能成为 yigui_unit。"),
    ("ALTER ROLE yigui_app SET session_replication_role = replica", "角色 yigui_app：设置了 session_replication_role=replica，程序没有设置。"),
    ("ALTER DATABASE yigui SET row_security = off", "数据库：设置了 row_security=off，程序没有设置。"),
    ("CREATE RULE quiet AS ON UPDATE TO casework_draft DO INSTEAD NOTHING", "casework_draft：有改写规则 quiet，本程序没有。"),
    ("GRANT CREATE ON SCHEMA public TO yigui_app", "角色 yigui_app：可以在模式 public 中建立对象。"),
    ("GRANT TEMPORARY ON DATABASE yigui TO yigui_app", "角色 yigui_app：可以建立临时表。"),
    ("DROP INDEX signature_distinct_people", "warrants_signature：约束或索引 signature_distinct_people 不存在或无效。"),
    ("DROP INDEX change_by_row", "warrants_change：约束或索引 change_by_row 不存在或无效。"),
    (f"UPDATE warrants_scope SET by_hand = true WHERE {_LEVY}", "授权范围 run levy contributions_bill：与本程序的不符。"),
    ("INSERT INTO warrants_scope (kind, code, table_name, by_hand) VALUES ('receipt', '', 'registry_person', true)",
     "授权范围 receipt  registry_person：不是本程序的。"),
    (f"DELETE FROM warrants_scope WHERE {_LEVY}", "授权范围 run levy contributions_bill：不存在。"),
)  # fmt: skip


def test_silent_on_a_good_database() -> None:
    assert list(privilege_faults("default")) == []


@pytest.mark.parametrize(("statement", "said"), WIDENED, ids=[statement for statement, _ in WIDENED])
def test_what_a_superuser_widens_or_takes_away_is_named(statement: str, said: str) -> None:
    with undone():
        ask(statement)
        assert said in list(privilege_faults("super"))


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER ROLE yigui_outside SET statement_timeout = 0",
        "ALTER ROLE yigui_outside RESET ALL",
        "ALTER ROLE yigui_outside SET work_mem = '1GB'",
    ],
)
def test_limits_of_the_login_of_outsiders_are_named_when_they_are_others(statement: str) -> None:
    with undone():
        ask(statement)
        (fault,) = privilege_faults("super")
    assert fault.startswith("角色 yigui_outside：限制应为 default_transaction_read_only=on、")


def test_a_policy_whose_text_is_kept_beside_its_declaration_a_second_time_is_named() -> None:
    """Whoever rewrites a policy and says that the server made that of the declaration has said two things about it."""
    with undone():
        ask("ALTER POLICY registry_person_person ON registry_person USING (true)")
        keep_policies("super")
        assert list(privilege_faults("super")) == ["registry_person：行级安全策略 registry_person_person 的条件与本程序的不符。"]


def test_a_preparation_keeps_each_text_once() -> None:
    before = ask("SELECT count(*) FROM integrity_policy")
    keep_policies()
    assert ask("SELECT count(*) FROM integrity_policy") == before
