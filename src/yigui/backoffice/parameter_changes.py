"""Changes of parameters (参数变更): proposing, trying, examining, signing, refusing, taking back; who is touched and what it costs, as a list too."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from procrastinate.contrib.django import app

from yigui.backoffice.decide_cell import asked_back
from yigui.backoffice.parameters import areas_for, kind_named
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.common.identifiers import mask_name
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.common.texts import int_or_none
from yigui.db.presence import CodeWrong
from yigui.entitlement.enums import BenefitKind
from yigui.law.parameter_kinds import ParameterKind, parameter_kinds, year_days
from yigui.parameters.above import why_not_kept
from yigui.parameters.areas import area_names
from yigui.parameters.change_parameter import (
    check,
    may_move,
    may_propose,
    propose,
    refuse,
    revoke,
    sign,
    take_back,
    why_not_revoked,
)
from yigui.parameters.models import OPEN, ChangeStatus, ParameterChange, Trial, TrialLine
from yigui.parameters.touched import computed_by, is_levied_alone
from yigui.parameters.trial import TRY, may_try, order_trial, why_stale
from yigui.registry.models import Employer, Person
from yigui.runs.models import RunStatus
from yigui.shell.refused import refusal_said
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.tasks.exports import ExportKind, Listing, ask_export, register_export

SHOWN, TRIALS, BIGGEST = 100, 5, 20
#: What a line of a trial is, in words.
KINDS = {"raise": "在领待遇（批次调整）", "run": "预发待遇（批次重算）", "task": "已定待遇（逐人重核）", "levy": "当月应缴"}


def _day(label: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


class ProposeForm(forms.Form):
    """A new row of one table: its keys, where and when it holds, its columns, the document."""

    area = forms.ChoiceField(label="地区")
    valid_from = _day("生效日期")
    valid_to = _day("终止日期（不填为长期）", required=False)
    source = forms.CharField(label="文件名称和文号", max_length=160)
    published_on = _day("公布日期")
    reason = forms.CharField(label="变更理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    late_reason = forms.CharField(
        label="追溯生效的理由（生效日期不晚于今天时填写）", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, kind: ParameterKind, areas: dict[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["area"].choices = list(areas.items())  # type: ignore[attr-defined]
        fields: dict[str, forms.Field] = {}
        for place, (name, label) in enumerate(kind.key_labels()):
            known = dict.fromkeys(entry.keys[place] for entry in kind.filed())
            fields[f"key_{name}"] = (
                forms.IntegerField(label=label, min_value=dt.MINYEAR, max_value=dt.MAXYEAR)
                if kind.is_by_year or not known
                else forms.ChoiceField(label=label, choices=[(key, kind.key_in_words(name, key)) for key in known])
            )
        for name, label in kind.column_labels():
            fields[f"column_{name}"] = forms.CharField(label=f"{label}（{kind.unit}）", max_length=20)
        self.fields = {**fields, **self.fields}  # type: ignore[assignment]
        if kind.is_by_year:
            # The year says the days.
            del self.fields["valid_from"], self.fields["valid_to"]
            self.fields["late_reason"].label = "追溯生效的理由（该年度已经开始时填写）"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys chosen, in the table's order."""
        return tuple(str(self.cleaned_data[f"key_{name}"]).strip() for name in self.kind.key_names)

    @property
    def days(self) -> tuple[dt.date, dt.date | None]:
        """The first and the last day; of what is set by year, those of the year; None: without end."""
        if self.kind.is_by_year:
            return year_days(self.cleaned_data[f"key_{self.kind.key_names[0]}"])
        return self.cleaned_data["valid_from"], self.cleaned_data["valid_to"]

    @property
    def columns(self) -> dict[str, str]:
        """The values typed, by column."""
        return {name: self.cleaned_data[f"column_{name}"] for name in self.kind.column_names}


@require_GET
@page_right("parameters")
def parameter_changes(request: OfficerRequest) -> HttpResponse:
    """Changes under way and done, newest first."""
    rows = list(
        ParameterChange.objects.select_related("proposed_by", "checked_by", "signed_by", "refused_by").order_by("-id")[:SHOWN]
    )
    names = area_names({row.area_code for row in rows})
    shown = [(row, names[row.area_code], values_in_words(row), may_move(row, request.user)) for row in rows]
    return render(request, "backoffice/parameter_changes.html", {"rows": shown, "shown": SHOWN})


