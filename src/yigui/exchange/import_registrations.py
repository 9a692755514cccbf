"""Import of employment registrations (就业备案) from a CSV file, with a receipt."""

import datetime as dt
from collections.abc import Mapping

from yigui.common.identifiers import is_credit_code, widen_citizen_number
from yigui.common.normalise import plain_identity, plain_name, read_day
from yigui.exchange.import_records import (
    DEATHS,
    LIFE_SIGNS,
    PRISON,
    ROWS_MAX,
    RecordFile,
    day_verdict,
    import_records,
)
from yigui.exchange.models import EmploymentRegistration, FileKind, InboundFile, Partner
from yigui.staff.models import User

#: Columns of the file: LD/T 92 names first, Chinese names accepted.
COLUMNS = {"AAC002": "证件号码", "AAC003": "姓名", "AAB998": "统一社会信用代码", "ACC031": "备案日期"}


def _verdict(row: Mapping[str, str], today: dt.date) -> str:
    code = plain_identity(row["AAB998"])
    if not is_credit_code(code):
        return f"统一社会信用代码 {code[:40]} 校验未通过"
    return day_verdict("备案日期", row["ACC031"], today)


REGISTRATIONS = RecordFile(
    FileKind.EMPLOYMENT_REGISTRATION, COLUMNS, EmploymentRegistration, _verdict,
    lambda row: {
        "id_number": widen_citizen_number(row["AAC002"]), "name": plain_name(row["AAC003"]), "credit_code": plain_identity(row["AAB998"]),
        "registered_on": read_day(row["ACC031"]),
    },
    key=("id_number", "credit_code", "registered_on", "name"),
)  # fmt: skip


def import_registrations(*, content: bytes, file_name: str, partner: Partner, user: User, today: dt.date) -> InboundFile:
    """Take a file of registrations in; see `import_records`."""
    return import_records(REGISTRATIONS, content=content, file_name=file_name, partner=partner, user=user, today=today)


#: Every kind of file of records, by its code: what page, command and messages take.
RECORD_FILES = {str(spec.kind): spec for spec in (REGISTRATIONS, DEATHS, LIFE_SIGNS, PRISON)}

__all__ = ["COLUMNS", "RECORD_FILES", "REGISTRATIONS", "ROWS_MAX", "import_registrations"]
