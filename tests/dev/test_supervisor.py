"""Whatever dies is started again: kill -9 of each part under load; the site answers again within seconds, nothing acknowledged is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.conftest import ROOT
from tests.dev.houses import PEOPLE, House, Writer, house, is_over, wait_for
from yigui.dev import children
from yigui.dev.children import Child, KeepsDying, keep_alive

pytestmark = pytest.mark.slow
#: Seconds within which the site must answer again, on a machine with nothing else to do in two or three.
AGAIN_WITHIN = 20.0


@pytest.fixture(scope="module")
def running() -> Iterator[House]:
    with house() as made:
        yield made


@pytest.fixture
def writer(running: House) -> Iterator[Writer]:
    with Writer(running.address, running.ask(PEOPLE)) as made:
        made.goes_on()
        yield made
    made.check(running.ask)
    assert running.process.poll() is None


def _kill(process: psutil.Process) -> None:
    process.send_signal(signal.SIGKILL)


def test_a_killed_backend_costs_a_moment(running: House, writer: Writer) -> None:
    worker = running.part("yigui.config worker").pid
    _kill(running.backends()[0])
    assert running.answers(AGAIN_WITHIN) < AGAIN_WITHIN
    writer.goes_on()
    # The server mended itself, and the worker waited for it.
    assert running.part("yigui.config worker").pid == worker


def test_a_killed_database_is_started_again_on_its_port(running: House, writer: Writer) -> None:
    before, said = running.url(), len(running.said)
    _kill(running.part("postgres"))
    assert "信号 SIGKILL" in running.says("数据库意外退出", said)
    running.says("数据库已恢复", said)
    assert running.answers(AGAIN_WITHIN) < AGAIN_WITHIN
    writer.goes_on()
    assert running.url() == before


def test_a_killed_worker_is_started_again_and_takes_up_its_jobs(running: House, writer: Writer) -> None:
    killed, said = running.part("yigui.config worker"), len(running.said)
    _kill(killed)
    running.says("后台任务意外退出", said)
    assert wait_for(lambda: _started(running, "yigui.config worker", killed.pid), 20)
    writer.goes_on()
    job = _defer(running)
    wait_for(lambda: is_over(running.ask, job), 40)
    # A done job is not kept; one that failed would still stand there.
    assert running.ask("SELECT status::text FROM procrastinate_jobs WHERE id = %s", job) == []


def test_a_killed_web_server_is_started_again(running: House, writer: Writer) -> None:
    killed, said = running.part("gunicorn"), len(running.said)
    workers = killed.children()
    _kill(killed)
    running.says("网页服务意外退出", said)
    assert running.answers(AGAIN_WITHIN) < AGAIN_WITHIN
    writer.goes_on()
    psutil.wait_procs(workers, 10)
    assert not any(worker.is_running() for worker in workers)


def test_a_killed_web_process_is_made_anew_by_its_master(running: House, writer: Writer) -> None:
    master = running.part("gunicorn")
    _kill(master.children()[0])
    assert running.answers(AGAIN_WITHIN) < AGAIN_WITHIN
    writer.goes_on()
    assert running.part("gunicorn").pid == master.pid


def _started(running: House, words: str, before: int) -> bool:
    try:
        return running.part(words).pid != before
    except StopIteration:
        return False


_DEFER = """
import django
django.setup()
from procrastinate.contrib.django import app
print(app.configure_task("casework.finish_stuck").defer(timestamp=0))
"""


def _defer(running: House) -> int:
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))}, "PYTHONPATH": str(ROOT / "src"),
        "DATABASE_URL": running.url("yigui_app"), "DJANGO_SETTINGS_MODULE": "yigui.config.settings", "DATABASE_OWNER_URL": running.url("yigui_owner"),
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", _DEFER], env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_what_keeps_dying_is_given_up_with_a_sentence_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(children, "WAITS", (0.0, 0.05, 0.1))
    child = Child("后台任务", [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(KeepsDying, match=r"后台任务在 60 秒内 5 次意外退出（最近一次：退出码 3），不再重新启动。.*再运行 \./run"):
        keep_alive([child], None)
    said = capsys.readouterr().out
    assert said.count("后台任务意外退出（退出码 3）") == 4
    assert "立即重新启动" in said
    assert "0.1 秒后重新启动" in said


def test_deaths_far_apart_are_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "WAITS", (0.0,))
    monkeypatch.setattr(children, "WITHIN_SECONDS", 0.1)
    child = Child("网页服务", [sys.executable, "-c", "import time; time.sleep(0.2)"])
    rounds = iter(range(60))
    keep_alive([child], None, until=lambda: next(rounds) > 50)
    child.stop()
    child.wait()
    assert len(child.patience.deaths) < 5