@require_http_methods(["GET", "POST"])
@page_right("parameters")
def propose_parameter(request: OfficerRequest, name: str) -> HttpResponse:
    """The form of a new row of a table; `?keys=&area=` fills in what holds there now."""
    kind, areas = kind_named(name), areas_for(request.user)
    form = ProposeForm(kind, areas, request.POST or None, initial=_initial(kind, request))
    if request.method == "POST" and form.is_valid():
        data, (first, last) = form.cleaned_data, form.days
        try:
            made = propose(
                proposer=request.user, table=kind.name, keys=form.keys, area=data["area"], valid_from=first, valid_to=last,
                columns=form.columns, source=data["source"], published_on=data["published_on"], reason=data["reason"],
                late_reason=data["late_reason"], today=clock.today(),
            )  # fmt: skip
        except YiguiError as refused:
            # A value that cannot be is said beside its cell.
            place = f"column_{refused.data.get('column')}"
            form.add_error(place if place in form.fields else None, refusal_said(request, refused))
        else:
            messages.success(request, f"参数变更 {made.pk} 号已提交，请先试算，再由内控（稽核）人员审核。")
            return redirect("backoffice:parameter_change", made.pk)
    return render(
        request, "backoffice/parameter_propose.html", {"kind": kind, "form": form, "may_propose": may_propose(request.user)}
    )


def _initial(kind: ParameterKind, request: OfficerRequest) -> dict[str, Any]:
    keys = tuple(request.GET["keys"].split("|")) if request.GET.get("keys") else ()
    area = request.GET.get("area") or request.user.agency.area_id
    found: dict[str, Any] = {"area": area}
    if len(keys) == len(kind.key_names):
        found |= {f"key_{name}": key for name, key in zip(kind.key_names, keys, strict=True)}
        held = kind.at(keys, area, clock.today())
        if held is not None:
            found |= {f"column_{name}": f"{value:f}" for name, value in held.columns.items()}
    return found


@require_GET
@page_right("parameters")
def parameter_change(request: OfficerRequest, number: int) -> HttpResponse:
    """One change: what it says, what held before, who signed, and the newest trial with whom it touches."""
    return _page(request, _change(number))


def _page(request: OfficerRequest, change: ParameterChange, *, refused: str = "", status: int = 200) -> HttpResponse:
    """The page of a change; after a refused deed with its sentence at the field."""
    trials = list(change.trials.select_related("ordered_by", "run").order_by("-id")[:TRIALS])
    # What was signed upon, once it is signed; else the newest that has ended.
    shown = change.trial or next((trial for trial in trials if trial.digest), None)
    stale = why_stale(shown) if shown and change.status in OPEN else ""
    newest = trials[0] if trials else None
    may_see_people = may_try(change, request.user)
    month = "" if shown is None else _levied_month(change, shown)
    context = {
        "newest": newest, "state": _state(newest), "change": change, "kind": parameter_kinds().get(change.table_name), "values": values_in_words(change),
        "area": area_names([change.area_code])[change.area_code],
        "keys": _keys(change),
        "before": _before(change), "shown": shown,
        "stale": stale, "lines": _lines(shown, BIGGEST, month) if shown is not None and may_see_people else [],
        "sums": [] if shown is None else _sums(shown, month),
        "levied": [] if shown is None else _levied(shown), "is_open": change.status in OPEN,
        "is_turn": may_move(change, request.user), "may_try": change.status in OPEN and may_see_people, "may_see_people": may_see_people,
        "may_take_back": _may_take_back(change, request.user), "user": request.user,
        "not_kept": why_not_kept(request.user, change.area_code), "gap": 0 if shown is None else shown.after_fen - shown.before_fen,
        "month": month, "may_revoke": _may_revoke(change, request.user),
        "revoked_by": change.revocations.exclude(status__in=(ChangeStatus.REFUSED, ChangeStatus.TAKEN_BACK)).first(),
        "computed": _computed(change) if may_see_people and (change.revokes_id or change.status == ChangeStatus.SIGNED) else (0, []),
    }  # fmt: skip
    return render(request, "backoffice/parameter_change.html", context | {"refused": refused}, status=status)


@require_GET
@page_right("parameters")
def trial_progress(request: OfficerRequest, number: int) -> HttpResponse:
    """How far a change's newest trial has come; asks again while it runs."""
    trial = _change(number).trials.select_related("run", "ordered_by").order_by("-id").first()
    state = _state(trial)
    answer = render(request, "backoffice/includes/trial_progress.html", {"trial": trial, "state": state, "number": number})
    if state not in ("waiting", "running"):
        # It has ended: the page shows what it came to, and the buttons that waited for it.
        answer["HX-Redirect"] = reverse("backoffice:parameter_change", args=[number])
    return answer


