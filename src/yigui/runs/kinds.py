"""Kinds of runs (批次种类): what a room declares so that its batches have a page, a command, a background job and people who sign.

A kind is one object of a class derived from `RunKind`, named in the `room.py` of the room that owns it. It says what is staged, what is
checked and what is written; the way from the plan to the books is `staged.py`, and is the same for all.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from yigui.common.errors import NotFound
from yigui.common.months import is_period
from yigui.common.rooms import rooms
from yigui.runs.errors import BatchRefused
from yigui.runs.models import Batch
from yigui.staff.enums import Role
from yigui.staff.models import User

OnStep = Callable[[int, int, str], Any]


class Unit(StrEnum):
    """What a batch of a kind is made for: a month (YYYYMM), a year (YYYY), or the day on which it is asked for."""

    MONTH = "month"
    YEAR = "year"
    NONE = "none"


class Once(StrEnum):
    """Of what a kind executes one batch in an area: of a month, of a year, of the thing it is about; or it may repeat, each with what is left."""

    MONTH = "month"
    YEAR = "year"
    SUBJECT = "subject"
    NEVER = "never"


class SignStep(StrEnum):
    """A signature under a batch: who prepared it, who checked it (复核), who approved it."""

    PREPARE = "prepare"
    CHECK = "check"
    APPROVE = "approve"


@dataclass(frozen=True)
class Signer:
    """One of the people a batch needs: which posts may sign, and what the signature says."""

    step: SignStep
    roles: frozenset[str]
    says: str


#: The posts that the database accepts under a batch (`runs_issue_warrant_v1`); a kind may narrow them.
PREPARERS = frozenset({Role.SECTION_HEAD.value, Role.ACCOUNTANT.value})
APPROVERS = frozenset({Role.DIRECTOR.value})


def two_people(prepared: str, approved: str) -> tuple[Signer, ...]:
    """Prepared by one, approved by another; the warrant is of class 2."""
    return Signer(SignStep.PREPARE, PREPARERS, prepared), Signer(SignStep.APPROVE, APPROVERS, approved)


def three_people(prepared: str, checked: str, approved: str) -> tuple[Signer, ...]:
    """Prepared, checked and approved by three; the warrant is of class 1."""
    first, last = two_people(prepared, approved)
    return first, Signer(SignStep.CHECK, PREPARERS, checked), last


@dataclass(frozen=True)
class Opening:
    """What a batch is going to be about. `areas`: the area and the counties in it; `subject` tells batches of one month apart."""

    area_code: str
    period: int
    areas: tuple[str, ...]
    subject: str = ""
    #: What the kind needs while it plans, and nobody else.
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Work:
    """A preparation under way: its batch, what it is about, where its parts begin, and how far it is."""

    batch: Batch
    opening: Opening
    today: dt.date
    step: Callable[[], None]
    #: Where the parts begin, and the end of the last; empty for a kind that is not staged in parts.
    bounds: list[int] = field(default_factory=list)
    #: Whether the batch is about everything there is: no statement then needs to look at where a row belongs.
    is_everywhere: bool = False
    #: What one step of the kind hands to a later one.
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def parts(self) -> int:
        return max(0, len(self.bounds) - 1)

    @property
    def wanted(self) -> list[str]:
        """The areas for a staging statement: all of them are `*`."""
        return ["*"] if self.is_everywhere else list(self.opening.areas)


@dataclass(frozen=True)
class Content:
    """What a batch would do, as it is frozen and signed: rows, amount (fen), digest, what the page shows, the checks."""

    row_count: int
    total_fen: int
    digest: str
    summary: dict[str, Any]
    checks: list[dict[str, Any]]


@dataclass(frozen=True)
class TakenOut:
    """What an execution left out of what was approved, because it is no longer so: one reason, how many rows, how much (fen)."""

    reason: str
    label: str
    rows: int
    amount_fen: int


@dataclass(frozen=True)
class Written:
    """What an execution really wrote, where that can be less than what was approved (never more); fen."""

    row_count: int
    amount_fen: int
    taken_out: tuple[TakenOut, ...] = ()
    #: What `write` hands to `post`, and nobody else.
    details: Any = None


@dataclass(frozen=True)
class Listing:
    """Rows behind a figure of a batch's page: the template that shows them, and what it needs."""

    template: str
    context: dict[str, Any]


