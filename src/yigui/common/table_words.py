"""What a room says of a table of its own (表的声明): its kind, who may read and change it, what becomes of its rows when people are merged."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the rows of a table are (表的性质). It says what the application's login may do, and what `verify` must cover."""

    #: Business facts: written only under a warrant, changed never or with a history of every change.
    PROTECTED = "protected"
    #: History that triggers keep from being changed by anybody.
    APPEND_ONLY = "append_only"
    #: What decisions rest on, without a warrant of its own: may move on, is never deleted.
    EVIDENCE = "evidence"
    #: Drafts, sessions, queues, codes: nothing rests on them.
    WORKING = "working"
    #: Made by the owner's functions out of other tables, and could be made again.
    DERIVED = "derived"


#: Narrower privileges a table may declare. `NOTHING`: the owner's functions are the only way to it.
NOTHING: tuple[str, ...] = ()
READ, APPEND, CHANGE = ("SELECT",), ("SELECT", "INSERT"), ("SELECT", "INSERT", "UPDATE")
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
#: The most a kind gives the application's login.
PRIVILEGES: Mapping[Kind, tuple[str, ...]] = {
    Kind.PROTECTED: CHANGE, Kind.APPEND_ONLY: APPEND, Kind.EVIDENCE: CHANGE, Kind.WORKING: ALL, Kind.DERIVED: READ,
}  # fmt: skip

#: Conditions on rows of outsiders; `{employer}` and `{person}` are those of the session that is open, `{records}` the person's record and every record
#: that was merged into it: what was levied under any of them is theirs.
BY_EMPLOYER, BY_PERSON = "employer_id = {employer}", "person_id = {person}"
BY_RECORDS = "person_id = ANY ({records})"
#: The table may be asked, and answers nothing: a page shared with the other kind of outsider reads it.
NO_ROWS = "false"


@dataclass(frozen=True)
class Own:
    """Which rows of a table are an employer's own and which a person's own, as SQL; "" where they may not even ask.

    `{employer}`, `{person}`, `{records}` stand for whom the open session is of, `{table}` for the table. `columns` are the ones they may read, where not
    all.
    """

    unit: str = ""
    person: str = ""
    columns: str = ""


def own_through(parent: str, key: str) -> Own:
    """Rows that belong to a row of `parent`, which has policies of its own for both."""
    rows = f"EXISTS (SELECT 1 FROM {parent} AS parent WHERE parent.id = {{table}}.{key})"
    return Own(rows, rows)


@dataclass(frozen=True)
class Merged:
    """What becomes of a table's rows about a person when the record is merged into another one (重复档案合并).

    Args:
        fate: `moved`: they go over to the other record. `refused`: while there are any, there is no merge. `stays`: they are left where
            they are, as what was so. `carried`: a function of the owner enters for the other record what they come to.
        words: what the rows are, for the sentence of the refusal; or why they stay.
        where: condition of the rows that refuse; the others stay (or are carried).
        carry: that function; it takes the kept and the merged record and gives how many rows it wrote.
    """

    fate: str
    words: str = ""
    where: str = "true"
    carry: str = ""


MOVED = Merged("moved")


def refused(words: str, where: str = "true") -> Merged:
    """Rows that keep a record from being merged."""
    return Merged("refused", words, where)


def carried(function: str, words: str = "", where: str = "false") -> Merged:
    """Rows whose worth goes over by a function of the owner; those of `where` keep the record from being merged, as `words`."""
    return Merged("carried", words, where, function)


def stays(why: str) -> Merged:
    """Rows that are left on the merged record."""
    return Merged("stays", why)


@dataclass(frozen=True)
class Table:
    """A table: its kind, narrower privileges where the kind gives too much, and what people outside the agency may read of it.

    `is_public`: nobody's data, read by every outsider. `parts`: the table has partitions, or is filled through tables staged under its name
    and a number; of these the application may read those that belong to it and no more. `attached`: the column by whose value (the number of
    a batch) a run attaches its rows as a part, which fires no trigger. `merged`: for every table with a person.
    `signed`: columns that name who signed: the application writes there only whom the database has seen in the same transaction
    (`identity_act_v1`): an officer, but for the columns of `doors`, which also take the account of a door for whoever has signed in there, and of
    `programs`, which also take the account of a partner's program. `updates`: the only columns it may change, where not all.
    `removed`: columns that a release took away since the record of rows; of any other that vanishes `yigui verify` speaks.
    `courier`: the login that sends messages (`yigui_courier`) reads its rows and removes them.
    """

    kind: Kind
    privileges: tuple[str, ...] | None = None
    own: Own | None = None
    is_public: bool = False
    parts: bool = False
    merged: Merged | None = None
    attached: str = ""
    signed: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    courier: bool = False

    def __post_init__(self) -> None:
        assert set(self.granted) <= set(PRIVILEGES[self.kind]), f"{self.kind} gives {PRIVILEGES[self.kind]}, not {self.privileges}"
        assert not (self.own and self.is_public), "rows are somebody's or everybody's"
        assert {*self.doors, *self.programs} <= set(self.signed), "what doors and programs sign is signed"

    @property
    def granted(self) -> tuple[str, ...]:
        """What the application's login may do."""
        return PRIVILEGES[self.kind] if self.privileges is None else self.privileges
