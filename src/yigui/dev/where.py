"""Where the embedded database of this place lives, and how a process is pointed at it."""

import os
from pathlib import Path

from yigui.dev.embedded import EmbeddedServer

ROOT = Path(__file__).resolve().parents[3]


def data_home() -> Path:
    """The data directory: `YIGUI_DATA`, or `.data` beside the sources."""
    return Path(os.environ.get("YIGUI_DATA", ROOT / ".data"))


def embedded_of(home: Path) -> EmbeddedServer | None:
    """The running embedded server of a data directory, if there is one."""
    server = EmbeddedServer(home / "postgres")
    try:
        server.port = int((server.cluster / "postmaster.pid").read_text().splitlines()[3])
    except (OSError, IndexError, ValueError):
        return None
    return server


def use_server(home: Path, server: EmbeddedServer) -> None:
    """Point this process and its children at an embedded server."""
    os.environ["YIGUI_DATA"] = str(home)
    os.environ.setdefault("YIGUI_DEMO", "1")
    os.environ.update(server.environment())
    os.environ.setdefault("YIGUI_SECRET_KEY", server.secret_key)
