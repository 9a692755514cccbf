"""Shapes of the declarations: what a YAML file of the catalogue may say, key by key.

Names that must be declared elsewhere are checked against the context given to `read_as`: insurances, channels, windows,
zones, feedback_kinds, materials, departments, enums, table_columns.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field as Key
from pydantic import ValidationInfo, model_validator

from yigui.catalogue.routes import Record, wrong_with
from yigui.common.strict_yaml import Declared, Listed, known
from yigui.staff.enums import StepKind


class FieldType(StrEnum):
    """The kinds of an item's inputs; what each one does is in `field_kinds`."""

    STRING = "string"
    TEXT = "text"
    ENUM = "enum"
    ENUM_LIST = "enum_list"
    ID_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"
    BANK_ACCOUNT = "bank_account"
    PHONE = "phone"
    EMAIL = "email"
    REGION = "region"
    DATE = "date"
    DATETIME = "datetime"
    MONTH = "month"
    YEAR = "year"
    MONEY = "money"
    INT = "int"
    DECIMAL = "decimal"
    BOOL = "bool"
    TABLE = "table"
    FILES = "files"


#: Where the options of a kind must be declared: a code list, or the columns of a table.
_CHOOSING = {FieldType.ENUM: "enums", FieldType.ENUM_LIST: "enums", FieldType.TABLE: "table_columns"}


class Field(Declared):
    """One input of an item's form, with its LD/T 92 index code where there is one."""

    name: str
    label: str
    type: Annotated[FieldType, Key(strict=False)]
    required: bool
    index_code: str | None
    options: str | None = None

    @model_validator(mode="after")
    def _options_are_declared(self, info: ValidationInfo) -> Self:
        names = _CHOOSING.get(self.type)
        if names and self.options not in (info.context or {})[names]:
            raise ValueError(f"{self.name} 的 options {self.options!r} 未声明（unknown value）")
        return self


class Check(Declared):
    """A check named by an item: its id, its rule, and the sentence shown when it refuses."""

    id: str
    rule: str
    message: str


class CommonCheck(Check):
    """A check of many items, and when it is made."""

    applies: str


class ItemMaterial(Declared):
    """A material an item asks for; `when` describes the case in which alone it is needed."""

    code: Annotated[str, known("materials")]
    when: str = ""


class Named(Declared):
    """An entry of a table: code and name."""

    code: str
    name: str
    name_en: str = ""


class InsuranceEntry(Named):
    aae140: str | None
    fund: str


class Zone(Named):
    """An area of the hall (区域) and how many items it serves."""

    items: int
    insurance_count: int
    insurances: Listed[Annotated[str, known("insurances")]]

    @model_validator(mode="after")
    def _counts_its_insurances(self) -> Self:
        if self.insurance_count != len(self.insurances):
            raise ValueError(f"{self.code} 的 insurance_count 为 {self.insurance_count}，列出的险种有 {len(self.insurances)} 个")
        return self


class Channel(Named):
    staffed: bool
    self_service: bool

    @model_validator(mode="after")
    def _is_staffed_or_not(self) -> Self:
        if self.staffed == self.self_service:
            raise ValueError(f"{self.code} 的 staffed 和 self_service 须一真一假")
        return self


class OutletClass(Named):
    may: str


class Material(Named):
    """A kind of paper (材料). A shareable one can come from its department instead of the person."""

    shareable: bool
    department: Annotated[str, known("departments")] | None
    #: What the system makes it from, to be confirmed instead of handed in: the form that was filled in, or a list of people.
    generated: Literal["form", "list"] | None = None

    @property
    def is_shareable(self) -> bool:
        return self.shareable


class WindowRule(Declared):
    """A business window (受理时间规则): which items, through which channels, and the sentence about it.

    `items` empty: whichever item names the window.
    """

    code: str
    channels: Listed[Annotated[str, known("channels")]]
    items: Listed[str]
    message: str


class DayOfMonth(WindowRule):
    """Open from day to day of every month, both included; outside of it the business is refused."""

    kind: Literal["day_of_month"]
    day_from: int = Key(ge=1, le=31)
    day_to: int = Key(ge=1, le=31)


class PeriodShift(WindowRule):
    """Open all month; before a day the business counts for the current period, from it on for the next."""

    kind: Literal["period_shift"]
    day_from: int
    day_to: int
    shift_from_day: int = Key(ge=1, le=31)


class Season(WindowRule):
    """Open between two days of the year (`mm-dd`), both included."""

    kind: Literal["season"]
    month_day_from: str = Key(pattern=r"^\d\d-\d\d$")
    month_day_to: str = Key(pattern=r"^\d\d-\d\d$")


class LockDays(WindowRule):
    """The month's list of payments is made some days before the day of payment; what changes then holds for the next."""

    kind: Literal["lock_days"]
    lock_days_before_pay: int
    pay_day: int = Key(ge=1, le=28)


class LeadDays(WindowRule):
    """A record of a partner must be so many days old (e.g. 就业备案)."""

    kind: Literal["lead_days"]
    source: Annotated[str, known("departments")]
    min_days: int


class LeadMonths(WindowRule):
    """The event applied for lies so many months ahead."""

    kind: Literal["lead_months"]
    min_months: int
    max_months: int


