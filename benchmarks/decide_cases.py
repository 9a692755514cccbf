"""Class-1 cases decided through the pages of the back office: what a person waits for who passes a step, beside the limit of one second.

Each case is accepted at the special desk, then claimed and passed by reviewer, rechecker, head and leader, and by a meeting of three, each with a
one-time code of their own that counts once; the last decision writes warrant, effects and document. Measured is from pressing the button to
the page that comes back.
"""

import argparse
import datetime as dt
import http.client
import re
import time
from typing import Any
from urllib.parse import urlencode

from bench import TODAY, database, line, make_city, percentile, settle_disk, web

LIMIT = 1.0
#: Who takes which step.
PEOPLE = {"review": "reviewer", "recheck": "rechecker", "request": "head", "meeting": "director", "approve": "director2"}
MATERIALS = ("application_form", "id_card", "identity_change_proof", "personnel_file")
#: A device of the demonstration gives at most this many codes ahead of time.
CASES_MAX = 18
_HIDDEN = re.compile(r'<input\s+type="hidden"[^>]*>')
_NAME, _VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')


class Desk:
    """Somebody of the staff in a browser of their own, signed in through the page, with their device beside them."""

    def __init__(self, address: str, username: str) -> None:
        from yigui.identity.demo import PASSWORD, secret_of

        self.connection = http.client.HTTPConnection(address.removeprefix("http://"))
        self.address, self.cookies, self.secret, self.step = (
            address,
            dict[str, str](),
            secret_of(username),
            int(time.time()) // 30 - 1,
        )
        self.send("/sign-in/", "/sign-in/", {"username": username, "password": PASSWORD})

    def code(self) -> str:
        """The next code that has not been used."""
        from yigui.identity.demo import code_of

        self.step += 1
        return code_of(self.secret, self.step)

    def open(self, method: str, path: str, form: dict[str, Any] | None = None) -> str:
        """The page that comes back in the end, as a browser follows the answer.

        Raises:
            AssertionError: the answer is no page.
        """
        body = urlencode(form, doseq=True) if form else None
        # A connection for each request, as through a proxy: an officer reads longer than the server keeps one.
        head = {"Connection": "close", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Referer": self.address}
        self.connection.request(method, path, body, head | ({"Content-Type": "application/x-www-form-urlencoded"} if form else {}))
        answer = self.connection.getresponse()
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status in (302, 303):
            return self.open("GET", answer.headers["Location"])
        assert answer.status == 200, (answer.status, path, page[:300])
        return page

    def send(self, path: str, at: str, form: dict[str, Any]) -> float:
        """Hand in a form of the page `at`; gives how long it took until the next page was there, in milliseconds."""
        page = self.open("GET", at)
        # What the form itself carries: its token, and the digest of what was shown to whoever decides.
        of_form = next((part for part in page.split("<form")[1:] if f'action="{path}"' in part), page).split("</form")[0]
        hidden = [(_NAME.search(tag), _VALUE.search(tag)) for tag in _HIDDEN.findall(of_form)]
        form = {name[1]: value[1] for name, value in hidden if name and value} | form
        begun = time.perf_counter()
        self.open("POST", path, form)
        return 1000 * (time.perf_counter() - begun)


def accepted(count: int) -> list[Any]:
    """So many cases of class 1 (a birth date changed) that stand at their review, and how long each acceptance took, in milliseconds."""
    from django.db import connection

    from yigui.casework.accept_case import accept_case
    from yigui.casework.application import Application, GivenMaterial
    from yigui.staff.models import User

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id_number, p.name, p.born_on FROM registry_employment m JOIN registry_person p ON p.id = m.person_id WHERE m.end_period IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM casework_case c WHERE c.person_id = p.id) ORDER BY m.id LIMIT %s", [count],
        )  # fmt: skip
        people = cursor.fetchall()
    operator = User.objects.select_related("agency", "desk").get(username="special")
    made = []
    for number, name, born in people:
        form = {"id_number": number, "person_name": name, "change_item": "04", "old_value": born.isoformat(),
                "new_value": (born - dt.timedelta(days=40)).isoformat(), "change_reason": "03"}  # fmt: skip
        begun = time.perf_counter()
        case = accept_case(Application(
            item_code="CHG-004", form=form, operator=operator, channel="counter", today=dt.date.fromisoformat(TODAY),
            materials=[GivenMaterial(m) for m in MATERIALS], confirmed=("birth_not_of_number", "worked_young"),
        ))  # fmt: skip
        made.append((case, 1000 * (time.perf_counter() - begun)))
    return made


def decide(desks: dict[str, Desk], case: Any, times: dict[str, list[float]]) -> None:
    """Carry one case from its review to its end, and note what each decision took, in milliseconds."""
    from yigui.casework.queries import current_step
    from yigui.staff.models import User

    page = f"/cases/{case.case_no}/"
    while (step := current_step(case)) is not None:
        desk = desks[step.code]
        if step.code == "meeting":
            others = list(User.objects.filter(username__in=("head2", "auditor")).values_list("pk", flat=True))
            path = at = "/meetings/"
            form: dict[str, Any] = {
                f"verdict_{case.pk}": "passed",
                "held_on": TODAY,
                "minutes": "会议听取汇报并查阅档案，一致同意变更。",
                "attendees": others,
            }
        else:
            desk.send(f"{page}claim/", page, {"step": step.pk})
            path, at = f"{page}decide/", page
            form = {"step": step.pk, "verdict": "passed", "opinion": "情况属实，同意办理。"}
        times[step.code].append(desk.send(path, at, form | {"one_time_code": desk.code()}))


def measure(address: str, count: int) -> None:
    """Accept, decide to the end, and print what a decision took, the last one (with the effects) and the whole."""
    from yigui.casework.models import Case

    cases = accepted(count)
    desks = {step: Desk(address, username) for step, username in PEOPLE.items()}
    times: dict[str, list[float]] = {step: [] for step in PEOPLE}
    wholes: list[float] = []
    settle_disk()
    for case, acceptance in cases:
        begun = time.perf_counter()
        decide(desks, case, times)
        wholes.append(acceptance + 1000 * (time.perf_counter() - begun))
    finished = Case.objects.filter(pk__in=[case.pk for case, _ in cases], status="finished").count()
    every = [t for taken in times.values() for t in taken]
    line(
        f"class-1 decisions through the pages with one-time codes: {len(every)}, {finished} cases finished",
        f"p50 {percentile(every, 0.5):.0f} ms, p95 {percentile(every, 0.95):.0f} ms, longest {max(every):.0f} ms",
        f"each below {1000 * LIMIT:.0f} ms", max(every) < 1000 * LIMIT and finished == len(cases) == count,
    )  # fmt: skip
    for step, taken in times.items():
        print(f"    {step:8} p50 {percentile(taken, 0.5):6.0f} ms, p95 {percentile(taken, 0.95):6.0f} ms")
    line(
        "  from the acceptance to the document, five decisions with their claims and pages",
        f"p50 {percentile(wholes, 0.5):.0f} ms, p95 {percentile(wholes, 0.95):.0f} ms", "no limit set", finished == len(cases),
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=CASES_MAX, help=f"at most {CASES_MAX}: a device gives no more codes at once")
    chosen = parser.parse_args()
    with database():
        make_city(chosen.persons)
        with web() as address:
            measure(address, min(chosen.cases, CASES_MAX))