@dataclass(frozen=True)
class FileLink:
    """A file an executed batch can be taken out as: its address below the batch, and what the button says."""

    name: str
    label: str


@dataclass(frozen=True)
class FileContent:
    """A file of a batch: in pieces, the same bytes whenever it is asked for."""

    pieces: Iterator[str]
    content_type: str
    file_name: str
    encoding: str = "utf-8"


class RunKind:
    """One kind of run. A room derives its own and keeps one object of it."""

    #: Code as it stands in `runs_batch`, name on the page; neither ever changes its meaning.
    code: str
    name: str
    unit: Unit = Unit.MONTH
    #: What `yigui <code> plan` is called where practice has another word for it.
    verb: str = "plan"
    #: One sentence of help for the command, in English like the command itself.
    help: str = ""
    #: Protected tables an execution writes: its warrant opens these and no others.
    writes: tuple[str, ...] = ()
    signers: tuple[Signer, ...] = two_people("内容和校验结果已核对。", "同意执行。")
    #: The steps of a preparation, in words; `work.step()` ends one.
    steps: tuple[str, ...] = ("生成",)
    #: Templates of the room that show the content on the batch's page: in the narrow column, in the wide one.
    parts: tuple[str, ...] = ()
    wide_parts: tuple[str, ...] = ()
    #: Whether it is asked for with an area and a period, by the page and the command; otherwise from a page of its own.
    is_asked_for: bool = True
    #: Whether a period may have several batches, each with what no other has taken: one by hand does not stand for the plan of the day. Of every other
    #: kind the database executes one batch of an area and period (`once`).
    is_repeated: bool = False
    #: Whether what a void batch would have done is planned again on a later day: it is still due, whoever threw the batch away.
    is_taken_up_again: bool = False
    #: What a person should know who asks for one, on the page.
    hint: str = ""

    @property
    def needs_check(self) -> bool:
        return any(s.step == SignStep.CHECK for s in self.signers)

    @property
    def once(self) -> Once:
        """Of what the database lets one batch be executed in an area (`runs_in_the_way_v1`): laid out with the scope of its warrant."""
        if self.is_repeated:
            return Once.NEVER
        return {Unit.MONTH: Once.MONTH, Unit.YEAR: Once.YEAR, Unit.NONE: Once.SUBJECT}[self.unit]

    def signer(self, step: SignStep) -> Signer | None:
        """Who signs a step; None where the kind has no such signature."""
        return next((s for s in self.signers if s.step == step), None)

    def has_work(self, *, area_code: str, today: dt.date) -> bool:
        """Whether there is anything to make a plan of on its day; a kind that may have nothing to do says so, and nobody is told."""
        return True

    def arrivals(self, *, area_code: str, today: dt.date) -> Sequence[int]:
        """Periods (months or years) whose plan has become due because something has arrived it waited for, whatever the day; a kind
        that waits for nothing has none. Asked once a day."""
        return ()

    def remark(self, batch: Batch) -> str:
        """What whoever signs sees of a batch in the inbox besides its amount; "" for nothing."""
        return ""

    # --- a preparation, in its order ---

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """What is asked for, refused where it cannot be.

        Args:
            period: YYYYMM, or the year of a yearly kind, or 0.

        Raises:
            YiguiError: not an area, not a month, a month to come, nothing to do.
        """
        raise NotImplementedError

    def begin(self, work: Work) -> None:
        """What is written with the draft itself, in its transaction."""

    def bounds(self, work: Work) -> list[int]:
        """Where the parts begin, and the end of the last; empty for a kind that is not staged in parts.

        Raises:
            YiguiError: there is nothing to stage.
        """
        return []

    def stage(self, work: Work, part: int) -> Any:
        """Fill one part; runs on a connection of its own, side by side with the others."""
        raise NotImplementedError

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        """Finish the staging, add up and check. `staged`: what `stage` gave for each part."""
        raise NotImplementedError

    # --- an execution, in one transaction, under the batch's warrant ---

    def look_again(self, batch: Batch) -> None:
        """Refuse what is no longer so, before anything is written.

        A kind whose facts may change between the plan and this moment and that can leave out what has changed does so in its
        own function of the database, called by `write`, so that nobody who executes can leave the second look out.

        Raises:
            ContentChanged: the books or the registry have moved on; the batch has to be made anew.
        """

    def write(self, batch: Batch) -> Written | None:
        """Write what was approved. The stored function takes the batch's number and nothing else, and compares the digest.

        Returns:
            What was written where it can be less than approved, else None.
        """
        raise NotImplementedError

    def post(self, batch: Batch, written: Written | None) -> None:
        """Vouchers and follow-ups, in the same transaction."""

    # --- a batch that will not be executed ---

    def drop(self, batch_id: int) -> None:
        """Throw away what a void batch has staged. Safe to run again; attached partitions are never touched."""

    # --- its page ---

    def of_areas(self, batch: Batch, areas: Sequence[str]) -> list[tuple[str, int, int]]:
        """What an executed batch holds of some of its areas, for whoever answers for those alone: label, rows, fen; nothing where the kind does not
        tell its areas apart."""
        return []

    def page(self, batch: Batch) -> dict[str, Any]:
        """What the templates of `parts` need besides `batch`."""
        return {}

    def listing(self, batch: Batch, name: str) -> Listing | None:
        """The rows behind a figure; None when there is no such list."""
        return None

    def files(self, batch: Batch) -> list[FileLink]:
        """The files an executed batch can be taken out as."""
        return []

    def file(self, batch: Batch, name: str) -> FileContent:
        """One of them.

        Raises:
            NotFound: there is none of this name.
        """
        raise NotFound(f"第 {batch.pk} 号批次没有文件 {name}。")

    def lines(self, batch: Batch) -> list[str]:
        """Sentences the command prints under the checks."""
        return []