class FeedbackTime(WindowRule):
    """When the applicant hears the result; nothing is closed by it."""

    kind: Literal["feedback_time"]
    minutes: int = 0
    days: int = 0


IntakeRule = DayOfMonth | PeriodShift | Season | LockDays | LeadDays | LeadMonths | FeedbackTime


class DateSpan(Declared):
    """What can be true of a date, month or year (日期的合理区间): how far it may lie from today and from the life of the person the form names.

    A field is known by its name: the same name means the same thing in every item, but in those of `items`.

    Args:
        ahead_months: how many months after the present one it may lie; 0: not after today (a month: not after this one).
        of_person: it happened to the person the form names by `id_number`: not before the birth.
        declared: the event that the business follows from; long before the period it counts for, months were levied meanwhile.
        in_period: not after the month the business counts for: what begins later is declared later.
    """

    field: str
    ahead_months: int = Key(ge=0)
    of_person: bool
    declared: bool = False
    in_period: bool = False
    items: Listed[str] = ()


class AmountSpan(Declared):
    """What can be true of an amount (金额的合理区间): beside the bounds of the contribution base of the place and month (`law.contribution.wage_span`)."""

    field: str
    beside: Literal["base_bounds"]


class TablesFile(Declared):
    """A file of `tables/`: the entries it adds or changes; what it does not name stays as it was."""

    insurances: Listed[InsuranceEntry] = ()
    zones: Listed[Zone] = ()
    channels: Listed[Channel] = ()
    outlet_classes: Listed[OutletClass] = ()
    feedback_kinds: Listed[Named] = ()
    departments: Listed[Named] = ()
    materials: Listed[Material] = ()
    common_checks: Listed[CommonCheck] = ()
    business_windows: Listed[Annotated[IntakeRule, Key(discriminator="kind")]] = ()
    table_columns: dict[str, Listed[str]] = {}
    date_spans: Listed[DateSpan] = ()
    amount_spans: Listed[AmountSpan] = ()


class CodeList(Declared):
    """A code list (代码表) of a file of `enums/`: code and label of what it adds or changes; a label of null withdraws a code."""

    source: str
    options: dict[str, str | None]


class Visitor(Declared):
    """A kind of visitor (服务人群): as whom they apply, the channels nearest first, the items they come for most."""

    code: str
    name: str
    applicant: str
    channels: Listed[Annotated[str, known("channels")]]
    items: Listed[Annotated[str, known("items")]]


class VisitorsFile(Declared):
    visitors: Listed[Visitor]


class PolicyDocument(Declared):
    """A rule that items rest on (政策文件). `verified`: its text was read; `recalled`: known by its number, to be held against the text."""

    code: str
    name: str
    number: str
    status: Literal["verified", "recalled"]


class BasisEntry(Declared):
    """Which items rest on which articles of a document; an item by its code, or all of a group by the first part of theirs."""

    document: Annotated[str, known("documents")]
    articles: str
    items: Listed[Annotated[str, known("items")]]


class BasesFile(Declared):
    """A file of `bases/`: documents it adds, and what rests on them from its day on."""

    documents: Listed[PolicyDocument] = ()
    bases: Listed[BasisEntry] = ()


class ItemWords(Declared):
    """What the counter calls an item (行业叫法), beside its official name."""

    item: Annotated[str, known("items")]
    words: Listed[str]


class WordsFile(Declared):
    """A file of `words/`: the words of the items it names, from its day on."""

    words: Listed[ItemWords]


Applicant = Literal["person", "employer", "institution", "agency", "outlet", "bank", "township"]


class DeclaredItem(Declared):
    """An item (事项) as a file of `items/` says it."""

    code: str
    slug: str
    name: str
    name_en: str
    insurances: Listed[Annotated[str, known("insurances")]]
    zone: Annotated[str, known("zones")]
    applicant: Applicant
    also_applicant: Listed[Applicant]
    kind: Literal["general", "complex"]
    risk_class: Literal[1, 2, 3]
    monthly_share: float
    channels: Listed[Annotated[str, known("channels")]]
    outlet_classes: Listed[Annotated[str, known("outlet_classes")]]
    desk_kind: Annotated[Literal["general", "special"], Key(alias="window")]
    review_site: Literal["on_site", "back_office", "none"]
    finish_site: Literal["front_desk", "back_office"]
    materials: Listed[ItemMaterial]
    limit_working_days: int
    route: Listed[Annotated[StepKind, Key(strict=False)]]
    business_windows: Listed[Annotated[str, known("windows")]]
    postings: Listed[str]
    feedback: Annotated[str, known("feedback_kinds")]
    weight: float
    related: Listed[str]
    effects: Listed[str]
    guide: str
    fields: Listed[Field]
    checks: Listed[Check]

    @property
    def record(self) -> Record:
        """Its risk record: class, route, where it is reviewed and finished."""
        return Record(self.risk_class, tuple(self.route), self.review_site, self.finish_site)

    @model_validator(mode="after")
    def _route_fits_the_class(self) -> Self:
        if sentence := wrong_with(self.record, self.kind):
            raise ValueError(f"{self.code} {sentence}")
        return self
