"""Guards: database triggers declared beside the model they protect.

`guarded(...)` gives the triggers of a protected table, `append_only(...)` those of a table of finished history.
Both bind every role, the owner included, as long as triggers are on; privileges (see `grants.py`) bind the application's
role a second time.
"""

from collections.abc import Sequence

import pgtrigger


def guarded(name: str, *, protection_class: int, key_columns: Sequence[str] = (), key_class: int = 1) -> list[pgtrigger.Trigger]:
    """Triggers of a protected table.

    Args:
        name: short name of the table, unique in the project.
        protection_class: 1, 2 or 3; a warrant of this class or a stricter (smaller) one may write.
        key_columns: columns of key information (关键信息) whose change needs `key_class`.
        key_class: class needed to change a key column.
    """
    triggers = [
        pgtrigger.Trigger(
            name=f"{name}_stamp",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update,
            func=f"NEW.warrant_id := warrants_stamp_v1({protection_class}::smallint, TG_TABLE_NAME); RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name=f"{name}_history_i",
            when=pgtrigger.After,
            level=pgtrigger.Statement,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="new_rows"),
            func=(
                "INSERT INTO warrants_change (warrant_id, table_name, row_id, kind, before, after)\n"
                "SELECT warrant_id, TG_TABLE_NAME, id, 'I', NULL, to_jsonb(new_rows) FROM new_rows;\n"
                "RETURN NULL;"
            ),
        ),
        pgtrigger.Trigger(
            name=f"{name}_history_u",
            when=pgtrigger.After,
            level=pgtrigger.Statement,
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
            func=(
                "INSERT INTO warrants_change (warrant_id, table_name, row_id, kind, before, after)\n"
                "SELECT new_rows.warrant_id, TG_TABLE_NAME, new_rows.id, 'U', to_jsonb(old_rows), to_jsonb(new_rows)\n"
                "FROM new_rows JOIN old_rows USING (id);\n"
                "RETURN NULL;"
            ),
        ),
        _refuse(name, "delete", pgtrigger.Delete, "受保护的记录不能删除，请以冲正或变更办件处理。"),
        _refuse(name, "truncate", pgtrigger.Truncate, "受保护的表不能清空。"),
        # The id never changes: the history joins before and after by it.
        pgtrigger.Trigger(
            name=f"{name}_same_id",
            when=pgtrigger.Before,
            operation=pgtrigger.UpdateOf("id"),
            func="RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '受保护记录的内部编号不能改变。';",
        ),
    ]
    if key_columns:
        triggers.append(
            pgtrigger.Trigger(
                name=f"{name}_key",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf(*key_columns),
                condition=pgtrigger.Condition(" OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in key_columns)),
                func=f"PERFORM warrants_stamp_v1({key_class}::smallint, TG_TABLE_NAME); RETURN NEW;",
            )
        )
    return triggers


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Triggers of a table whose rows are never changed and never deleted, by anyone."""
    return [
        _refuse(name, "update", pgtrigger.Update, "历史记录只能追加，不能修改。"),
        _refuse(name, "delete", pgtrigger.Delete, "历史记录只能追加，不能删除。"),
        _refuse(name, "truncate", pgtrigger.Truncate, "历史记录不能清空。"),
    ]


def _refuse(name: str, verb: str, operation: pgtrigger.Operation, message: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"{name}_no_{verb}",
        when=pgtrigger.Before,
        level=pgtrigger.Statement,
        operation=operation,
        func=f"RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '{message}', TABLE = TG_TABLE_NAME; RETURN NULL;",
    )
