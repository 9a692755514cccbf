"""Whatever somebody sends: a file is refused with a sentence and has changed nothing, or each of its lines is accounted for and no fen twice."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import city, money
from tests.city import TODAY
from tests.doors.hostile import bent, tables
from tests.payment.test_bank_results import payments, suspense
from yigui.common.errors import YiguiError
from yigui.common.money import parse_yuan
from yigui.exchange.errors import FileTwice as RecordsTwice
from yigui.exchange.import_records import import_records
from yigui.exchange.import_registrations import RECORD_FILES
from yigui.exchange.models import InboundFile
from yigui.ledger.models import BankLine
from yigui.payment.bank_files import payment_no
from yigui.payment.bank_results import import_results
from yigui.payment.errors import ResultTwice
from yigui.payment.models import ResultFile
from yigui.receipts.errors import FileTwice
from yigui.receipts.files import import_receipts
from yigui.receipts.models import Receipt, ReceiptFile, ReceiptLine

EXAMPLES = 25
_ANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
BANK = ("AAE086", "AAE079", "AAE019", "借贷标志", "AAB001", "AAE009", "AAE013")
RESULTS = ("支付编号", "处理结果", "原因", "金额", "记账日期")
DEATHS = ("AAC002", "AAC003", "AIC037")


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _refused(error: YiguiError) -> None:
    """A sentence for people, not the words of a library alone."""
    assert any("\u4e00" <= letter <= "\u9fff" for letter in error.message)


def good_receipts() -> st.SearchStrategy[Sequence[str]]:
    fen = st.integers(1, 10**9).map(lambda n: f"{n // 100}.{n % 100:02d}")
    return st.tuples(
        st.builds(lambda n: f"HOSTILE{n}", st.integers(1, 10**9)), st.just("2026-11-09"), fen, st.sampled_from(["贷", "借"]), st.just(""),
        st.sampled_from(["某公司", ""]), st.just(""),
    )  # fmt: skip


def receipts(content: bytes, partner: str = "bank") -> ReceiptFile | None:
    """The file as it was taken in, every line of it in one place; None where it was refused and nothing has changed."""
    before = ReceiptFile.objects.count(), Receipt.objects.count(), ReceiptLine.objects.count(), BankLine.objects.count()
    try:
        with transaction.atomic():
            done = import_receipts(
                content=content, file_name="f", partner=partner, area_code="511102", user=city.user("cashier"), today=TODAY
            )
    except YiguiError as refused:
        _refused(refused)
        assert before == (
            ReceiptFile.objects.count(),
            Receipt.objects.count(),
            ReceiptLine.objects.count(),
            BankLine.objects.count(),
        )
        return None
    file = done.file
    assert file is not None
    places = sorted(
        [*Receipt.objects.filter(file=file).values_list("seq", flat=True), *BankLine.objects.filter(file_id=file.pk).values_list("seq", flat=True),
         *ReceiptLine.objects.filter(file=file).values_list("seq", flat=True)]
    )  # fmt: skip
    assert places == list(range(1, file.lines_in + 1))
    assert all(row.sentence for row in ReceiptLine.objects.filter(file=file))
    money.assert_agree()
    return file


def fen_of(file: ReceiptFile) -> dict[str, int]:
    """Reference -> fen of every line that has both, wherever it stands; what went out is below zero."""
    found = dict(Receipt.objects.filter(file=file).values_list("reference", "amount_fen"))
    found |= dict(BankLine.objects.filter(file_id=file.pk).values_list("reference", "amount_fen"))
    for line in ReceiptLine.objects.filter(file=file, amount_fen__isnull=False):
        found.setdefault(line.reference, -line.amount_fen if line.is_debit else line.amount_fen)  # type: ignore[operator]
    return found


def test_a_table_of_receipts_loses_no_line_and_books_none_twice() -> None:
    taken = []

    @_ANY
    @given(tables(BANK, good_receipts()))
    def any_table(table: tuple[bytes, list[Sequence[str]]]) -> None:
        content, sound = table
        with undone():
            file = receipts(content)
            if file is None:
                return
            taken.append(file.row_count)
            found = fen_of(file)
            for reference, _, yuan, way, *_ in sound:
                if reference in found and sum(row[0] == reference for row in sound) == 1:
                    assert found[reference] == (parse_yuan(yuan) if way == "贷" else -parse_yuan(yuan))
            assert len(sound) <= file.lines_in
            with pytest.raises(FileTwice), transaction.atomic():
                import_receipts(
                    content=content, file_name="g", partner="bank", area_code="511102", user=city.user("cashier"), today=TODAY
                )
            booked = Receipt.objects.count()
            again = receipts(content + content[-1:] * 2)
            assert Receipt.objects.count() == booked or again is None

    any_table()
    # Not all are refused, and not all of what is taken is rejected.
    assert len(taken) > EXAMPLES // 3
    assert sum(1 for rows in taken if rows) > EXAMPLES // 5


def test_a_bent_file_of_receipts_is_refused_or_accounted_for() -> None:
    taken = []

    @_ANY
    @given(st.sampled_from(["bank", "bank", "tax"]).flatmap(lambda folder: st.tuples(bent(folder), st.just(folder))))
    def any_file(sent: tuple[bytes, str]) -> None:
        with undone():
            file = receipts(*sent)
            if file is not None:
                taken.append(file.lines_in)

    any_file()
    assert len(taken) > EXAMPLES // 6


def results(content: bytes) -> ResultFile | None:
    before, waits = ResultFile.objects.count(), suspense()
    try:
        with transaction.atomic():
            file = import_results(content=content, file_name="f", today=TODAY, user=city.program("bank"))
    except YiguiError as refused:
        _refused(refused)
        assert (before, waits) == (ResultFile.objects.count(), suspense())
        return None
    assert file.row_count == (
        file.paid_count + file.returned_count + file.known_count + file.pending_count + file.waiting_count + len(file.rejected)
    )
    assert all(sentence for _, sentence in file.rejected)
    assert (suspense() > waits) == (file.returned_count > 0)
    with pytest.raises(ResultTwice), transaction.atomic():
        import_results(content=content, file_name="g", today=TODAY, user=city.program("bank"))
    return file


def test_results_of_any_kind_are_accounted_for_and_move_what_came_back_once() -> None:
    taken, sent = [], payments(3)
    numbers = [payment_no(p.batch_id, p.benefit_id) for p in sent]
    good: st.SearchStrategy[Sequence[str]] = st.tuples(
        st.sampled_from(numbers), st.sampled_from(["成功", "退票", "失败", "处理中"]), st.just(""), st.just(""),
        st.sampled_from(["2026-11-10", "2026-11-09", ""]),
    )  # fmt: skip

    @_ANY
    @given(st.one_of(tables(RESULTS, good, "|").map(lambda t: t[0]), bent("results")))
    def any_file(content: bytes) -> None:
        with undone():
            before = suspense()
            file = results(content)
            if file is not None:
                taken.append(file.row_count)
            moved = suspense() - before
            assert moved <= sum(p.amount_fen for p in sent)
            if file is not None and results(content + b"\r\n") is not None:
                assert suspense() - before == moved

    any_file()
    assert len(taken) > EXAMPLES // 3


@_ANY
@given(
    st.one_of(
        tables(DEATHS, st.just(("11010519491231002X", "张无", "2026-11-01"))).map(lambda t: t[0]),
        bent("death", "life_sign", "prison", "employment_registration"),
    ),
    st.sampled_from(sorted(RECORD_FILES)),
)
def test_records_of_any_kind_are_accounted_for(content: bytes, kind: str) -> None:
    def take(name: str) -> InboundFile:
        return import_records(
            RECORD_FILES[kind], content=content, file_name=name, partner=partner, user=city.user("head"), today=TODAY
        )

    with undone():
        partner = city.sender_of(kind)
        before = InboundFile.objects.count(), RECORD_FILES[kind].model._default_manager.count()
        try:
            with transaction.atomic():
                file = take("f")
        except YiguiError as refused:
            _refused(refused)
            assert before == (InboundFile.objects.count(), RECORD_FILES[kind].model._default_manager.count())
            return
        assert (
            file.row_count
            == file.matched_count + file.known_count + file.rejected_count + file.waiting_count + file.unmatched_count
        )
        assert all(sentence for _, sentence in file.rejected)
        with pytest.raises(RecordsTwice), transaction.atomic():
            take("g")
