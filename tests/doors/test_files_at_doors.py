"""Files of partners at every door: page, command line and interface refuse with one sentence and account for the same lines.

`files/<kind>/` holds inputs of each kind as people sent them, and `own-*` ones; what must become of each stands in `files/answers.yaml`. Each file is
taken in at each door and everything undone again, so that all doors see the same house.
"""

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests import city
from tests.api.test_problems import assert_problem, token_of
from tests.pages import page_of, signed_in
from yigui.config.cli import main
from yigui.exchange.models import InboundFile
from yigui.payment.models import Payment, ResultFile
from yigui.receipts.models import Receipt, ReceiptFile, ReceiptLine

FILES = Path(__file__).parent / "files"
AREA = "511102"
ANSWERS: dict[str, Any] = yaml.safe_load((FILES / "answers.yaml").read_text(encoding="utf-8"))
INPUTS = sorted(f"{path.parent.name}/{path.name}" for path in FILES.glob("*/*"))
#: Who sends a kind of records; prison terms come by no interface.
SENDERS = {
    "death": "civil_affairs",
    "employment_registration": "employment_service",
    "life_sign": "public_security",
    "prison": "justice",
}


#: The batch whose payments the results of people name; these tests have none of it.
SENT_BATCH = 3


class Taken(NamedTuple):
    """What became of a file: the refusal, or the sentence about the whole, its counts, and every line with its sentence."""

    refused: str
    said: str
    counts: tuple[int, ...]
    lines: tuple[tuple[int, str], ...]


def _receipts() -> Taken:
    file = ReceiptFile.objects.latest("pk")
    rows = ReceiptLine.objects.filter(file=file).order_by("seq").values_list("row_no", "fate", "sentence")
    counts = (
        file.lines_in,
        file.row_count,
        file.total_fen,
        file.debit_count,
        file.known_count,
        file.rejected_count,
        file.waiting_count,
    )
    assert file.lines_in == sum(counts[i] for i in (1, 3, 4, 5, 6))
    assert sum(Receipt.objects.filter(file=file).values_list("amount_fen", flat=True)) == file.total_fen
    return Taken("", "", counts, tuple((row, f"{fate} {sentence}") for row, fate, sentence in rows))


def _results() -> Taken:
    file = ResultFile.objects.latest("pk")
    waiting = [(row, f"waiting {sentence}") for row, sentence in file.waiting.values_list("row_no", "sentence")]
    counts = (
        file.row_count, file.paid_count, file.returned_count, file.known_count, file.pending_count, file.waiting_count, len(file.rejected),
    )  # fmt: skip
    assert counts[0] == sum(counts[1:])
    return Taken("", "", counts, tuple(sorted([*waiting, *((row, f"rejected {sentence}") for row, sentence in file.rejected)])))


def _records() -> Taken:
    file = InboundFile.objects.latest("pk")
    counts = (file.row_count, file.matched_count, file.known_count, file.rejected_count, file.waiting_count, file.unmatched_count)
    assert counts[0] == sum(counts[1:])
    noted = [(row, f"{word} {sentence}") for row, word, sentence in file.noted]
    return Taken("", "", counts, tuple(sorted([*noted, *((row, f"rejected {sentence}") for row, sentence in file.rejected)])))


class Kind(NamedTuple):
    """How a kind of file is taken in: the page with what is chosen there, the command, the interface's address (None: none), what is read back."""

    officer: str
    page: str
    chosen: dict[str, str]
    command: tuple[str, ...]
    sender: str
    address: str | None
    read: Callable[[], Taken]


def kind_of(folder: str) -> Kind:
    if folder in ("bank", "tax"):
        where = ("--partner", folder, "--area", AREA)
        return Kind(
            "cashier", "/finance/receipts/", {"partner": folder, "area": AREA}, ("receipts", "import", "{file}", "--user", "cashier", *where), folder,
            "/api/receipts/file", _receipts,
        )  # fmt: skip
    if folder == "results":
        return Kind(
            "cashier", "/finance/results/", {}, ("results", "{file}", "--user", "cashier"), "bank", "/api/results", _results
        )
    sender = SENDERS[folder]
    return Kind(
        "head", "/imports/", {"partner": sender, "kind": folder}, ("import-records", folder, "{file}", "--partner", sender, "--user", "head"), sender,
        None if folder == "prison" else f"/api/records/{folder}", _records,
    )  # fmt: skip


