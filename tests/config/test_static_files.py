"""Styles and scripts bear their digest in their names, are packed, and may be kept for good; without collecting they are served plain."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from yigui.config.static_files import HashedFiles

_PROGRAM = """
import django, time
django.setup()
from yigui.config.static_files import collect_static
print(collect_static())
begun = time.perf_counter()
print(collect_static())
assert time.perf_counter() - begun < 0.2
from django.templatetags.static import static
print(static("ui/site.css"))
from django.test import Client
answer = Client(headers={"Accept-Encoding": "gzip"}).get(static("ui/site.css"))
print(answer.status_code, answer["Cache-Control"], answer["Content-Encoding"])
print(Client().get("/static/ui/site.css").status_code)
"""


def collected(data: Path) -> list[str]:
    environment = os.environ | {"YIGUI_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_collected_files_are_named_by_digest_packed_and_kept_for_good(tmp_path: Path) -> None:
    first, again, name, served, plain = collected(tmp_path)
    assert (first, again, plain) == ("True", "False", "200")
    assert re.fullmatch(r"/static/ui/site\.[0-9a-f]{12}\.css", name)
    assert served == "200 max-age=315360000, public, immutable gzip"
    # A second start collects nothing.
    assert collected(tmp_path)[0] == "False"


def test_a_changed_file_is_collected_again(tmp_path: Path) -> None:
    collected(tmp_path)
    style = ROOT / "src" / "yigui" / "ui" / "static" / "ui" / "site.css"
    times = style.stat()
    os.utime(style, ns=(times.st_atime_ns, times.st_mtime_ns + 1))
    try:
        assert collected(tmp_path)[0] == "True"
    finally:
        os.utime(style, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_without_collecting_files_are_served_plain(tmp_path: Path) -> None:
    program = 'import django; django.setup(); from django.templatetags.static import static; print(static("ui/site.css"))'
    environment = os.environ | {"YIGUI_DATA": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "/static/ui/site.css", done.stderr


def test_styles_name_no_file_that_is_not_there() -> None:
    """Such a name would break collecting."""
    folder = ROOT / "src" / "yigui" / "ui" / "static"
    for style in folder.rglob("*.css"):
        for name in re.findall(HashedFiles.patterns[0][1][0], style.read_text()):
            assert name[1].startswith(("data:", "#")) or (style.parent / name[1]).exists(), name[1]
