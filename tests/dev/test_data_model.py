"""The page of the data model says what the code says."""

from tests.conftest import ROOT
from yigui.common.rooms import tables
from yigui.dev.data_model import data_model


def test_the_page_of_the_data_model_is_current() -> None:
    assert (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8") == data_model(), "./yigui docs data-model --write"


def test_every_declared_table_stands_on_the_page() -> None:
    page = data_model()
    assert not [name for name in tables() if f"### {name}\n" not in page]
