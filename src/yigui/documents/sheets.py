"""Tables as plain rows, for readers that judge what the cells say; `documents.tabular` is what reads them."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from yigui.common.texts import decoded
from yigui.documents.errors import FileRefused
from yigui.documents.tabular import Column, Limits, Row, Table, read_table
from yigui.documents.tabular.heads import plain_head

#: Columns nobody asked for: how they are called here.
_MORE = "beside "


def decode(content: bytes, file_name: str) -> str:
    """The text of a file in any usual encoding.

    Raises:
        FileRefused: not text.
    """
    text = decoded(content)
    if text is None:
        raise FileRefused(f"文件“{file_name}”不是文本文件，请导出为 CSV（UTF-8 或 GB 18030 编码）后再上传。")
    return text


class Sheet(list[dict[str, Any]]):
    """The rows of a sheet. `unread`: heads of columns that nobody asked for, each once."""

    unread: Sequence[str] = ()


def unread_of(table: Table) -> list[str]:
    """Heads of a table that belong to no column, each once."""
    return list(dict.fromkeys(head for head in table.unknown if plain_head(head)))


def unread_said(heads: Sequence[str]) -> str:
    """The sentence that names columns that were not read; "" where there are none."""
    return f"未读取的列：{'、'.join(heads)[:200]}；其内容没有导入，如有需要请核对表头。" if heads else ""


def read_sheet(
    content: bytes,
    file_name: str,
    columns: Sequence[Column],
    *,
    rows_max: int,
    wary: Callable[[str, str], str] | None = None,
) -> Sheet:
    """Rows of a table: `row_no` and the cells of the columns, plain by their kinds.

    A row that cannot be relied on (damaged, a sum, an example, a cell that is none of its kind, one that is blank and must not be) has blank cells
    and its sentence as `problem`.

    Args:
        wary: told head and cell of the columns nobody asked for, it gives the sentence of a row that must not be taken for what such a cell says.

    Raises:
        FileRefused: unreadable, with macros, a column missing, no rows, too many, or more than a list can be.
    """
    table, read = read_warily(content, file_name, columns, limits=Limits(rows=rows_max), wary=wary)
    rows = Sheet()
    rows.unread = unread_of(table)
    for row in read:
        if row.problems:
            rows.append(dict.fromkeys(row.cells, "") | {"row_no": row.number, "problem": "；".join(row.problems)})
        else:
            rows.append(row.cells | {"row_no": row.number})
    return rows


def read_warily(
    content: bytes,
    file_name: str,
    columns: Sequence[Column],
    *,
    limits: Limits,
    wary: Callable[[str, str], str] | None,
    of: Callable[[Row], bool] = lambda row: True,
) -> tuple[Table, list[Row]]:
    """A table and its rows; what a cell of a column nobody asked for says against its row is a problem of the row.

    Args:
        wary: told head and cell, it gives the sentence, "" where nothing is said against the row.
        of: the rows whose further cells are looked into.

    Raises:
        FileRefused: as `read_table`.
    """
    table = read_table(content, file_name, columns, limits=limits)
    # Of heads that stand there twice none is looked into: which of the two is meant nobody asked.
    more = [head for head, times in Counter(filter(None, table.unknown)).items() if times == 1] if wary else []
    if not more or wary is None:
        return table, list(table.rows)
    asked = [*columns, *(Column(f"{_MORE}{k}", (head,)) for k, head in enumerate(more))]
    rows = list(read_table(content, file_name, asked, limits=limits).rows)
    for row in rows:
        beside = [row.cells.pop(f"{_MORE}{k}", "") for k in range(len(more))]
        if not row.problems and of(row):
            row.problems += filter(None, (wary(head, text) for head, text in zip(more, beside, strict=True) if text))
    return table, rows
