"""`yigui partners`: the reference partners as processes of their own, connected to a running demonstration."""

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.dev.embedded import die_with_parent
from yigui.exchange.models import Partner
from yigui.synthetic.partner_data import DEPARTMENTS, write_partner_data

SOURCES = Path(__file__).resolve().parents[2]


def start_partners(folder: Path, first_port: int, departments: tuple[str, ...] = DEPARTMENTS) -> dict[str, subprocess.Popen[bytes]]:
    """Write their records, start a process each from `first_port` on, and connect them; gives the processes by code."""
    write_partner_data(folder, clock.today())
    running = {}
    for number, code in enumerate(departments):
        key, port = secrets.token_urlsafe(32), first_port + number
        command = [
            sys.executable, "-m", "yigui.synthetic.partner_service", "--port", str(port),
            "--records", str(folder / f"{code}.jsonl"), "--told", str(folder / f"{code}.told.jsonl"),
        ]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(SOURCES), "YIGUI_PARTNER_KEY": key}
        running[code] = subprocess.Popen(command, env=environment, preexec_fn=die_with_parent(signal.SIGTERM))
        name = catalogue().departments.get(code, code)
        partner, _ = Partner.objects.using("owner").get_or_create(code=code, defaults={"name": name})
        partner.base_url, partner.key = f"http://127.0.0.1:{port}", key
        partner.save(update_fields=["base_url", "key"])
    return running


def stop_partners(running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Stop them and disconnect: forms rest on what has been received, as before."""
    Partner.objects.using("owner").filter(code__in=list(running)).update(base_url="")
    for process in running.values():
        process.terminate()
    for process in running.values():
        process.wait(10)


def run_partners(first_port: int) -> int:
    """Start, print the addresses, wait for Ctrl-C.

    Raises:
        YiguiError: not a demonstration.
    """
    if not settings.IS_DEMO:
        raise YiguiError("参考协作单位只用于演示环境；正式环境请在“部门共享”页登记各部门的服务地址和密钥。")
    running = start_partners(settings.DATA / "partners", first_port)
    try:
        for code, process in running.items():
            print(f"  {catalogue().departments.get(code, code)}：{Partner.objects.get(pk=code).base_url}（进程 {process.pid}）")
        print("参考协作单位已启动并连接。结束其中一个进程，可以看到业务等待核验而不失败。Ctrl-C 全部停止。", flush=True)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        while any(process.poll() is None for process in running.values()):
            time.sleep(0.5)
    except KeyboardInterrupt:
        print("\n正在停止…", flush=True)
    finally:
        stop_partners(running)
    return 0
