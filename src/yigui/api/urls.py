"""The interface: items, cases, papers. OpenAPI 3.1 under /api/openapi.json."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Header, NinjaAPI, Path, UploadedFile
from ninja.errors import AuthenticationError, HttpError, ValidationError

from yigui.api import money
from yigui.api.auth import PartnerToken
from yigui.api.faults import faults_of, place_of
from yigui.api.problems import CONTENT_TYPE, of_fault, problem
from yigui.api.schemas import (
    CaseIn,
    CaseOut,
    CorrectionIn,
    ItemDetailOut,
    ItemOut,
    MessageIn,
    MessageOut,
    PaperOut,
    Problem,
    WithdrawIn,
)
from yigui.api.storable import only_storable_text
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application, GivenMaterial
from yigui.casework.decisions import letter_of, refusal_of
from yigui.casework.errors import CaseNotFound
from yigui.casework.handlers import Place, handler_of, is_open
from yigui.casework.models import Case
from yigui.casework.queries import case_by_no, steps_taken
from yigui.casework.resubmit_case import resubmit_case
from yigui.casework.returns import all_points_of
from yigui.casework.withdraw_case import withdraw_case
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.forms import schema_of
from yigui.common import clock
from yigui.common.errors import Forbidden, NotFound, YiguiError
from yigui.documents.models import Paper
from yigui.documents.render import render_pdf
from yigui.documents.store import keep_paper
from yigui.exchange.inbox import take_message
from yigui.exchange.models import ApiToken
from yigui.shell.refused import deed_of
from yigui.staff.refusals import record_refusal


class PartnerAPI(NinjaAPI):
    """The interface, whose description says that errors are problem documents."""

    def get_openapi_schema(self, **more: Any) -> Any:
        schema = super().get_openapi_schema(**more)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation.get("responses", {}).items():
                    if str(status) >= "400" and "application/json" in answer.get("content", {}):
                        answer["content"][CONTENT_TYPE] = answer["content"].pop("application/json")
        return schema


api = PartnerAPI(
    title="yigui 一柜", version="1", description="Hand in, query, correct and withdraw cases. The same checks as the screens.",
    auth=PartnerToken(), docs_url=None, urls_namespace="api",
)  # fmt: skip

api.add_decorator(only_storable_text, mode="operation")

_REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429, 500, 503), Problem)


@api.exception_handler(YiguiError)
def _refused(request: HttpRequest, error: YiguiError) -> HttpResponse:
    token = getattr(request, "auth", None)
    if isinstance(error, Forbidden) and request.method != "GET" and isinstance(token, ApiToken):
        record_refusal(error, user=token.user, deed=deed_of(request))
    return problem(error.http_status, error.code, error.message, error.data)


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(401, "api.no_token", "请求未带接口凭证（Authorization: Bearer …）。")


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    message = "请求格式不符合接口说明，请按 data.faults 所列位置改正。"
    return problem(422, "api.unreadable", message, {"faults": faults_of(error.errors)})


@api.exception_handler(HttpError)
def _malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "api.unreadable", "请求正文不是合法的 JSON，请检查后重新提交。", place_of(error))


@api.exception_handler(Exception)
def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    return of_fault(request, error)


def _token(request: HttpRequest) -> ApiToken:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    return token


def _item_out(item: Item) -> dict[str, Any]:
    return {
        "code": item.code, "name": item.name, "risk_class": item.risk_class, "channels": list(item.channels),
        "limit_working_days": item.limit_working_days, "is_open": is_open(item.code),
    }  # fmt: skip


@api.get("/items", response={200: list[ItemOut], **_REFUSALS}, summary="All items in force")
def items(request: HttpRequest) -> Any:
    """All items in force today; at most a few hundred."""
    return [_item_out(item) for item in catalogue().items(clock.today())]


@api.get("/items/{code}", response={200: ItemDetailOut, **_REFUSALS}, summary="One item with the schema of its form")
def item(request: HttpRequest, code: Path[str]) -> Any:
    """What the item is, the JSON Schema of its form, its materials, its basis, and linked items."""
    try:
        found = catalogue().item(code, clock.today())
    except KeyError as error:
        raise NotFound("事项目录中没有该事项，请核对事项编码。") from error
    materials = [{"code": m.code, "name": catalogue().materials[m.code].name, "when": m.when} for m in found.materials]
    # Whom an application will be about is not known here: the choices are those of the place the token stands for.
    place = Place(_token(request).user.agency.area_id, clock.today())
    return _item_out(found) | {
        "form_schema": schema_of(found, place.today, handler_of(found).offered(place, {}) if is_open(code) else {}),
        "materials": materials, "guide": found.guide, "related": list(found.related),
        "basis": [str(basis) for basis in catalogue().on(clock.today()).bases.get(code, ())],
    }  # fmt: skip


def _refusal_out(case: Case) -> dict[str, Any] | None:
    """Why the case was declined and what the applicant must be told of their rights; None for one that was not."""
    refusal = refusal_of(case)
    return asdict(refusal) if refusal else None


def _case_out(case: Case) -> dict[str, Any]:
    return {
        "case_no": case.case_no, "item_code": case.item_code, "item_name": case.item_name, "status": case.status,
        "risk_class": case.risk_class, "accepted_on": case.accepted_on, "due_on": case.due_on,
        "is_due_provisional": case.is_due_provisional, "area": case.area_id, "agency": case.agency_id,
        "result": case.result.summary, "document_code": case.document.code if case.document else None,
        "error": case.effect_error, "refusal": _refusal_out(case),
        "points": [
            {"material": p.material_code, "field": p.field, "reason": p.reason, "note": p.note, "round": p.round}
            for p in all_points_of(case)
        ],
        "steps": [asdict(line) for line in steps_taken(case)],
    }  # fmt: skip


def _materials(body: CaseIn | CorrectionIn, token: ApiToken) -> list[GivenMaterial]:
    known = catalogue().materials
    wrong = [m.code for m in body.materials if m.code not in known]
    if wrong:
        raise NotFound("材料目录中没有：" + "、".join(wrong[:5]) + "。")
    papers = Paper.objects.filter(taken_by=token.user).in_bulk([m.paper for m in body.materials if m.paper])
    missing = [m.paper for m in body.materials if m.paper and m.paper not in papers]
    if missing:
        raise NotFound(f"没有编号为 {missing[0]} 的已上传材料。")
    return [GivenMaterial(m.code, "scanned" if m.paper else m.source, papers.get(m.paper or 0)) for m in body.materials]


@api.post("/cases", response={200: CaseOut, **_REFUSALS}, summary="Accept a case")
def accept(request: HttpRequest, body: CaseIn, idempotency_key: str = Header(None, alias="Idempotency-Key", max_length=60)) -> Any:
    """Accept an application. A class-3 item comes back finished. The same key and request give the same case again."""
    token = _token(request)
    key = f"api:{token.pk}:{idempotency_key}" if idempotency_key else None
    case = accept_case(Application(
        item_code=body.item_code, form=body.form, operator=token.user, channel=token.channel, today=clock.today(),
        materials=_materials(body, token), outlet_class=token.outlet_class, confirmed=body.confirm, reasons=body.reasons, idempotency_key=key,
    ))  # fmt: skip
    return _case_out(case)


def _visible(token: ApiToken, case_no: str) -> Case:
    """A case the token's user handed in; any other answers as if it were not there. Steps are taken by officers, who sign in themselves."""
    case = case_by_no(case_no)
    if token.user_id not in (case.accepted_by_id, case.handled_by_id):
        raise CaseNotFound(case_no)
    return case


