"""Expected results of the items, from YAML that domain experts can read and extend.

Each file is one item: `cases` with a name, whom it is about, what is changed in the ordinary form, through which channel and
on which day, and what is expected: `finished`, `open`, or the ids of the checks that refuse or remind.
"""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import city
from tests.items.benefit_forms import FORMS as BENEFIT_FORMS
from tests.items.money_forms import FORMS
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application, GivenMaterial, examine
from yigui.casework.errors import FormInvalid
from yigui.registry.models import Employer, Person

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*/*.yaml"))


@cache
def read(path: Path) -> dict[str, Any]:
    """What a file of cases says: `item` and `cases`. Read once; nobody changes it."""
    return dict(yaml.load(path.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def file_of(code: str) -> Path:
    """The file of an item's cases."""
    return next(path for path in FILES if read(path)["item"] == code)


CASES = [(path, case) for path in FILES for case in read(path)["cases"]]
_units = iter(range(50_000, 60_000))


def ordinary(about: str) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    """The ordinary form of an item about somebody, its materials, and words that overrides may use."""
    if about == "seeker":
        seeker = city.next_seeker()
        return city.enrolment_form(seeker), [], {"number": seeker.id_number}
    if about == "stopped":
        return city.resume_form(city.next_stopped()), [], {}
    if about in ("employee", "young employee"):
        employment = city.next_employee()
        while about == "young employee" and employment.person.born_on.year < 1990:
            employment = city.next_employee()
        return city.stop_form(employment), ["termination_proof"], {}
    if about == "unit":
        return city.unit_form(next(_units)), list(city.UNIT_MATERIALS), {}
    if about == "registered unit":
        employer = Employer.objects.order_by("-id")[next(_units) % 40]
        form = {
            "unit_no": employer.unit_no,
            "change_item": "04",
            "old_value": employer.phone,
            "new_value": "13911112222",
            "change_date": "2026-11-10",
        }
        return form, ["application_form", "agent_id_card"], {"phone": employer.phone, "address": employer.address}
    if about == "mover":
        form = city.transfer_form()
        return form, ["employment_contract"], {"from": form["from_unit_no"]}
    if about in FORMS | BENEFIT_FORMS:
        return (FORMS | BENEFIT_FORMS)[about]()
    person = city.next_person()
    words = {"mobile": person.mobile, "name": person.name, "born": person.born_on.isoformat(), "number": person.id_number}
    if about == "person, key change":
        return city.key_change_form(person), list(city.KEY_MATERIALS), words
    if about == "person, enquiry":
        return {"id_number": person.id_number, "person_name": person.name}, ["id_card"], words
    if about == "case":
        return {"case_no": city.accept_class2().case_no}, [], words
    return city.basic_change_form(person), ["id_card"], words


def prepared(path: Path, case: dict[str, Any]) -> tuple[Application, dict[str, Any]]:
    form, materials, words = ordinary(case["about"])
    if "rows" in case:
        form["base_rows"] = [row | case["rows"] for row in form["base_rows"][:1]] + form["base_rows"][1:]
    typed = {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in case.get("change", {}).items()}
    changed = {k: v.format(**words) if isinstance(v, str) else v for k, v in typed.items()}
    form |= {k: v for k, v in changed.items() if v is not None}
    for name in (k for k, v in changed.items() if v is None):
        form.pop(name, None)
    given = [m for m in [*materials, *case.get("add_materials", [])] if m not in case.get("without", [])]
    if case.get("channel", "counter") != "counter":
        city.with_token(case.get("operator", "teller"), case["channel"])
    application = Application(
        item_code=read(path)["item"], form=form, operator=city.user(case.get("operator", "teller")),
        channel=case.get("channel", "counter"), today=dt.date.fromisoformat(str(case.get("today", "2026-11-10"))),
        materials=[GivenMaterial(code) for code in given], confirmed=[*case.get("confirmed", []), *city.UNREAD_ANSWERED["confirmed"]],
        reasons=city.UNREAD_ANSWERED["reasons"],
        outlet_class=case.get("outlet_class", ""),
    )  # fmt: skip
    return application, form


@pytest.mark.parametrize(("path", "case"), CASES, ids=[f"{p.parent.name}/{p.stem}: {c['name']}" for p, c in CASES])
def test_item(path: Path, case: dict[str, Any]) -> None:
    application, form = prepared(path, case)
    if "invalid" in case:
        with pytest.raises(FormInvalid) as error:
            examine(application)
        assert sorted(error.value.fields) == sorted(case["invalid"])
        return
    if "refused" in case or "reminded" in case:
        findings = examine(application).findings
        assert sorted({f.check for f in findings if f.is_refusal}) == sorted(case.get("refused", [])), findings
        # Which rows of the law somebody answers for is held in test_unread_parameters.
        reminded = {f.check for f in findings if not f.is_refusal} - set(city.UNREAD_ANSWERED["confirmed"])
        assert sorted(reminded) == sorted(case.get("reminded", [])), findings
        if "says" in case:
            assert any(case["says"] in f.message + f.detail for f in findings), findings
        return
    stored = accept_case(application)
    assert (stored.status, stored.effect_error) == (case.get("status", "finished"), "")
    if "result" in case:
        assert case["result"] in stored.outcome["summary"]
    if "person" in case:
        person = Person.objects.get(id_number=form["id_number"])
        assert {k: str(getattr(person, k)) for k in case["person"]} == {k: str(v) for k, v in case["person"].items()}
    if "coverage" in case:
        person = Person.objects.get(id_number=form["id_number"])
        rows = person.coverages.filter(employer__unit_no=form["unit_no"]).order_by("-start_period", "insurance")[:5]
        assert {(r.start_period, r.end_period) for r in rows if r.insurance in form["insurances"]} == {
            tuple(case["coverage"]) if case["coverage"][0] else (rows[0].start_period, case["coverage"][1])
        }


def test_every_open_item_has_its_cases() -> None:
    from yigui.casework.handlers import open_codes

    assert {read(p)["item"] for p in FILES} == open_codes()
