"""The database's list of a case's changes of status is made from the table."""

from tests.conftest import ROOT
from yigui.dev.case_transitions import transitions_sql


def test_the_databases_list_is_current() -> None:
    path = ROOT / "src" / "yigui" / "casework" / "sql" / "transitions.sql"
    assert path.read_text(encoding="utf-8") == transitions_sql(), "./yigui docs transitions --write"