@api.get("/cases/{case_no}", response={200: CaseOut, **_REFUSALS}, summary="A case")
def case(request: HttpRequest, case_no: Path[str]) -> Any:
    """Progress and result of a case."""
    return _case_out(_visible(_token(request), case_no))


@api.post("/cases/{case_no}/corrections", response={200: CaseOut, **_REFUSALS}, summary="Hand a returned case in again")
def correct(request: HttpRequest, case_no: Path[str], body: CorrectionIn) -> Any:
    """The corrected form of a returned case of the token's; checked anew, a new round of steps."""
    token = _token(request)
    found = _visible(token, case_no)
    corrected = resubmit_case(case=found, application=Application(
        item_code=found.item_code, form=body.form, operator=token.user, channel=token.channel, today=clock.today(), case_id=found.pk,
        materials=_materials(body, token), outlet_class=token.outlet_class, confirmed=body.confirm, reasons=body.reasons,
    ))  # fmt: skip
    return _case_out(corrected)


@api.post("/cases/{case_no}/withdrawal", response={200: CaseOut, **_REFUSALS}, summary="Withdraw a case")
def withdraw(request: HttpRequest, case_no: Path[str], body: WithdrawIn) -> Any:
    """Withdraw an unfinished case at the applicant's wish."""
    token = _token(request)
    found = _visible(token, case_no)
    withdrawn = withdraw_case(case_id=found.pk, actor=token.user, note=body.reason, today=clock.today(), channel=token.channel)
    return _case_out(withdrawn)


_PDF = {
    "responses": {200: {"description": "PDF", "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
}


@api.get("/cases/{case_no}/document", response=_REFUSALS, openapi_extra=_PDF, summary="The result document as PDF")
def document(request: HttpRequest, case_no: Path[str]) -> HttpResponse:
    """The document issued when the case was finished, the decision (不予办理决定书) of one declined, the notice (一次性告知单) of one returned."""
    found = _visible(_token(request), case_no)
    issued = found.document or letter_of(found)
    if issued is None:
        raise NotFound("该办件尚未办结，没有结果文书。")
    return HttpResponse(render_pdf(issued), content_type="application/pdf")


@api.post("/papers", response={200: PaperOut, **_REFUSALS}, summary="Upload a scanned paper")
def paper(request: HttpRequest, file: File[UploadedFile], material_code: Form[str]) -> Any:
    """Store a PDF, JPEG, PNG or TIFF of at most 20 MB; name its number as `paper` when accepting."""
    token = _token(request)
    if material_code not in catalogue().materials:
        raise NotFound("材料目录中没有这种材料，请核对材料编码。")
    content = file.read(settings.FILE_SIZE_MAX + 1)
    kept = keep_paper(content, str(file.name), material_code=material_code, taken_by=token.user, taken_on=clock.today())
    return {"paper": kept.pk, "digest": kept.file_id, "size": kept.file.size}


@api.post("/messages", response={200: MessageOut, **_REFUSALS}, summary="Take a department's message, once")
def message(request: HttpRequest, body: MessageIn) -> Any:
    """Employment registrations, deaths and life signs as they happen. The same id again changes nothing."""
    token = _token(request)
    result, is_new = take_message(partner=token.partner, message_id=body.id, kind=body.kind, content=body.content, user=token.user)
    return {
        "id": body.id,
        "taken": result["taken"],
        "is_new": is_new,
        "known": result.get("known", False),
        "noted": result.get("noted", []),
    }


api.add_router("", money.router)
