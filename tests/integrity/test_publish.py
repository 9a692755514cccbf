"""Seals are chained, counted, and published where the database's administrators cannot write."""

from pathlib import Path

import pytest
from django.conf import settings

from tests import city
from tests.integrity.test_every_row_and_column import ask, undone
from yigui.config.cli import COMMANDS, command_line
from yigui.exchange.models import OutMessage
from yigui.integrity.models import Root
from yigui.integrity.publish import FILE_NAME, NotPublished, compare, newest, publish, read
from yigui.integrity.seal import seal_day
from yigui.integrity.verify import record_itself, verify_all


@pytest.fixture(scope="module")
def some() -> None:
    """Three seals, with something between them."""
    for _ in range(3):
        city.accept_class3()
        seal_day()


@pytest.fixture
def seals(some: None) -> int:
    """How many seals there are."""
    return newest().number


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "PUBLISHED", tmp_path)
    monkeypatch.setattr(settings, "PUBLISHED_TO", "")
    return tmp_path


def yigui(*arguments: str) -> int:
    parser, _ = command_line()
    chosen = parser.parse_args(arguments)
    return COMMANDS[chosen.command](chosen)


def test_nothing_but_seals_is_not_sealed_again(seals: int) -> None:
    seal_day()
    sealed = Root.objects.count()
    seal_day()
    assert Root.objects.count() == sealed


def test_a_seal_removed_is_missed_by_the_one_after(seals: int) -> None:
    with undone():
        ask("SET LOCAL session_replication_role = replica")
        ask("DELETE FROM integrity_root WHERE number = %s", seals - 1)
        assert any(f"integrity_root number={seals}：与上一次封存不相接" in fault for fault in record_itself("super"))


def test_the_newest_seals_removed_are_missed_by_the_counter(seals: int) -> None:
    with undone():
        ask("SET LOCAL session_replication_role = replica")
        ask("DELETE FROM integrity_entry WHERE id > (SELECT last_entry FROM integrity_root WHERE number = %s)", seals - 1)
        ask("DELETE FROM integrity_root WHERE number >= %s", seals)
        faults = list(record_itself("super"))
        assert faults == [f"integrity_root number={seals}：封存计数为此数，现有最新的封存为第 {seals - 1} 号，封存有缺失。"]


def test_an_entry_removed_put_in_or_changed_is_missed_by_its_seal(seals: int) -> None:
    newest_root = Root.objects.get(number=seals)
    for statement in (
        "DELETE FROM integrity_entry WHERE id = %s",
        'INSERT INTO integrity_entry SELECT (e).* FROM (SELECT jsonb_populate_record(e, \'{"part": "y"}\') AS e FROM integrity_entry e WHERE id = %s) AS x',
        "UPDATE integrity_entry SET keys = array_append(keys, 'x'), digests = array_append(digests, NULL) WHERE id = %s",
        "UPDATE integrity_entry SET op = 'R' WHERE id = %s",
        "UPDATE integrity_entry SET shape_id = shape_id + 1 WHERE id = %s",
        "UPDATE integrity_entry SET part = 'x' WHERE id = %s",
        "UPDATE integrity_entry SET stamp = sha256('x') WHERE id = %s",
    ):
        with undone():
            ask("SET LOCAL session_replication_role = replica")
            ask("ALTER TABLE integrity_entry DROP CONSTRAINT integrity_entry_pkey CASCADE")
            ask(statement, newest_root.first_entry)
            faults = list(record_itself("super"))
        assert any(f"number={seals}：所封存的摘要条目与封存时不符" in f or f.startswith("integrity_entry id=") for f in faults), (
            statement
        )


def test_the_newest_root_is_appended_once_with_a_sheet(seals: int, folder: Path) -> None:
    said = publish(newest())
    publish(newest())
    assert (folder / FILE_NAME).read_text() == f"{newest().line}\n"
    assert (folder / f"seal-{seals:06d}.pdf").read_bytes().startswith(b"%PDF")
    assert [sentence[:2] for sentence in said] == ["已追", "已生"]
    assert list(compare(read(folder / FILE_NAME))) == []


def test_the_command_seals_publishes_and_compares(seals: int, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city.accept_class3()
    assert yigui("seal", "--write", "--publish") == 0
    assert newest().line in capsys.readouterr().out
    assert yigui("verify", "--published", str(folder / FILE_NAME)) == 0
    (folder / FILE_NAME).write_text(f"{newest().line[:-2]}00\n{newest().number + 7} 2026-11-10 5 {'a' * 64}\n")
    assert yigui("verify", "--published", str(folder / FILE_NAME)) == 1
    said = capsys.readouterr().out
    assert f"integrity_root number={newest().number}：与 {newest().day} 公布的封存不符。" in said
    assert f"integrity_root number={newest().number + 7}：2026-11-10 公布的封存已不存在。" in said


def test_a_partner_is_told_each_root_once(seals: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partner = city.partner("notary", "公证处")
    monkeypatch.setattr(settings, "PUBLISHED_TO", "notary")
    publish(newest())
    publish(newest())
    (message,) = OutMessage.objects.filter(partner=partner)
    assert (message.kind, message.content["root"]) == ("seal_root", newest().root)
    monkeypatch.setattr(settings, "PUBLISHED_TO", "nobody")
    with pytest.raises(NotPublished, match="没有启用的协作单位 nobody"):
        publish(newest())


def test_what_cannot_be_published_or_read_is_said(seals: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PUBLISHED", folder / "away")
    with pytest.raises(NotPublished, match="不能写入"):
        publish(newest())
    monkeypatch.setattr(settings, "PUBLISHED", None)
    with pytest.raises(NotPublished, match="YIGUI_PUBLISHED"):
        publish(newest())
    (folder / "x").write_text("1 2026-11-10 zwei\n")
    with pytest.raises(NotPublished, match="第 1 行"):
        read(folder / "x")


def test_silent_after_all_of_it(seals: int) -> None:
    assert list(verify_all()) == []
