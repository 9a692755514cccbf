"""Import of employment registrations (就业备案) from a CSV file, with a receipt."""

import csv
import datetime as dt
import io

from django.db import IntegrityError, transaction

from yigui.common.digests import sm3
from yigui.common.identifiers import is_credit_code, read_citizen_number
from yigui.exchange.errors import FileTwice, FileUnreadable
from yigui.exchange.models import EmploymentRegistration, FileKind, InboundFile, Partner
from yigui.staff.models import User

#: Columns of the file: LD/T 92 names first, Chinese names accepted.
COLUMNS = {"AAC002": "证件号码", "AAC003": "姓名", "AAB998": "统一社会信用代码", "ACC031": "备案日期"}
ROWS_MAX = 50_000


@transaction.atomic
def import_registrations(*, content: bytes, file_name: str, partner: Partner, user: User | None, today: dt.date) -> InboundFile:
    """Take a file of registrations in: good rows are kept, bad rows come back with their sentence.

    The file is CSV in UTF-8 or GB 18030 with the columns of `COLUMNS`. A row that is known already counts as accepted.

    Raises:
        FileUnreadable: not text, a column missing, no rows, or more than `ROWS_MAX`.
        FileTwice: the same content came in before; nothing is changed.
    """
    digest = sm3(content)
    earlier = InboundFile.objects.filter(kind=FileKind.EMPLOYMENT_REGISTRATION, digest=digest).first()
    if earlier is not None:
        when = earlier.received_at.strftime("%Y-%m-%d %H:%M")
        raise FileTwice(f"该文件内容已于 {when} 接收过（回执 {earlier.pk} 号），本次未做任何改动。", receipt=earlier.pk)
    rows = _read(content, file_name)
    good: list[EmploymentRegistration] = []
    rejected = []
    for number, row in enumerate(rows, start=2):
        sentence = _verdict(row, today)
        if sentence:
            rejected.append([number, sentence])
        else:
            good.append(
                EmploymentRegistration(
                    id_number=row["AAC002"].upper(), name=row["AAC003"], credit_code=row["AAB998"].upper(),
                    registered_on=dt.date.fromisoformat(row["ACC031"]), row_no=number,
                )
            )  # fmt: skip
    try:
        with transaction.atomic():
            receipt = InboundFile.objects.create(
                kind=FileKind.EMPLOYMENT_REGISTRATION, partner=partner, file_name=file_name[:200], digest=digest,
                row_count=len(rows), accepted_count=len(good), rejected=rejected, received_by=user,
            )  # fmt: skip
    except IntegrityError as error:
        raise FileTwice("该文件刚刚由其他人接收，本次未做任何改动。") from error
    for registration in good:
        registration.file = receipt
    EmploymentRegistration.objects.bulk_create(good, ignore_conflicts=True, batch_size=2000)
    return receipt


def _read(content: bytes, file_name: str) -> list[dict[str, str]]:
    text = None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or "\x00" in text:
        raise FileUnreadable(f"文件“{file_name}”不是文本文件，请导出为 CSV（UTF-8 或 GB 18030 编码）后再上传。")
    reader = csv.reader(io.StringIO(text))
    head = [h.strip() for h in next(reader, [])]
    names = {zh: code for code, zh in COLUMNS.items()}
    codes = [names.get(h, h) for h in head]
    missing = [f"{zh}（{code}）" for code, zh in COLUMNS.items() if code not in codes]
    if missing:
        raise FileUnreadable(f"文件“{file_name}”缺少列：{'、'.join(missing)}。请按模板补齐表头后再上传。")
    rows = [dict(zip(codes, (v.strip() for v in row), strict=False)) for row in reader if any(v.strip() for v in row)]
    if not rows:
        raise FileUnreadable(f"文件“{file_name}”没有数据行。")
    if len(rows) > ROWS_MAX:
        raise FileUnreadable(f"文件“{file_name}”有 {len(rows)} 行，超过 {ROWS_MAX} 行，请分成几个文件。")
    return rows


def _verdict(row: dict[str, str], today: dt.date) -> str:
    if any(not row.get(code) for code in COLUMNS):
        return "有空白的必填列"
    if read_citizen_number(row["AAC002"]) is None:
        return f"证件号码 {row['AAC002']} 校验未通过"
    if not is_credit_code(row["AAB998"]):
        return f"统一社会信用代码 {row['AAB998']} 校验未通过"
    try:
        day = dt.date.fromisoformat(row["ACC031"])
    except ValueError:
        return f"备案日期 {row['ACC031']} 不是日期，应为 2026-01-31 的形式"
    return f"备案日期 {day} 晚于今天" if day > today else ""
