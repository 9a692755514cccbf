"""Files of employment registrations: good rows in, bad rows back, the same file once."""

import pytest

from tests import city
from tests.conftest import TODAY
from yigui.exchange.errors import FileTwice, FileUnreadable
from yigui.exchange.import_registrations import import_registrations
from yigui.exchange.models import EmploymentRegistration, InboundFile, Partner
from yigui.exchange.queries import employment_registration

HEAD = "AAC002,AAC003,AAB998,ACC031\n"


def take(content: bytes) -> InboundFile:
    partner = Partner.objects.get(pk="employment_service")
    return import_registrations(content=content, file_name="就业备案.csv", partner=partner, user=city.user("head"), today=TODAY)


def row(number: str = "360426199101010071", name: str = "张三", code: str = "91110000600037341L", day: str = "2026-11-09") -> str:
    return f"{number},{name},{code},{day}\n"


def test_good_rows_come_in_and_bad_rows_come_back_with_their_sentence() -> None:
    bad = [row(number="36042619910101007X"), row(code="91110000600037342L"), row(day="昨天"), row(day="2026-11-11"), row(name="")]
    receipt = take((HEAD + row() + "".join(bad)).encode())
    assert (receipt.row_count, receipt.accepted_count) == (6, 1)
    assert [n for n, _ in receipt.rejected] == [3, 4, 5, 6, 7]
    assert ["校验未通过" in receipt.rejected[0][1], "不是日期" in receipt.rejected[2][1], "晚于今天" in receipt.rejected[3][1]] == [
        True
    ] * 3
    kept = employment_registration("360426199101010071", "91110000600037341L")
    assert kept is not None
    assert (kept.file_id, kept.row_no) == (receipt.pk, 2)
    assert receipt.received_by == city.user("head")


def test_the_same_content_twice_changes_nothing_and_says_so() -> None:
    content = (HEAD + row(day="2026-11-01")).encode()
    take(content)
    before = EmploymentRegistration.objects.count()
    with pytest.raises(FileTwice, match=r"已于 .* 接收过"):
        take(content)
    assert EmploymentRegistration.objects.count() == before


def test_chinese_heads_and_gb18030_are_read() -> None:
    receipt = take(("证件号码,姓名,统一社会信用代码,备案日期\n" + row(day="2026-10-01")).encode("gb18030"))
    assert receipt.accepted_count == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "实为图片，不是可读取的表格"), (b"AAC002,AAC003\n1,2\n", "缺少列"), (HEAD.encode(), "没有数据行"), (b"", "空文件（0 字节）"),
    ],
)  # fmt: skip
def test_unreadable_files_are_refused_with_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(FileUnreadable, match=words):
        take(content)


def test_a_registration_imported_today_opens_the_enrolment_tomorrow() -> None:
    import datetime as dt

    from yigui.casework.accept_case import accept_case
    from yigui.casework.errors import CaseRefused
    from yigui.exchange.models import IdentityRecord
    from yigui.registry.models import Employer

    identity = IdentityRecord.objects.exclude(id_number__in=EmploymentRegistration.objects.values("id_number")).order_by("-id")[0]
    seeker = EmploymentRegistration(
        id_number=identity.id_number, name=identity.name, credit_code=Employer.objects.order_by("id")[0].credit_code
    )
    form = city.enrolment_form(seeker)
    with pytest.raises(CaseRefused, match="无此人就业备案信息"):
        accept_case(city.application("REG-004", form))
    take((HEAD + row(seeker.id_number, seeker.name, seeker.credit_code, "2026-11-10")).encode())
    with pytest.raises(CaseRefused, match="无此人就业备案信息") as error:
        accept_case(city.application("REG-004", form))
    assert "自 2026-11-11 起可以办理" in error.value.findings[0].detail
    assert accept_case(city.application("REG-004", form, today=dt.date(2026, 11, 11))).status == "finished"


def test_a_damaged_line_takes_no_other_with_it_and_says_what_is_damaged() -> None:
    bad = '360426199101010071,"张三,91110000600037341L,2026-10-05\n'
    above = "就业备案汇总,,,\n"
    receipt = take((above + HEAD + row(day="2026-10-04") + bad + row(day="2026/10/6") + "合计,,,3\n").encode())
    assert (receipt.row_count, receipt.accepted_count) == (4, 2)
    assert [(n, words[:4]) for n, words in receipt.rejected] == [(4, "引号没有"), (6, "“合计 ")]
