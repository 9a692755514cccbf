"""Health and metrics: asked by machines, before everything else; open to this machine or with a token; true to the database."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from tests import city
from tests.conftest import ROOT
from yigui.casework.enums import FINAL, CaseStatus
from yigui.config import metrics
from yigui.exchange.models import OutMessage
from yigui.integrity.seal import seal_day
from yigui.integrity.verification import noted_verification
from yigui.runs.models import Run


def scraped(**headers: str) -> dict[str, float]:
    """Figures by name and labels."""
    answer = Client().get("/metrics", headers=headers, REMOTE_ADDR="127.0.0.1")
    assert answer.status_code == 200
    return dict(_figures(answer.content.decode()))


def _figures(text: str) -> list[tuple[str, float]]:
    return [(name, float(figure)) for name, figure in re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE)]


def test_a_living_process_says_so_whatever_name_it_is_called_by() -> None:
    answer = Client().get("/health/live", headers={"Host": "10.1.2.3"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_looks_at_database_schema_and_documents() -> None:
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "checks": {"database": "ok", "schema": "ok", "documents": "ok"}},
    )


def test_a_web_server_that_was_given_the_couriers_login_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_COURIER_URL", "postgresql://yigui_courier@127.0.0.1/none")
    assert "warnings" not in Client().get("/health/ready").json(), "a demonstration holds everything"
    monkeypatch.setattr(settings, "IS_DEMO", False)
    answer = Client().get("/health/ready")
    assert answer.status_code == 200
    assert "DATABASE_COURIER_URL" in answer.json()["warnings"]["logins"]
    monkeypatch.delenv("DATABASE_COURIER_URL")
    assert "warnings" not in Client().get("/health/ready").json()


@pytest.mark.parametrize("more", [{}, {"DATABASE_URL": "postgresql://yigui_app@127.0.0.1:1/none"}])
def test_the_courier_needs_no_login_but_its_own(more: dict[str, str], tmp_path: Path) -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute("INSERT INTO identity_text (phone, text, made_at) VALUES ('13900000045', '验证码 454545', now())")
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "YIGUI_DATA": str(tmp_path), "DATABASE_COURIER_URL": os.environ["DATABASE_COURIER_URL"],
    }  # fmt: skip
    sent = tmp_path / "texts.jsonl"
    command = [sys.executable, "-m", "yigui.config", "courier"]
    with subprocess.Popen(command, env=environment | more, stderr=subprocess.PIPE, text=True) as courier:
        deadline = time.monotonic() + 60
        while not sent.exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        courier.terminate()
        _, said = courier.communicate(timeout=20)
    assert "454545" in sent.read_text(encoding="utf-8")
    assert ("短信发送进程的环境中有 DATABASE_URL" in said) == bool(more)


def test_a_database_that_only_reads_is_not_ready() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        answer = Client().get("/health/ready")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "数据库只读" in answer.json()["checks"]["database"]


def test_a_database_behind_the_code_is_not_ready() -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations) RETURNING app, name, applied"
        )
        row = cursor.fetchone()
    try:
        answer = Client().get("/health/ready")
    finally:
        with connections["super"].cursor() as cursor:
            cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", row)
    assert answer.status_code == 503
    assert answer.json()["checks"]["schema"] == "数据库尚未升级到本版本，还差 1 步，请运行 yigui migrate。"


def test_without_a_database_the_process_lives_is_not_ready_and_still_tells_its_figures() -> None:
    program = (
        "import django; django.setup(); from django.test import Client; c = Client(); print(c.get('/health/live').status_code, "
        "c.get('/health/ready').status_code); print(c.get('/metrics').content.decode())"
    )
    environment = os.environ | {"DATABASE_URL": "postgresql://yigui_app@127.0.0.1:9/none", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines()[0] == "200 503", done.stderr
    figures = dict(_figures(done.stdout))
    assert figures["yigui_database_up"] == 0
    assert figures["yigui_documents_free_bytes"] > 0


@pytest.mark.parametrize("passed_on", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_metrics_are_closed_to_other_machines_and_to_what_a_proxy_here_passes_on(passed_on: str) -> None:
    assert Client().get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 403
    assert Client().get("/metrics", REMOTE_ADDR="127.0.0.1", headers={passed_on: "10.0.0.7"}).status_code == 403
    assert Client().get("/metrics", REMOTE_ADDR="::1").status_code == 200


def test_a_token_opens_metrics_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIGUI_METRICS_TOKEN", "s3cret")
    for given, status in (("Bearer s3cret", 200), ("Bearer s3cre", 403), ("Bearer ", 403), ("", 403)):
        assert Client().get("/metrics", REMOTE_ADDR="10.0.0.7", headers={"Authorization": given}).status_code == status


def test_cases_are_counted_by_state_and_waiting_ones_have_an_age() -> None:
    before = scraped()
    city.accept_class2()
    city.accept_class3()
    after = scraped()
    open_cases = f'yigui_cases_unfinished{{status="{CaseStatus.OPEN}"}}'
    assert after[open_cases] == before.get(open_cases, 0) + 1
    assert after["yigui_case_numbers"] == before["yigui_case_numbers"] + 2
    assert not any(f'status="{status}"' in name for name in after for status in FINAL if name.startswith("yigui_cases"))
    assert all(f"'{status}'" in metrics._QUESTIONS[0][3] for status in FINAL)


def test_outbox_queue_and_connections_are_told() -> None:
    partner = city.partner("police", "公安")
    OutMessage.objects.create(message_id="00000000-0000-4000-8000-000000000001", partner=partner, kind="told", content={})
    from procrastinate.contrib.django import app

    job = app.configure_task("runs.abort_dead").defer(timestamp=0)
    figures = scraped()
    app.job_manager.cancel_job_by_id(job)
    assert figures['yigui_outbox_messages{partner="police"}'] == 1
    assert figures['yigui_outbox_seconds{partner="police"}'] >= 0
    assert figures['yigui_jobs{status="todo"}'] >= 1
    assert figures["yigui_jobs_waiting_seconds"] >= 0
    assert figures["yigui_workers"] == 0
    assert figures['yigui_database_connections{state="active"}'] >= 1
    assert figures["yigui_database_up"] == 1


def test_seal_and_verification_have_an_age_and_faults_are_counted() -> None:
    city.accept_class3()
    assert scraped()["yigui_events_unsealed"] >= 1
    assert scraped()["yigui_verify_seconds"] == float("inf")
    seal_day()
    assert list(noted_verification()) == []
    figures = scraped()
    assert figures["yigui_events_unsealed"] == 0
    assert figures["yigui_seal_seconds"] < 60
    assert figures["yigui_verify_seconds"] < 60
    assert figures["yigui_verify_faults"] == 0
    Run.objects.create(kind="verify", status="done", result={"faults": 3}, ended_at=Run.objects.latest("id").ended_at)
    assert scraped()["yigui_verify_faults"] == 3


def test_every_figure_has_words_and_reads_only() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as strict:
        strict.execute("SET TRANSACTION READ ONLY")
        for name, words, labels, statement in metrics._QUESTIONS:
            rows = strict.execute(statement.encode()).fetchall()
            assert words, name
            assert all(len(row) == len(labels) + 1 for row in rows), name


def test_requests_are_added_up_over_all_processes_of_the_web_server(site_of_two: str) -> None:
    for _ in range(20):
        httpx.get(f"{site_of_two}/v/")
    httpx.get(f"{site_of_two}/no-such-page/{os.getpid()}")
    figures = dict(_figures(httpx.get(f"{site_of_two}/metrics").text))
    public = [figure for name, figure in figures.items() if name.startswith("yigui_requests_total") and 'door="enquiry"' in name]
    assert sum(public) == 20
    assert any('door="none"' in name and 'status="404"' in name for name in figures)
    assert figures['yigui_request_seconds_count{door="enquiry"}'] == 20
    assert not any(str(os.getpid()) in name for name in figures)


@pytest.fixture
def site_of_two() -> Any:
    import socket

    from tests.dev.houses import wait_for

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "python:yigui.config.web_server", "yigui.config.wsgi:application", "--bind",
               f"127.0.0.1:{port}"]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return httpx.get(f"{address}/health/live").status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_for(answers, 60)
        yield address
    finally:
        process.terminate()
        process.wait(20)
