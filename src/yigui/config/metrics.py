"""`/metrics` for Prometheus: requests of this web server, and what stands in the database at the moment of asking.

Figures of requests are added up over all web processes (`web_server` gives them a folder); the others are asked once per scrape, by
statements that read indexes of what is unfinished, never all history. What they mean and when to be alarmed: docs/operating/monitoring.md.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("yigui_requests", "Requests answered", ("door", "method", "status"))
SECONDS = Histogram(
    "yigui_request_seconds", "Seconds from request to answer", ("door",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30),
)  # fmt: skip

#: Gauge, what it says, labels, and the statement: one row per combination of labels, the value last.
_QUESTIONS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("yigui_cases_unfinished", "Cases that are not finished, by status", ("status",),
     "SELECT status, count(*) FROM casework_case WHERE status NOT IN ('finished', 'declined', 'withdrawn') GROUP BY status"),
    ("yigui_cases_overdue", "Unfinished cases past their due date", (),
     "SELECT count(*) FROM casework_case WHERE status NOT IN ('finished', 'declined', 'withdrawn', 'returned') AND due_on < current_date"),
    ("yigui_cases_refused_effects", "Approved cases whose effects were refused", (),
     "SELECT count(*) FROM casework_case WHERE status NOT IN ('finished', 'declined', 'withdrawn') AND status = 'approved' AND effect_error <> ''"),
    ("yigui_cases_waiting_seconds", "Age of the oldest case that waits for a partner", (),
     "SELECT coalesce(extract(epoch FROM now() - min(accepted_at)), 0) FROM casework_case WHERE status = 'waiting'"),
    ("yigui_case_numbers", "Case numbers drawn so far (rises by one a case)", (), "SELECT coalesce(max(id), 0) FROM casework_case"),
    ("yigui_jobs", "Background jobs, by status", ("status",),
     "SELECT status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY status"),
    ("yigui_jobs_waiting_seconds", "How long the oldest job that could run has waited", (),
     "SELECT coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at))), 0) FROM procrastinate_jobs j JOIN procrastinate_events e "
     "ON e.job_id = j.id AND e.type = 'deferred' WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())"),
    ("yigui_workers", "Workers that have reported within a minute", (),
     "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'"),
    ("yigui_outbox_messages", "Messages not yet taken, by partner", ("partner",),
     "SELECT partner_id, count(*) FROM exchange_out_message WHERE taken_at IS NULL AND refused = '' GROUP BY partner_id"),
    ("yigui_outbox_seconds", "Age of the oldest message not yet taken, by partner", ("partner",),
     "SELECT partner_id, extract(epoch FROM now() - min(made_at)) FROM exchange_out_message WHERE taken_at IS NULL AND refused = '' GROUP BY partner_id"),
    ("yigui_feedback_waiting", "Results not yet sent to people", (),
     "SELECT count(*) FROM casework_feedback WHERE delivered_at IS NULL"),
    ("yigui_runs", "Runs going on, by kind", ("kind",), "SELECT kind, count(*) FROM runs_run WHERE status = 'running' GROUP BY kind"),
    ("yigui_batches_waiting", "Batches that wait for people, by kind and status", ("kind", "status"),
     "SELECT kind, status, count(*) FROM runs_batch WHERE status IN ('draft', 'prepared', 'approved') GROUP BY kind, status"),
    ("yigui_seal_seconds", "Seconds since the last seal", (),
     "SELECT coalesce(extract(epoch FROM now() - max(sealed_at)), 'infinity') FROM casework_seal"),
    ("yigui_events_unsealed", "Events since the last seal", (),
     "SELECT coalesce((SELECT max(id) FROM casework_event), 0) - coalesce((SELECT last_event_id FROM casework_seal ORDER BY id DESC LIMIT 1), 0)"),
    ("yigui_verify_seconds", "Seconds since `yigui verify` ended last", (),
     "SELECT coalesce((SELECT extract(epoch FROM now() - ended_at) FROM runs_run WHERE kind = 'verify' ORDER BY id DESC LIMIT 1), 'infinity')"),
    ("yigui_verify_faults", "Faults the last `yigui verify` named", (),
     "SELECT coalesce((SELECT (result ->> 'faults')::integer FROM runs_run WHERE kind = 'verify' ORDER BY id DESC LIMIT 1), 0)"),
    ("yigui_database_connections", "Connections to this database, by state", ("state",),
     "SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1"),
    ("yigui_database_connections_max", "Connections the server takes", (), "SELECT current_setting('max_connections')::integer"),
    ("yigui_database_bytes", "Size of this database", (), "SELECT pg_database_size(current_database())"),
    ("yigui_database_oldest_transaction_seconds", "Age of the oldest open transaction", (),
     "SELECT coalesce(extract(epoch FROM now() - min(xact_start)), 0) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"),
    ("yigui_replication_lag_bytes", "Log a standby has not replayed yet, by standby", ("standby",),
     "SELECT application_name, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 0) FROM pg_stat_replication"),
)  # fmt: skip


class FromDatabase:
    """The gauges of `_QUESTIONS`; without a database only that it is away."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask everything, one statement after the other."""
        up = GaugeMetricFamily("yigui_database_up", "Whether the database answers")
        try:
            found = [(question, _rows(question[3])) for question in _QUESTIONS]
        except (DatabaseError, InterfaceError):
            connection.close()
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        for (name, words, labels, _), rows in found:
            gauge = GaugeMetricFamily(name, words, labels=labels)
            for *values, figure in rows:
                gauge.add_metric([str(value) for value in values], float(figure))
            yield gauge


class OfPlace:
    """What the machine says of the place where papers are kept."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Free bytes of its file system."""
        free = GaugeMetricFamily("yigui_documents_free_bytes", "Free space where papers are stored")
        free.add_metric([], shutil.disk_usage(settings.DATA).free)
        yield free


def text() -> bytes:
    """Everything, in Prometheus' text format."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        for own in (REQUESTS, SECONDS):
            registry.register(own)
    registry.register(FromDatabase())
    registry.register(OfPlace())
    return generate_latest(registry)


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
