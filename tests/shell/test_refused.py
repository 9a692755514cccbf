"""Every refusal of who may not do what leaves its trace, whether the page shows it itself or not, and says the deed in words (R054)."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.http import Http404
from django.urls import URLResolver, get_resolver

import yigui
from tests import city, money
from tests.conftest import TODAY
from tests.pages import signed_in, text_of
from tests.tasks.work import taken
from yigui.casework.queries import current_step
from yigui.catalogue.change_item import apply_for_change, approve_change, check_change
from yigui.catalogue.declarations import declared
from yigui.catalogue.routes import Record
from yigui.common.errors import Forbidden, NotFound
from yigui.common.rooms import rooms
from yigui.config.cli import COMMANDS, carry_out, command_line, parse
from yigui.shell.refused import words_of
from yigui.staff.grant_rights import apply_for_rights, approve_rights, check_rights, grant_rights
from yigui.staff.locations import Desk
from yigui.staff.models import Refusal, Section

HOUSE = Path(yigui.__file__).parent
NEW = "Xin-De-Mima-66"
#: (module, function): why nothing is to be recorded there.
NOT_ASKED = {
    ("yigui.backoffice.case_deeds", "_next_of"): "the house chooses; the person asked for no certain thing",
    ("yigui.backoffice.inbox", "take_next"): "the house chooses; the person asked for no certain thing",
    ("yigui.casework.finish_case", "finish_case"): "what the effects refuse stands on the case",
    ("yigui.db.each", "_mark"): "a job marks what failed; nobody asked",
    ("yigui.db.each", "each"): "a job goes on after what failed; nobody asked",
    ("yigui.documents.tabular.workbooks", "_look"): "raised again in the thread that waits for it",
    ("yigui.entitlement.calculator", "calculator"): "what an estimate cannot be worked out from",
    ("yigui.exchange.courier", "_carry"): "the house sends; nobody asked",
    ("yigui.integrity.beside", "work"): "handed on to whoever reads the part of the verification",
    ("yigui.items.common.base", "_found"): "what a check cannot be worked out from is a finding",
    ("yigui.items.common.base", "check"): "what an amount cannot be worked out from is a finding",
    ("yigui.items.pension.checks", "_unassessable"): "what an award cannot be worked out from is a finding",
    ("yigui.items.pension.disability_allowance", "_not_in_the_dossier"): "what the dossier lacks is a finding",
    ("yigui.items.pension.retirement_prereview", "_problems"): "what an assessment lacks is listed for the reviewer and on paper",
    ("yigui.items.pension.retirement_prereview", "dossier_complete"): "what the rule of the place lacks is a finding",
    ("yigui.items.pension.retirement_prereview", "preview"): "what the rule of the place lacks is shown to the reviewer",
    ("yigui.parameters.trial", "_awards"): "what cannot be computed in a trial is counted and told with it",
    ("yigui.parameters.trial", "_levied"): "what a levied month lacks is told with the trial",
    ("yigui.parameters.trial", "_levy"): "what a month lacks is told with the trial",
    ("yigui.parameters.trial", "_more"): "what cannot be worked out in a trial is told with it",
    ("yigui.parameters.trial", "try_change"): "what ends a trial stands on its record; the order was asked for and recorded before",
    ("yigui.runs.schedule", "_try"): "a plan makes itself on its day; nobody asked",
    ("yigui.staff.refusals", "_is_here"): "whether the refused person has signed in: the refusal itself is recorded either way",
}


def handlers(path: Path) -> Iterator[tuple[str, str, ast.ExceptHandler]]:
    """Every `except` of a module with the name of its innermost function."""
    module = ".".join(("yigui", *path.relative_to(HOUSE).with_suffix("").parts))
    stack: list[tuple[ast.AST, str]] = [(ast.parse(path.read_text()), "")]
    while stack:
        node, function = stack.pop()
        if isinstance(node, ast.FunctionDef):
            function = node.name
        if isinstance(node, ast.ExceptHandler):
            yield module, function, node
        stack.extend((child, function) for child in ast.iter_child_nodes(node))


def catches_forbidden(module: str, handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    known = vars(import_module(module))
    caught = eval(ast.unparse(handler.type), {**known})
    return any(issubclass(Forbidden, one) or issubclass(one, Forbidden) for one in _classes_of(caught))


def _classes_of(caught: Any) -> Iterator[type]:
    """The classes that an `except` names: one, several, or names that stand for several."""
    if isinstance(caught, tuple):
        for one in caught:
            yield from _classes_of(one)
    else:
        yield caught


def test_a_door_that_shows_a_refusal_itself_has_it_recorded() -> None:
    found, silent = set(), []
    files = (p for room in rooms() for p in (HOUSE / room.name).rglob("*.py") if "migrations" not in p.parts)
    for path in sorted(files):
        for module, function, handler in handlers(path):
            if not catches_forbidden(module, handler):
                continue
            found.add((module, function))
            calls = {n.func.id for n in ast.walk(handler) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
            is_raised = any(isinstance(n, ast.Raise) for n in ast.walk(handler))
            if not calls & {"refusal_said", "record_refusal"} and not is_raised and (module, function) not in NOT_ASKED:
                silent.append(f"{module}.{function}:{handler.lineno}")
    assert ("yigui.finance.batches", "decide") in found
    assert {module.split(".")[1] for module, _ in found} >= {"runs", "items", "casework", "finance", "backoffice"}
    assert set(NOT_ASKED) <= found
    assert silent == []


def refused(username: str, url: str, *, says: str, deed: str, **data: Any) -> Refusal:
    """Post what one may not, and read the one line that it left."""
    before = Refusal.objects.count()
    answer = signed_in(username).post(url, data, follow=True)
    assert Refusal.objects.count() == before + 1, (username, url, answer.status_code, text_of(answer)[:200])
    row = Refusal.objects.latest("id")
    assert (row.user, row.deed) == (city.user(username), deed)
    assert says in row.sentence
    assert row.sentence in text_of(answer)
    return row


def test_every_deed_of_a_batch() -> None:
    batch = money.plan(202603, "511102")
    at = f"/finance/batches/{batch.pk}/"
    for username, verb, word, says in (
        ("cashier", "check", "复核", "复核"),
        ("head", "approve", "审批", "分管领导"),
        ("director", "confirm", "确认", "生成、确认"),
        ("cashier", "execute", "执行", "不能执行或作废"),
        ("cashier", "void", "作废", "不能执行或作废"),
    ):
        refused(username, f"{at}{verb}/", says=says, deed=f"{word}批次（{batch.pk} 号）", reason="试试看能不能")
    preparer = batch.prepared_by
    assert preparer is not None
    refused(preparer.username, f"{at}approve/", says="批次", deed=f"审批批次（{batch.pk} 号）")
    before = Refusal.objects.count()
    parser, commands = command_line()
    asked = ["levy", "execute", "--batch", str(batch.pk), "--user", "teller", "--write"]
    assert carry_out(parse(parser, commands, asked, fixed=COMMANDS), COMMANDS) == 1
    assert Refusal.objects.count() == before + 1
    assert (Refusal.objects.latest("id").user, Refusal.objects.latest("id").deed) == (
        city.user("teller"),
        "命令 yigui levy execute",
    )


def test_every_deed_of_a_task() -> None:
    task = taken(by="reviewer")
    for verb, word in (("put_back", "放回"), ("hand_on", "转交"), ("prolong", "延期"), ("finish", "办结"), ("drop", "撤销")):
        data = {"note": "试一试可不可以", "outcome": "kept", "due_on": "2026-12-31", "to": f"user:{city.user('reviewer').pk}"}
        refused("auditor", f"/tasks/{task.pk}/{verb}/", says="", deed=f"{word}任务（{task.pk} 号）", **data)


def test_every_deed_of_an_application_for_rights() -> None:
    request = apply_for_rights(
        applicant=city.user("head"), user=city.new_user("rechecker"), steps=("recheck",), item_groups=["REG"], area_code="*",
        valid_from=TODAY, valid_to=TODAY.replace(month=12, day=31), reason="工作需要",
    )  # fmt: skip

    def tried(username: str, verb: str, deed: str) -> None:
        refused(username, f"/rights/{request.pk}/{verb}/", says="", deed=f"{deed}（{request.pk} 号）", note="不同意这样做")

    # Each while it is the turn of somebody else: an application that has moved on is no refusal of a person.
    tried("director", "check", "内控审核权限申请")
    tried("director", "refuse", "不同意权限申请")
    check_rights(request_id=request.pk, controller=city.user("auditor"))
    tried("head", "approve", "批准权限申请")
    approve_rights(request_id=request.pk, leader=city.user("director"))
    tried("auditor", "grant", "授予权限")
    grant_rights(request_id=request.pk, administrator=city.user("secadmin"))
    refused("auditor", "/rights/", says="权限", deed="在“岗位授权”办理", user="1")


def test_every_deed_of_an_item_change() -> None:
    known = declared().item("REG-006", TODAY).record
    wanted = Record(risk_class=known.risk_class, route=known.route, review_site=known.review_site, finish_site="back_office")
    change = apply_for_change(
        applicant=city.user("head"), code="REG-006", record=wanted, valid_from=TODAY.replace(day=TODAY.day + 1),
        reason="风险评估结果调整", today=TODAY,
    )  # fmt: skip
    at = f"/item-changes/{change.pk}"
    refused("head", f"{at}/check/", says="", deed=f"内控审核事项变更（{change.pk} 号）")
    refused("auditor", f"{at}/take-back/", says="本人", deed=f"收回事项变更申请（{change.pk} 号）")
    check_change(change_id=change.pk, controller=city.user("auditor"))
    refused("head", f"{at}/approve/", says="", deed=f"批准事项变更（{change.pk} 号）")
    refused("head", f"{at}/refuse/", says="", deed=f"不同意事项变更（{change.pk} 号）", note="没有必要")
    refused("auditor", "/item-changes/", says="须由市级科室负责人或分管领导申请", deed="在“事项变更”办理")
    approve_change(change_id=change.pk, leader=city.user("director"))
    refused("auditor", f"{at}/effect/", says="安全保密管理员", deed=f"生效事项变更（{change.pk} 号）")
    refused("logadmin", f"{at}/drop/", says="安全保密管理员", deed=f"撤回事项变更（{change.pk} 号）")


def test_every_deed_of_a_case() -> None:
    case = city.accept_class2(username="teller")
    step = current_step(case)
    assert step is not None
    at = f"/cases/{case.case_no}/"
    for username, verb, deed in (
        ("rechecker", "claim", "领取办件"),
        ("teller", "decide", "处理办件环节"),
        ("reviewer", "withdraw", "撤回办件"),
    ):
        data = {"step": step.pk, "verdict": "passed", "opinion": "同意", "reason": "申请人要求撤回"}
        row = refused(username, f"{at}{verb}/", says="", deed=deed, **data)
        assert row.case_no == case.case_no


def test_a_page_that_is_closed_to_somebody_is_recorded_once_in_a_while() -> None:
    client = signed_in("guide")
    before = Refusal.objects.filter(user=city.user("guide")).count()
    for _ in range(3):
        assert client.get("/finance/").status_code == 403
    assert client.get("/accounts/").status_code == 403
    rows = Refusal.objects.filter(user=city.user("guide")).order_by("-id")
    assert rows.count() == before + 2
    assert [row.deed for row in rows[:2]] == ["打开“账号管理”", "打开“财务工作台”"]
    page = text_of(signed_in("auditor").get("/refusals/"))
    assert "打开“财务工作台”" in page


def test_a_wrong_password_or_code_of_ones_own_account_is_recorded() -> None:
    """Somebody at a desk that was left open tries to take the account over."""
    user = city.new_user("teller", password="Zheng-Chang-88")
    client = signed_in(user.username)
    for url, data, says, deed in (
        ("/account/password/", {"old_password": "Bu-Zhidao-77", "new_password1": NEW, "new_password2": NEW}, "密码", "修改密码"),
        ("/account/device/", {"enrolment": "23456-789AB"}, "启用码", "办理动态口令"),
    ):
        before = Refusal.objects.count()
        answer = client.post(url, data)
        row = Refusal.objects.latest("id")
        assert (Refusal.objects.count(), row.user, row.deed, row.code) == (before + 1, user, deed, "identity.code_wrong")
        assert says in row.sentence
        assert row.sentence in text_of(answer)


def addresses() -> Iterator[str]:
    """An address of every page, with a number for each of its arguments."""

    def walk(patterns: list[Any], prefix: str) -> Iterator[str]:
        for pattern in patterns:
            path = prefix + str(pattern.pattern).lstrip("^")
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            elif hasattr(pattern.callback, "page_right") or hasattr(pattern.callback, "outside_kind"):
                yield path

    for path in walk(get_resolver().url_patterns, "/"):
        yield re.sub(r"<(\w+:)?\w+>", lambda m: "00000000-0000-4000-8000-000000000000" if m[1] == "uuid:" else "1", path)


def test_every_page_has_words_for_what_is_wanted_there() -> None:
    found = list(addresses())
    assert len(found) > 150
    for address in found:
        words = words_of(address)
        assert "/" not in words, (address, words)
        assert "本系统" not in words, (address, words)
        assert re.search("[一-龥]{2}", words), (address, words)
    assert words_of("POST /finance/batches/7/approve/") == "审批批次（7 号）"
    assert "本版已没有" in words_of("/no/such/page/")


#: What says whether something is in somebody's hands; who is refused by it is refused, and does not hear that there is nothing.
RIGHTS = frozenset({
    "agencies_of", "administers_accounts", "runs_the_floor", "has_page_right", "may", "may_see", "_may_see", "may_see_in_full", "why_not",
    "is_at_city",
})  # fmt: skip
OFFICERS = ("backoffice", "casework", "counter", "finance", "shell", "staff", "tasks")


def called(node: ast.AST) -> set[str]:
    return {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


def read(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def answers_nothing(node: ast.AST, module: dict[str, Any]) -> bool:
    """Whether a statement says that there is no such thing."""
    if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call) or not isinstance(node.exc.func, ast.Name):
        return False
    kind = module.get(node.exc.func.id)
    return isinstance(kind, type) and issubclass(kind, (NotFound, Http404))


def refusals_as_nothing(path: Path) -> Iterator[str]:
    """Every place where a right decides and the answer is that there is nothing: by a filter, or by a question."""
    name = ".".join(("yigui", *path.relative_to(HOUSE).with_suffix("").parts))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
        rights = {"get_object_or_404"}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and called(node.value) & RIGHTS:
                rights |= {t.id for t in node.targets if isinstance(t, ast.Name)}
        for node in (n for n in ast.walk(function) if isinstance(n, ast.If)):
            if (called(node.test) & RIGHTS or read(node.test) & rights) and any(
                answers_nothing(n, vars(import_module(name))) for n in node.body
            ):
                yield f"{name}.{function.name}:{node.lineno}"
        if "get_object_or_404" in called(function):
            yield f"{name}.{function.name}: get_object_or_404"


def test_nobody_of_the_staff_is_refused_by_being_told_that_there_is_nothing() -> None:
    paths = [p for room in OFFICERS for p in (HOUSE / room).rglob("*.py") if "migrations" not in p.parts]
    assert len(paths) > 100
    assert [fault for p in sorted(paths) for fault in refusals_as_nothing(p)] == []


def test_the_search_finds_both_kinds(monkeypatch: Any) -> None:
    """The two ways this was written before: the right in the filter, and the right asked and answered by nothing."""
    wanted = HOUSE / "backoffice" / "desks.py"
    source = (
        "def by_filter(user, pk):\n    found = Desk.objects.filter(pk=pk, agency__in=agencies_of(user)).first()\n"
        "    if found is None:\n        raise NotFound('x')\n\n"
        "def by_question(user):\n    if not runs_the_floor(user):\n        raise NotFound('x')\n"
    )
    original = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda self, **more: source if self == wanted else original(self, **more))
    assert [fault.rpartition(".")[2].partition(":")[0] for fault in refusals_as_nothing(wanted)] == ["by_filter", "by_question"]


def test_whoever_looks_at_what_is_not_in_their_hands_is_told_whose_it_is_and_it_is_recorded() -> None:
    desk = Desk.objects.filter(agency="51110001").first()
    assert desk is not None
    section = Section.objects.filter(agency="51110001", valid_to=None).first()
    assert section is not None
    account = city.new_user("system_admin", agency="51110201", password="county-admin-1")
    for user, url, says in (
        (account, f"/desks/{desk.pk}/", "不在您的管理范围"),
        (account, "/locations/?agency=51110001", "不在您的管理范围"),
        (account, "/organisation/?agency=51110001", "不在您的管理范围"),
        (account, f"/accounts/{city.user('teller').pk}/", "不在您的管理范围"),
        (city.user("reviewer-511102"), f"/sections/{section.pk}/", "您不在其列"),
    ):
        before = Refusal.objects.count()
        answer = signed_in(user.username).get(url)
        assert answer.status_code == 403, url
        row = Refusal.objects.latest("id")
        assert (Refusal.objects.count(), row.user) == (before + 1, user), url
        assert says in row.sentence, url
        assert row.sentence in text_of(answer), url
