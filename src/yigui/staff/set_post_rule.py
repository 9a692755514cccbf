"""Making a template of authority (岗位权限模板): proposed, examined, approved, put in force by four people of the city; refused, taken back."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from yigui.common import clock
from yigui.registry.enums import AreaLevel
from yigui.staff.enums import STEPS_OF_ROLE, AreaScope, RequestStatus, Role, StaffVerb, StepKind
from yigui.staff.errors import NotAuthorised, RequestMoved, RightsRefused
from yigui.staff.models import PostRule, User
from yigui.staff.records import deed
from yigui.staff.same_person import is_one_of
from yigui.staff.scope import is_at_city

#: Whose turn it is in each status, and what it becomes.
_TURNS = {
    RequestStatus.APPLIED: (Role.AUDITOR, RequestStatus.CHECKED),
    RequestStatus.CHECKED: (Role.DIRECTOR, RequestStatus.APPROVED),
    RequestStatus.APPROVED: (Role.SECURITY_ADMIN, RequestStatus.GRANTED),
}
_SIGNED = {
    RequestStatus.CHECKED: ("checked_by", "checked_at"),
    RequestStatus.APPROVED: ("approved_by", "approved_at"),
    RequestStatus.GRANTED: ("granted_by", "granted_at"),
}
_PROPOSERS = (Role.SECTION_HEAD, Role.DIRECTOR)
#: Lines a template has at most.
LINES_MAX = 20


@dataclass(frozen=True)
class Line:
    """A line of a template: a step, items or groups (`*`, `REG`, `REG-004`), and the sum it goes up to (fen, None for any)."""

    step: str
    item_groups: tuple[str, ...]
    amount_fen_max: int | None = None


def propose_rule(
    *, applicant: User, post: str, level: str, area_scope: str, lines: Sequence[Line], known_groups: Collection[str], reason: str
) -> PostRule:
    """Propose what a post holds at a level of agency.

    Args:
        known_groups: every item and group there is.

    Raises:
        NotAuthorised: no section head or director of the city.
        RightsRefused: a step the post may not hold, an unknown item, nothing chosen, no reason; one is on its way already.
    """
    if applicant.role not in _PROPOSERS or not is_at_city(applicant):
        raise NotAuthorised("权限模板须由市级的科室负责人或分管领导提出。")
    label = dict(Role.choices).get(post, post)
    wrong = [step for step in (line.step for line in lines) if step not in STEPS_OF_ROLE.get(post, ())]
    if wrong or not lines or len(lines) > LINES_MAX:
        said = "、".join(str(dict(StepKind.choices).get(step, step)) for step in wrong) or "未填权限"
        raise RightsRefused(f"岗位“{label}”不能持有“{said}”，请核对岗位和环节。")
    unknown = sorted({g for line in lines for g in line.item_groups} - set(known_groups))
    if unknown or not all(line.item_groups for line in lines):
        raise RightsRefused(f"事项范围 {'、'.join(unknown) or '（空）'} 不存在，请重新选择。")
    if any(line.amount_fen_max is not None and line.amount_fen_max <= 0 for line in lines):
        raise RightsRefused("金额上限须大于 0 元；不限金额的请留空。")
    if level not in AreaLevel.values or area_scope not in AreaScope.values or not reason.strip():
        raise RightsRefused("请选择机构级别、地区范围并填写依据。")
    try:
        with deed(actor=applicant, verb=StaffVerb.RULE_MOVED, reason=reason.strip()):
            return PostRule.objects.create(
                post=post, level=level, area_scope=area_scope, lines=[asdict(line) for line in lines], reason=reason.strip(),
                applied_by=applicant,
            )  # fmt: skip
    except IntegrityError as error:
        if "post_rule_one_on_its_way" not in str(error):
            raise
        raise RightsRefused(f"岗位“{label}”已有在办的权限模板，请先办结或撤回。") from error


def turn_of_rule(status: str) -> Role | None:
    """The post whose turn it is for a template in a status; None when it is over."""
    return next((role for at, (role, _) in _TURNS.items() if at == status), None)


def may_move_rule(rule: PostRule, person: User) -> bool:
    """Whether it is this person's turn: button, inbox and refusal read the same answer."""
    turn = _TURNS.get(RequestStatus(rule.status))
    if turn is None or person.role != turn[0] or not person.is_active or not is_at_city(person):
        return False
    return not is_one_of(person, (rule.applied_by_id, rule.checked_by_id, rule.approved_by_id))


@transaction.atomic
def move_rule(*, rule_id: int, person: User) -> PostRule:
    """Examine, approve, or put in force, whichever it is this person's turn for. The last replaces the rule before.

    Raises:
        RequestMoved: over, or moved by somebody else. NotAuthorised: not this person's turn.
    """
    rule = _turn_of(rule_id, person)
    _, following = _TURNS[RequestStatus(rule.status)]
    with deed(actor=person, verb=StaffVerb.RULE_MOVED, reason=rule.reason):
        who, when = _SIGNED[following]
        _save(rule, following, **{who: person, when: clock.now()})
    rule.refresh_from_db()
    return rule


@transaction.atomic
def refuse_rule(*, rule_id: int, person: User, note: str) -> PostRule:
    """Whoever's turn it is refuses a template, with the reason; that is its end."""
    rule = _turn_of(rule_id, person)
    if not note.strip():
        raise RightsRefused("请写明不予批准的原因。")
    with deed(actor=person, verb=StaffVerb.RULE_MOVED, reason=note.strip()):
        return _save(rule, RequestStatus.REFUSED, refused_by=person, note=note.strip()[:200])


@transaction.atomic
def take_rule_back(*, rule_id: int, applicant: User) -> PostRule:
    """The proposer takes a template back before anybody has examined it."""
    rule = PostRule.objects.select_for_update(of=("self",)).filter(pk=rule_id, applied_by=applicant).first()
    if rule is None or rule.status != RequestStatus.APPLIED:
        raise RequestMoved("该权限模板已由他人处理，或不是您提出的，不能撤回。", rule_id=rule_id)
    with deed(actor=applicant, verb=StaffVerb.RULE_MOVED, reason="撤回"):
        return _save(rule, RequestStatus.TAKEN_BACK)


def _turn_of(rule_id: int, person: User) -> PostRule:
    rule = PostRule.objects.select_for_update(of=("self",)).filter(pk=rule_id).first()
    if rule is None or rule.status not in _TURNS:
        raise RequestMoved("该权限模板已由他人处理，请刷新后查看。", rule_id=rule_id)
    if not may_move_rule(rule, person):
        raise NotAuthorised("权限模板依次由市级内控人员审核、分管领导批准、安全保密管理员启用，四人不得相同。")
    return rule


def _save(rule: PostRule, status: RequestStatus, **more: object) -> PostRule:
    rule.status = status
    for name, value in more.items():
        setattr(rule, name, value)
    rule.save(update_fields=["status", *more])
    return rule
