"""What a partner's file said is kept, and a record out of it stands in it."""

import datetime as dt
import io

import pytest
from django.db import DatabaseError, connection, connections, transaction
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests import city
from tests.conftest import TODAY
from yigui.db.presence import act_as
from yigui.documents.models import StoredFile
from yigui.documents.store import path_of
from yigui.exchange.import_records import DEATHS, import_records
from yigui.exchange.import_registrations import RECORD_FILES
from yigui.exchange.models import DeathRecord, InboundFile
from yigui.exchange.verify import records_of_files, said_in
from yigui.registry.models import Employer, Person

HEAD = ("AAC002", "AAC003", "AIC037")


def csv_of(person: Person, encoding: str = "utf-8") -> bytes:
    return "\n".join([",".join(HEAD), f"{person.id_number},{person.name},2026-10-01"]).encode(encoding)


def book_of(person: Person) -> bytes:
    book = Workbook()
    book.active.append(HEAD)
    book.active.append((person.id_number, person.name, "2026-10-02"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def taken(content: bytes) -> InboundFile:
    sender = city.partner("civil_affairs", "民政")
    return import_records(DEATHS, content=content, file_name="d.csv", partner=sender, user=city.user("head"), today=TODAY)


@pytest.mark.parametrize("make", [csv_of, lambda p: csv_of(p, "gb18030"), book_of])
def test_a_file_is_kept_whole_and_names_its_deaths(make) -> None:  # type: ignore[no-untyped-def]
    content = make(city.next_person())
    file = taken(content)
    assert StoredFile.objects.filter(digest=file.digest).exists()
    assert path_of(file.digest).read_bytes() == content
    assert list(records_of_files("default")) == []


def test_a_death_that_its_file_does_not_name_is_named() -> None:
    file, other = taken(csv_of(city.next_person())), city.next_person()
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO exchange_death_record (id_number, name, died_on, row_no, file_id) VALUES (%s, %s, '2026-10-03', 2, %s) RETURNING id",
            [other.id_number, other.name, file.pk],
        )
        (record,) = cursor.fetchone()
        assert list(records_of_files("super")) == [
            f"exchange_death_record id={record}：所称来源（回执 {file.pk} 号文件）中没有 {other.id_number} {other.name} 的这条死亡信息。"
        ]
        transaction.set_rollback(True, using="super")


def test_without_the_file_kept_no_death_stands() -> None:
    person = city.next_person()
    with pytest.raises(DatabaseError, match="没有唯一的来源"), transaction.atomic(), connection.cursor() as cursor:
        act_as(city.user("head"))
        cursor.execute(
            "INSERT INTO exchange_inbound_file (kind, partner_id, file_name, digest, row_count, accepted_count, rejected, received_at, received_by_id) "
            "SELECT 'death', code, 'x', repeat('9', 64), 1, 1, '[]', now(), identity_who_v1() FROM exchange_partner WHERE code = 'civil_affairs' RETURNING id"
        )
        (file,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO exchange_death_record (id_number, name, died_on, row_no, file_id) VALUES (%s, %s, '2026-10-03', 2, %s)",
            [person.id_number, person.name, file],
        )
    assert not DeathRecord.objects.filter(id_number=person.id_number).exists()


def test_a_workbook_says_what_stands_in_it() -> None:
    person = city.next_person()
    said = {(person.id_number, dt.date(2026, 10, 2), person.name)}
    assert said_in(DEATHS, book_of(person), "d.xlsx") == said
    assert said_in(DEATHS, book_of(person), "d.csv") == said


def book_in_parts(person: Person) -> bytes:
    """A name in two fonts: the workbook keeps it in two pieces."""
    book = Workbook()
    book.active.append(HEAD)
    book.active.append((person.id_number, None, "2026-10-02"))
    book.active["B2"] = CellRichText(TextBlock(InlineFont(b=True), person.name[0]), person.name[1:])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_with_marks(person: Person) -> bytes:
    """A number kept from being reckoned with, and a name with a mark nobody sees."""
    return f'{",".join(HEAD)}\n="{person.id_number}",{person.name[0]}\u200b{person.name[1:]},2026/10/1\n'.encode()


@pytest.mark.parametrize(
    "make",
    [
        lambda p: csv_of(p, "utf-8-sig"),
        lambda p: csv_of(p, "utf-16"),
        lambda p: csv_of(p, "utf-16-le"),
        book_in_parts,
        csv_with_marks,
    ],
    ids=["utf-8-sig", "utf-16", "utf-16-le", "rich text", "marks"],
)
def test_what_the_reader_took_verification_reads_in_the_same_way(make) -> None:  # type: ignore[no-untyped-def]
    file = taken(make(city.next_person()))
    assert DeathRecord.objects.filter(file=file).count() == 1
    assert list(records_of_files("default")) == []


#: One line of each kind, and a column that a superuser sets otherwise.
LINES = {
    "employment_registration": ("AAC002,AAC003,AAB998,ACC031", "{0},{1},{2},2026-10-01", "registered_on"),
    "death": ("AAC002,AAC003,AIC037", "{0},{1},2026-10-01", "died_on"),
    "life_sign": ("AAC002,AAC003,AAE036", "{0},{1},2026-10-01", "seen_on"),
    "prison": ("AAC002,AAC003,服刑起始日期,服刑终止日期", "{0},{1},2026-04-01,2027-03-31", "ended_on"),
}


@pytest.mark.parametrize("kind", RECORD_FILES)
def test_records_of_every_kind_are_compared_with_what_their_file_says(kind: str) -> None:
    head, line, column = LINES[kind]
    person, spec = city.next_person(), RECORD_FILES[kind]
    content = f"{head}\n{line.format(person.id_number, person.name, Employer.objects.order_by('id')[0].credit_code)}\n".encode()
    sender = city.sender_of(kind)
    file = import_records(spec, content=content, file_name="d.csv", partner=sender, user=city.user("head"), today=TODAY)
    assert (file.accepted_count, file.rejected_count) == (1, 0), file.rejected
    assert list(records_of_files("default")) == []
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE {spec.model._meta.db_table} SET {column} = {column} - 1 WHERE file_id = %s RETURNING id", [file.pk])
        ((record,),) = cursor.fetchall()
        (said,) = records_of_files("super")
        assert said.startswith(f"{spec.model._meta.db_table} id={record}：")
        transaction.set_rollback(True, using="super")


def test_number_and_name_of_two_lines_are_nobody() -> None:
    one, other = city.next_person(), city.next_person()
    lines = [",".join(HEAD), *(f"{p.id_number},{p.name},2026-10-01" for p in (one, other)), ""]
    file = taken("\n".join(lines).encode())
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE exchange_death_record SET name = %s WHERE file_id = %s AND id_number = %s", [other.name, file.pk, one.id_number]
        )
        assert [said for said in records_of_files("super") if f"回执 {file.pk} 号文件" in said and one.id_number in said]
        transaction.set_rollback(True, using="super")
