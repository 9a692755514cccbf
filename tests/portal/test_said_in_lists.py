"""What an employer writes beside what a list asks: the contrary of the list comes back, what is ordinary is in nobody's way."""

import io

import openpyxl
import pytest

from tests.pages import page_of
from tests.portal.test_lists import ITEM, company, judged, row_of, workbook
from tests.portal.test_signing_in import signed_in
from yigui.applying.said_in_lists import against_row
from yigui.casework.handlers import Direction
from yigui.common.errors import YiguiError

IN, OUT = Direction.IN, Direction.OUT


@pytest.mark.parametrize(
    ("direction", "head", "text"),
    [
        (IN, "增减类型", "减少"), (IN, "增减类型", "停保"), (IN, "在职状态", "离职"), (IN, "备注", "已离职，不参保"), (IN, "备注", "自愿放弃"),
        (IN, "备注", "试用期未过，下月再参"), (IN, "是否参保", "否"), (IN, "是否离职", "是"), (IN, "是否在职", "N"), (IN, "变动情况", "退休"),
        (OUT, "增减类型", "增加"), (OUT, "变动类型", "新增"), (OUT, "备注", "新入职"), (OUT, "是否参保", "是"), (OUT, "在职状态", "在职"),
    ],
)  # fmt: skip
def test_the_contrary_comes_back(direction: Direction, head: str, text: str) -> None:
    assert "相反" in against_row("参保登记", direction, head, text)


@pytest.mark.parametrize(
    ("direction", "head", "text"),
    [
        (IN, "部门", "离退休管理科"), (IN, "备注", ""), (IN, "备注", "试用期"), (IN, "增减类型", "增加"), (IN, "是否参保", "是"), (IN, "是否农民工", "否"),
        (IN, "是否农民工", "是"), (IN, "在职状态", "在职"), (IN, "岗位", "停车管理"), (IN, "户口类型", "农业"), (IN, "是否离职", "否"), (IN, "是否退休返聘", ""),
        (OUT, "增减类型", "减少"), (OUT, "备注", "已离职"), (OUT, "备注", "合同到期，不再录用"), (OUT, "是否参保", "否"), (OUT, "在职状态", "离职"),
        (OUT, "备注", "离职后入职乙公司"),
    ],
)  # fmt: skip
def test_what_is_ordinary_is_in_nobodys_way(direction: Direction, head: str, text: str) -> None:
    assert against_row("参保登记", direction, head, text) == ""


def test_a_row_that_takes_somebody_off_enrols_nobody() -> None:
    login, (first, second) = company(2)
    book = openpyxl.load_workbook(io.BytesIO(workbook([row_of(first), row_of(second)])))
    sheet = book.worksheets[0]
    sheet.cell(1, sheet.max_column + 1, "增减类型")
    sheet.cell(2, sheet.max_column, "减少")
    sheet.cell(3, sheet.max_column, "增加")
    out = io.BytesIO()
    book.save(out)
    kept = judged(login, out.getvalue())
    assert "增减类型" in page_of(signed_in(login).get(f"/unit/apply/list/{kept.token}/"))
    assert [row["state"] for row in kept.rows] == ["bad", "good"]
    assert kept.rows[0]["sentences"] == [
        f"“增减类型”写着“减少”，与本名单（{ITEM.name}）相反；不办理的请删除该行，确认要办理的请去掉该列内容后重新上传。"
    ]


def test_a_sheet_of_people_who_leave_is_no_list_of_those_who_come() -> None:
    login, (first, _) = company(2)
    book = openpyxl.load_workbook(io.BytesIO(workbook([row_of(first)])))
    book.worksheets[0].title = "减员"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(YiguiError, match="工作表“减员”的名称与本事项"):
        judged(login, out.getvalue())
