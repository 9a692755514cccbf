"""Merging agencies on the page and from the command line."""

import re

from tests.backoffice.test_rights_pages import signed_in
from tests.pages import page_of, text_of
from yigui.config.cli import COMMANDS, command_line
from yigui.registry.models import Agency
from yigui.staff.models import AgencyMerge


def test_a_merge_is_looked_at_asked_for_by_one_and_confirmed_by_another() -> None:
    admin, security = signed_in("sysadmin"), signed_in("secadmin")
    page = text_of(admin.get("/organisation/merges/?merged=51111101&into=51110001"))
    assert "乐山市沙湾区社会保险事业管理局并入乐山市社会保险事业管理局" in page
    assert "人员" in page
    form = {"merged": "51111101", "into": "51110001", "reason": "编委发〔2026〕9号"}
    assert "上级机构" in text_of(admin.get("/organisation/merges/?merged=51110001&into=51111101"))
    assert security.post("/organisation/merges/", form).status_code == 200
    assert not AgencyMerge.objects.filter(merged="51111101").exists()
    assert "待安全保密管理员确认" in text_of(admin.post("/organisation/merges/", form, follow=True))
    merge = AgencyMerge.objects.get(merged="51111101")
    address = f"/organisation/merges/{merge.pk}/confirm/"
    assert address not in page_of(admin.get("/organisation/merges/"))
    assert "乐山市沙湾区社会保险事业管理局并入" in text_of(security.get("/inbox/"))
    assert address in text_of(security.get("/organisation/merges/"))
    assert "已完成，转入任务" in text_of(security.post(address, follow=True))
    assert Agency.objects.get(pk="51111101").successor_id == "51110001"
    assert re.search(r"转入\s*人员 4", text_of(security.get("/organisation/merges/")))
    # Nobody makes accounts or offices there any more.
    assert 'value="51111101"' not in page_of(admin.get("/accounts/"))
    assert signed_in("teller").get("/organisation/merges/").status_code == 403


def test_the_command_shows_what_would_move_and_asks_with_write(capsys) -> None:  # type: ignore[no-untyped-def]
    def yigui(*arguments: str) -> tuple[int, str]:
        parser, _ = command_line()
        chosen = parser.parse_args(["merge-agency", *arguments])
        return COMMANDS["merge-agency"](chosen), capsys.readouterr().out

    code, said = yigui("51118101", "51110001")
    assert (code, "转入人员 4" in said, "可以合并" in said) == (0, True, True)
    code, said = yigui("51110001", "51118101")
    assert (code, "上级机构" in said) == (1, True)
    assert not AgencyMerge.objects.filter(merged="51118101").exists()
    code, said = yigui("51118101", "51110001", "--write", "--by", "sysadmin", "--reason", "编委发〔2026〕9号")
    assert (code, "已提交合并申请" in said) == (0, True)
    assert AgencyMerge.objects.get(merged="51118101").status == "asked"