def year_of(period: int) -> int:
    """The year a yearly kind is asked for with: 2026, or any month of it."""
    return period // 100 if period > 9999 else period


def asked_period(kind: RunKind, period: int) -> int:
    """The period as the kind counts it: a month, a year, or nothing.

    Raises:
        BatchRefused: not a month or a year.
    """
    if kind.unit == Unit.NONE:
        return 0
    if kind.unit == Unit.YEAR:
        year = year_of(period)
        if not 1990 <= year <= 2999:
            raise BatchRefused(f"“{kind.name}”按年度办理，“{period}”不是可办的年份，请填写 1990 至 2999 年的年份，例如 2026。")
        return year
    if not is_period(period):
        raise BatchRefused(f"{period} 不是年月，应为 202611 的形式。")
    return period


#: Kinds that no room has: those of tests.
_more: dict[str, RunKind] = {}


def register_kinds(*kinds: RunKind) -> None:
    """Make kinds known besides those that rooms declare."""
    for kind in kinds:
        assert kind.code not in _known(), f"two kinds of run are called {kind.code}"
        _more[kind.code] = kind


def forget_kind(code: str) -> None:
    """Take such a kind out again."""
    _more.pop(code, None)


def _known() -> dict[str, RunKind]:
    return {kind.code: kind for room in rooms() for kind in room.run_kinds} | _more


def run_kinds() -> list[RunKind]:
    """All kinds, in the order of the rooms from below."""
    return list(_known().values())


def kind_of(code: str) -> RunKind:
    """The kind with this code.

    Raises:
        NotFound: no room declares it.
    """
    found = _known().get(code)
    if found is None:
        raise NotFound(f"没有批次种类 {code}，请核对。", kind=code)
    return found


def name_of(code: str) -> str:
    """A kind's name for lists; its code where the kind is no longer declared."""
    known = _known()
    return known[code].name if code in known else code


def may_prepare(kind: RunKind, user: User) -> bool:
    """Whether a person's post may prepare batches of a kind."""
    signer = kind.signer(SignStep.PREPARE)
    return signer is not None and user.role in signer.roles