@require_POST
@page_right("parameters")
def decide(request: OfficerRequest, number: int, verb: str) -> HttpResponse:
    """Try, examine, sign, refuse or take back a change, or take the list of whom it touches."""
    if verb == "take-back" and (question := _ask_back(request, _change(number))):
        return question
    if verb == "try":
        trial = order_trial(change_id=number, person=request.user)
        app.configure_task(TRY).defer(trial_id=trial.pk)
        messages.success(request, "已开始试算，完成后本页显示结果。")
    elif verb == "export":
        made = ask_export(
            user=request.user, kind="parameter_trial", parameters={"change": str(number)}, reason=request.POST.get("reason", "")
        )
        messages.success(request, f"已登记导出编号 {made.pk}，共 {made.rows} 行。")
        return redirect("backoffice:exports")
    else:
        try:
            done = _moved(request, number, verb)
        except CodeWrong as refused:
            # Whose turn it is has mistyped six digits, or something has changed since: the page says so where they were typed.
            return _page(request, _change(number), refused=refusal_said(request, refused), status=refused.http_status)
        messages.success(request, f"参数变更 {done.pk} 号：{done.get_status_display()}。")
    return redirect("backoffice:parameter_change", number)


class RevokeForm(forms.Form):
    """Why a signed row is revoked, and by what."""

    source = forms.CharField(label="撤销所依据的文件或情况", max_length=160)
    published_on = _day("依据的日期")
    reason = forms.CharField(label="撤销理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    late_reason = forms.CharField(
        label="生效后撤销的理由（已经生效时填写）", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


@require_http_methods(["GET", "POST"])
@page_right("parameters")
def revoke_parameter(request: OfficerRequest, number: int) -> HttpResponse:
    """The form of a revocation of a signed row; it is tried, examined and signed like the row itself."""
    change = _change(number)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = revoke(proposer=request.user, change_id=change.pk, today=clock.today(), **form.cleaned_data)
        except YiguiError as refused:
            form.add_error(None, refusal_said(request, refused))
        else:
            messages.success(request, f"撤销已提交为参数变更 {made.pk} 号，请先试算，再由内控（稽核）人员审核。")
            return redirect("backoffice:parameter_change", made.pk)
    context = {"change": change, "form": form, "values": values_in_words(change), "may_revoke": _may_revoke(change, request.user)}
    return render(request, "backoffice/parameter_revoke.html", context)


def _may_revoke(change: ParameterChange, reader: User) -> bool:
    """Whether the button of a revocation is there for somebody."""
    return may_propose(reader) and not why_not_revoked(change) and not why_not_kept(reader, change.area_code)


def _computed(change: ParameterChange) -> tuple[int, list[dict[str, Any]]]:
    """What was computed by a signed row that is revoked, or is to be: with masked names."""
    found, rows = computed_by(change)
    people = {p.pk: p for p in Person.objects.filter(pk__in={row["person"] for row in rows})}
    return found, [
        row
        | {
            "label": BenefitKind(row["kind"]).label,
            "name": mask_name(people[row["person"]].name),
            "number": people[row["person"]].person_no,
        }
        for row in rows
        if row["person"] in people
    ]


def _may_take_back(change: ParameterChange, reader: User) -> bool:
    return change.status in OPEN and change.proposed_by_id == reader.pk


def _ask_back(request: OfficerRequest, change: ParameterChange) -> HttpResponse | None:
    facts = [
        ("参数", change.label),
        ("拟改为", values_in_words(change)),
        ("生效日期", change.valid_from.isoformat()),
        ("理由", change.reason),
    ]
    return asked_back(
        request, may=_may_take_back(change, request.user), what=f"参数变更 {change.pk} 号", facts=facts,
        back=reverse("backoffice:parameter_change", args=[change.pk]),
    )  # fmt: skip


def _state(trial: Trial | None) -> str:
    """How far a trial is: none, waiting, running, broken (its program died), refused, done."""
    if trial is None:
        return "none"
    if trial.ended_at is not None:
        return "refused" if trial.error else "done"
    if trial.run is None:
        return "waiting"
    return "running" if trial.run.status == RunStatus.RUNNING else "broken"


def _moved(request: OfficerRequest, number: int, verb: str) -> ParameterChange:
    if verb == "check":
        return check(change_id=number, controller=request.user)
    if verb == "sign":
        trial = request.POST.get("trial", "")
        shown = request.POST.get("shown", "")
        return sign(change_id=number, leader=request.user, trial_id=_number(trial), shown=shown)
    if verb == "refuse":
        return refuse(change_id=number, person=request.user, note=request.POST.get("note", ""))
    if verb == "take-back":
        return take_back(change_id=number, proposer=request.user)
    raise NotFound("没有这种操作。")


def _change(number: int) -> ParameterChange:
    people = ("proposed_by__agency", "checked_by__agency", "signed_by__agency", "refused_by", "trial__ordered_by")
    found = ParameterChange.objects.select_related(*people).filter(pk=number).first()
    if found is None:
        raise NotFound(f"没有参数变更 {number} 号。")
    return found


def values_in_words(change: ParameterChange) -> str:
    """The columns of a change in a line: 下限 4700，上限 23500."""
    return _in_words(change, change.columns)


def _in_words(change: ParameterChange, columns: dict[str, str]) -> str:
    kind = parameter_kinds().get(change.table_name)
    labels = {} if kind is None else dict(kind.column_labels())
    return "，".join(value if len(columns) == 1 else f"{labels.get(name, name)} {value}" for name, value in columns.items())


def _keys(change: ParameterChange) -> str:
    kind = parameter_kinds().get(change.table_name)
    return change.keys if kind is None or not change.keys else kind.keys_in_words(tuple(change.keys.split("|")))


def _before(change: ParameterChange) -> str:
    """What held on the first day of a change, in a line; "" where nothing did."""
    held = change.before
    if not held:
        return ""
    last = "长期" if held["to"] == dt.date.max.isoformat() else f"至 {held['to']}"
    return f"{_in_words(change, held['columns'])}（{area_names([held['area']])[held['area']]}，{held['from']} 起{last}，{held['source']}）"


def _sums(trial: Trial, levied_month: str) -> list[tuple[str, dict[str, int], int]]:
    kinds = trial.summary["kinds"]
    return [
        (words, kinds[kind], kinds[kind]["after_fen"] - kinds[kind]["before_fen"])
        for kind, words in _words(levied_month).items()
        if kind in kinds
    ]


def _levied_month(change: ParameterChange, trial: Trial) -> str:
    """The month a trial is of, where that is levied and the change holds for none to come; else ""."""
    return format_period(trial.facts["period"]) if is_levied_alone(change, trial) else ""


def _words(levied_month: str) -> dict[str, str]:
    return KINDS | {"levy": f"{levied_month} 应缴（已征，差额由补收、冲减办理）"} if levied_month else KINDS


def _levied(trial: Trial) -> list[tuple[str, dict[str, Any]]]:
    """Months already levied with what supplement and credit would come to, oldest first."""
    return [(format_period(row["period"]), row) for row in trial.summary.get("levied", ())]


def _lines(trial: Trial, most: int, levied_month: str) -> list[dict[str, Any]]:
    """Touched people of a trial, the biggest changes first; names masked."""
    words = _words(levied_month)
    lines = list(TrialLine.objects.filter(trial=trial).order_by("place")[:most])
    people = {p.pk: p for p in Person.objects.filter(pk__in={line.person_id for line in lines})}
    units = dict(Employer.objects.filter(pk__in={line.employer_id for line in lines if line.employer_id}).values_list("id", "name"))
    areas = area_names({line.area_code for line in lines})
    return [
        {
            "line": line, "person": mask_name(people[line.person_id].name) if line.person_id in people else "",
            "number": people[line.person_id].person_no if line.person_id in people else "",
            "employer": "" if line.employer_id is None else units.get(line.employer_id, ""), "area": areas[line.area_code],
            "words": words[line.kind], "difference": line.after_fen - line.before_fen,
        }
        for line in lines
    ]  # fmt: skip


def _number(text: str) -> int:
    """A number out of an address or a form; 0, which nothing bears, for what is none."""
    number = int_or_none(text)
    return 0 if number is None else number


def _listing(user: User, parameters: Any) -> Listing:
    """The listed people of the trial a change was signed upon, else of its newest one, for whoever may have it tried."""
    text = str(parameters.get("change", ""))
    change = _change(_number(text))
    if not may_try(change, user):
        raise NotAuthorised("试算名单由管理该地区参数的机构中提出、审核、签署参数变更的人员导出。")
    trial = change.trial or change.trials.exclude(digest="").order_by("-id").first()
    if trial is None:
        raise YiguiError("这项参数变更还没有完成的试算，请先试算。")
    month = _levied_month(change, trial)
    rows = [
        (one["line"].place, one["words"], one["person"], one["number"], one["employer"], one["area"], format_fen(one["line"].before_fen),
         format_fen(one["line"].after_fen), format_fen(one["difference"]))
        for one in _lines(trial, trial.summary["listed"], month)
    ]  # fmt: skip
    unit = "元" if month else "元/月"
    head = ("序号", "类别", "姓名", "个人编号", "单位", "地区", f"变更前（{unit}）", f"变更后（{unit}）", "差额")
    return Listing(f"参数变更 {change.pk} 号试算名单", head, rows, widths=(8, 22, 12, 18, 30, 16, 16, 16, 14))


register_export(ExportKind("parameter_trial", "参数变更试算名单", _listing))
