"""Publishing seals (封存公布): number, day, count and root go where the database's administrators cannot write, and are compared with what stands.

- A file that is only appended to, in the folder `YIGUI_PUBLISHED`: on another machine, or a medium that is written once.
- A sheet of paper (PDF), to be signed and kept.
- A partner (`YIGUI_PUBLISHED_TO`), through the outbox; it may keep it or publish it.

A line of the file: number, day, entries in all, root, with blanks between; `#` begins a remark. Whoever rewrites rows, record and seals
consistently, or puts an older state back, is found by a line that no seal answers any more.
"""

import datetime as dt
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from yigui.common.errors import NotFound, YiguiError
from yigui.documents.render import render_content
from yigui.exchange.models import OutMessage, Partner
from yigui.integrity.models import Root

#: Name of the file in the folder of published seals.
FILE_NAME = "yigui-seals.txt"
_LINE = re.compile(r"(\d{1,9}) (\d{4}-\d{2}-\d{2}) (\d{1,18}) ([0-9a-f]{64})")


class NotPublished(YiguiError):
    """The seal could not be published, or a published file cannot be read."""

    code = "integrity.not_published"


@dataclass(frozen=True)
class Published:
    """A seal as it was published. `total`: entries of the record up to it."""

    number: int
    day: dt.date
    total: int
    root: str

    @property
    def line(self) -> str:
        """The line of the file."""
        return f"{self.number} {self.day.isoformat()} {self.total} {self.root}"


def newest() -> Published:
    """The newest seal.

    Raises:
        NotFound: nothing was sealed yet.
    """
    root = Root.objects.order_by("-number").first()
    if root is None:
        raise NotFound("尚未封存，没有可公布的封存根。请先运行 yigui seal --write。")
    return Published(root.number, root.day, root.total_count, root.root)


def publish(seal: Published) -> list[str]:
    """Publish a seal to every place that is configured, and as a sheet in the folder; gives a sentence for each place.

    Raises:
        NotPublished: no folder is configured, or it cannot be written.
    """
    if settings.PUBLISHED is None:
        raise NotPublished("没有指定公布目录：请以环境变量 YIGUI_PUBLISHED 指定本数据库的管理人员不能改写的目录。")
    file, sheet = settings.PUBLISHED / FILE_NAME, settings.PUBLISHED / f"seal-{seal.number:06d}.pdf"
    try:
        known = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        if seal.line not in known:
            _append(file, seal.line)
        sheet.write_bytes(sheet_of(seal))
    except OSError as error:
        raise NotPublished(f"公布目录 {settings.PUBLISHED} 不能写入（{error.strerror}），请检查目录和权限后重新公布。") from error
    said = [f"已追加到 {file}。", f"已生成公布单 {sheet}，请打印、签字后保存。"]
    return [*said, *_tell(seal)]


def _append(file: Path, line: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, f"{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


@transaction.atomic
def _tell(seal: Published) -> list[str]:
    """The message to the partner who keeps seals, once a seal."""
    if not settings.PUBLISHED_TO:
        return []
    partner = Partner.objects.filter(code=settings.PUBLISHED_TO, is_active=True).first()
    if partner is None:
        raise NotPublished(f"没有启用的协作单位 {settings.PUBLISHED_TO}，请核对 YIGUI_PUBLISHED_TO。")
    content = {"number": seal.number, "day": seal.day.isoformat(), "total": seal.total, "root": seal.root}
    if not OutMessage.objects.filter(partner=partner, kind="seal_root", content=content).exists():
        OutMessage.objects.create(message_id=uuid.uuid4(), partner=partner, kind="seal_root", content=content)
    return [f"已列入发给{partner.name}的报文。"]


def sheet_of(seal: Published) -> bytes:
    """The sheet (PDF) that is printed, signed and kept."""
    groups = " ".join(seal.root[n : n + 8] for n in range(0, 64, 8))
    return render_content({
        "title": "数据封存公布单", "agency": settings.AGENCY_CODE, "issued_on": seal.day, "case_no": "", "path": "/v/",
        "facts": [["封存序号", str(seal.number)], ["封存日期", seal.day.isoformat()], ["累计记录", f"{seal.total} 条"]],
        "sections": [{"title": "根摘要（SHA-256）", "head": ["十六进制，每组 8 位"], "rows": [[groups]]}],
        "notes": ["本单由系统生成，打印后由安全保密管理员签字，与数据库分开保存。",
                  "核对：将本单各项按“序号 日期 累计记录 根摘要”写成一行，存为文件，运行 yigui verify --published 文件。", "签字：            日期："],
    })  # fmt: skip


def read(file: Path) -> list[Published]:
    """The seals of a published file.

    Raises:
        NotPublished: it cannot be read, or a line is none.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NotPublished(f"公布文件 {file} 不能读取，请核对文件路径。") from error
    seals = []
    for number, text in enumerate(lines, start=1):
        if not text.strip() or text.startswith("#"):
            continue
        found = _LINE.fullmatch(text.strip())
        if found is None:
            raise NotPublished(f"公布文件 {file} 第 {number} 行不是“序号 日期 累计记录 根摘要”，请核对后重试。")
        seals.append(Published(int(found[1]), dt.date.fromisoformat(found[2]), int(found[3]), found[4]))
    return seals


def compare(published: list[Published], using: str = "default") -> Iterator[str]:
    """A sentence for every published seal that does not stand in the database as it was published."""
    standing = {root.number: root for root in Root.objects.using(using).filter(number__in=[seal.number for seal in published])}
    for seal in published:
        root = standing.get(seal.number)
        if root is None:
            yield f"integrity_root number={seal.number}：{seal.day} 公布的封存已不存在。"
        elif (root.day, root.total_count, root.root) != (seal.day, seal.total, seal.root):
            yield f"integrity_root number={seal.number}：与 {seal.day} 公布的封存不符。"
