"""The `yigui` command with the workshop's own: `run`, `synth`, `partners`, `docs`. A running `./run` lends it its database."""

import argparse
import datetime as dt
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from yigui.config.cli import COMMANDS, Command, carry_out, command_line, parse
from yigui.dev.embedded import EmbeddedServer, EmbeddedServerError
from yigui.dev.where import alone, data_home, embedded_of, use_server

#: Commands for which the embedded database is started when no `./run` lends it.
_STARTS = ("backup", "restore")


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; exits 0, 1 when a check found faults or a use case refused, 2 on wrong usage."""
    parser, commands = command_line()
    _run_arguments(commands.add_parser("run", help="start database, web server and worker"))
    synth = commands.add_parser("synth", help="generate a city into an empty database")
    synth.add_argument("--persons", type=int, default=24_000, help="insured people (default 24000)")
    synth.add_argument("--seed", type=int, default=1)
    synth.add_argument("--write", action="store_true")
    partners = commands.add_parser("partners", help="start the reference partners (参考协作单位) and connect them")
    partners.add_argument("--port", type=int, default=8101, help="first port (default 8101)")
    docs = commands.add_parser("docs", help="pages of docs/, lists in code, that are made from it and the catalogue")
    docs.add_argument("page", choices=["data-model", "fields", "items", "transitions"])
    docs.add_argument("--write", action="store_true")
    known = COMMANDS | _DEV_COMMANDS
    arguments = sys.argv[1:] if arguments is None else arguments
    missing = "" if arguments[:1] in (["run"], ["docs"]) else _use_running()
    chosen = parse(parser, commands, arguments, fixed={*known, "run"})
    if chosen.command == "run":
        from yigui.dev.supervisor import run

        run(chosen)
        return
    if missing and chosen.command in _STARTS:
        with _started_for_this():
            code = carry_out(chosen, known)
        sys.exit(code)
    if missing:
        sys.exit(missing)
    sys.exit(carry_out(chosen, known))


def _run_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--persons", type=int, default=24_000, help="insured people of the generated city (default 24000)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--today", type=dt.date.fromisoformat, help="business day of a demonstration, e.g. 2026-11-10")
    parser.add_argument("--workers", type=int, default=2, help="web processes")


def _use_running() -> str:
    """Without `DATABASE_URL`, use the embedded database of a running `./run`; a sentence when there is none."""
    if os.environ.get("DATABASE_URL"):
        return ""
    home = data_home()
    server = embedded_of(home)
    if server is None:
        return "没有正在运行的数据库：请先运行 ./run，或以 DATABASE_URL 指定数据库。"
    use_server(home, server)
    return ""


@contextmanager
def _started_for_this() -> Iterator[None]:
    """The embedded database, started for one command."""
    home = data_home()
    server = EmbeddedServer(home / "postgres")
    try:
        with alone(home):
            server.start()
            use_server(home, server)
            yield
    except EmbeddedServerError as error:
        sys.exit(str(error))
    finally:
        server.stop()


def _synth(chosen: argparse.Namespace) -> int:
    from rich.progress import Progress

    from yigui.dev.demo import city_size, found_city

    size = city_size(chosen.persons)
    if not chosen.write:
        print(f"将生成：{size}。加 --write 执行。")
        return 0
    with Progress() as bar:
        task = bar.add_task("模拟城市", total=50)
        found_city(size, seed=chosen.seed, on_step=lambda name: bar.update(task, advance=1, description=name))
        bar.update(task, completed=50, description="模拟城市")
    return 0


def _partners(chosen: argparse.Namespace) -> int:
    from yigui.dev.partners import run_partners

    return run_partners(chosen.port)


def _docs(chosen: argparse.Namespace) -> int:
    from yigui.dev import case_transitions, data_model, field_names, item_pages
    from yigui.dev.where import ROOT

    written, text = {
        "items": (item_pages.write, item_pages.items_page),
        "fields": (field_names.write, field_names.field_names),
        "data-model": (data_model.write, data_model.data_model),
        "transitions": (case_transitions.write, case_transitions.transitions_sql),
    }[chosen.page]
    if not chosen.write:
        print(text(), end="")
        return 0
    for path in written(ROOT):
        print(f"已写入 {path}")
    return 0


_DEV_COMMANDS: dict[str, Command] = {"synth": _synth, "partners": _partners, "docs": _docs}
