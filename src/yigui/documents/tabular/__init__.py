"""The one reader of tables and messages (表格与报文): what formats are is a library's affair, what columns mean is ours."""

from yigui.documents.tabular.cells import read_cell
from yigui.documents.tabular.columns import WIDE, Column, Kind, Limits, Row
from yigui.documents.tabular.read import Table, read_row, read_table
from yigui.documents.tabular.xml import read_xml

__all__ = ["WIDE", "Column", "Kind", "Limits", "Row", "Table", "read_cell", "read_row", "read_table", "read_xml"]
