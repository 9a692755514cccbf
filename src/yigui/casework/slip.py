"""The acceptance slip (受理回执): what was taken, by whom, until when, and how to follow it."""

from typing import Any

from yigui.casework.models import Case
from yigui.casework.query_code import query_code
from yigui.catalogue.declarations import catalogue


def acceptance_slip(case: Case) -> dict[str, Any]:
    """Content of the slip for `documents.render.render_content`; it carries no verification code of its own."""
    item = catalogue().version(case.item_code, case.item_version)
    code = query_code(case.case_no)
    if not item.is_immediate:
        due = f"{case.due_on.isoformat()}（{item.limit_working_days} 个工作日）"
    else:
        due = f"{case.due_on.isoformat()}（业务量较大，限时办结）" if case.due_on > case.accepted_on else "即时办结"
    if case.is_due_provisional:
        due += "，节假日安排公布后以公布为准"
    materials = [[catalogue().materials[m.material_code].name, m.get_source_display()] for m in case.materials.all()[:40]]
    return {
        "title": "业务受理回执",
        "case_no": case.case_no,
        "issued_on": case.accepted_on,
        "agency": case.agency.name,
        "path": f"/progress/?case_no={case.case_no}&code={code}",
        "facts": [
            ("办件编号", case.case_no), ("查询码", code), ("业务事项", f"{item.name}（{item.code}）"), ("办理对象", case.subject_name),
            ("受理渠道", catalogue().channels[case.channel]), ("受理日期", case.accepted_on.isoformat()), ("受理人", case.accepted_by.full_name),
            ("承诺办结", due), ("参保归属地", case.area.name),
        ],
        "sections": [{"title": "收取（核验）的材料", "head": ["材料", "来源"], "rows": materials}] if materials else [],
        "notes": ["凭办件编号和查询码可在窗口、网上和手机端查询进度，查询码请勿告知他人；需补正的，经办机构将一次性告知。"],
    }  # fmt: skip