@contextlib.contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def by_command(kind: Kind, path: Path) -> Taken:
    said, refused = io.StringIO(), io.StringIO()
    with undone(), pytest.MonkeyPatch.context() as patched:
        # Nobody types a password within a transaction; people of the tests are signed in.
        patched.setattr("yigui.identity.at_terminal.sign_in_as", lambda user: user)
        before = _newest()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(refused), pytest.raises(SystemExit) as ended:
            main([part.format(file=path) for part in kind.command] + ["--write"])
        if refused.getvalue():
            assert (ended.value.code, _newest()) == (1, before)
            return Taken(refused.getvalue().strip(), "", (), ())
        taken = kind.read()
        for _, sentence in taken.lines:
            word, _, words = sentence.partition(" ")
            assert words in said.getvalue() or word == "known", sentence
    return taken._replace(said=said.getvalue().split("\n")[0])


def by_page(kind: Kind, path: Path, expected: Taken) -> Taken:
    client = signed_in(kind.officer)
    with undone():
        before = _newest()
        upload = SimpleUploadedFile(path.name, path.read_bytes())
        page = page_of(client.post(kind.page, kind.chosen | {"file": upload}, follow=True))
        if expected.refused:
            assert expected.refused in page
            assert _newest() == before
            return expected
        assert expected.said in page
        return kind.read()._replace(said=expected.said)


def by_interface(kind: Kind, path: Path) -> Taken:
    client, token = Client(raise_request_exception=False), token_of(kind.sender)
    assert kind.address is not None
    with undone():
        before = _newest()
        upload = SimpleUploadedFile(path.name, path.read_bytes())
        answer = client.post(kind.address, {"file": upload, "area": AREA}, HTTP_AUTHORIZATION=f"Bearer {token}")
        if answer.status_code != 200:
            assert _newest() == before
            return Taken(assert_problem(answer, answer.status_code)["detail"], "", (), ())
        told = answer.json()
        taken = kind.read()
        sentences = [
            str(row[-1]) for name in ("rejected", "waiting", "noted") if isinstance(told.get(name), list) for row in told[name]
        ]
        assert sorted(sentences) == sorted(s.partition(" ")[2] for _, s in taken.lines if not s.startswith("known "))
        return taken._replace(said=told["said"])


def _newest() -> tuple[int | None, ...]:
    return tuple(m.objects.order_by("-pk").values_list("pk", flat=True).first() for m in (ReceiptFile, ResultFile, InboundFile))


@pytest.mark.parametrize("name", INPUTS)
def test_a_file_is_refused_or_accounted_for_alike_at_every_door(name: str) -> None:
    kind, path = kind_of(name.split("/")[0]), FILES / name
    city.partner(kind.sender, kind.sender)
    taken = by_command(kind, path)
    assert bool(taken.refused) != bool(taken.counts)
    assert by_page(kind, path, taken) == taken
    if kind.address:
        assert by_interface(kind, path) == taken
    found = (
        {"refused": taken.refused}
        if taken.refused
        else {"counts": list(taken.counts), "lines": [list(line) for line in taken.lines]}
    )
    if name.startswith("results/") and "own-" not in name and Payment.objects.filter(batch_id=SENT_BATCH).exists():
        # Another test's payments have the numbers these files name: what became of them is another answer.
        assert sum(found["counts"][1:]) == found["counts"][0] == ANSWERS[name]["counts"][0]
        return
    assert found == ANSWERS[name]


def test_every_input_has_its_answer() -> None:
    assert set(ANSWERS) == set(INPUTS)
    assert {
        folder for folder in ("bank", "tax", "results", *SENDERS) if sum(n.startswith(f"{folder}/own-") for n in INPUTS) < 2
    } == set()
