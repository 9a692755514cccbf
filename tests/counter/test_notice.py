"""What is wanting before an application can be accepted is told once, as a paper: what the page of the form says, and nothing where nothing is wanting."""

import pytest

from tests import city
from tests.pages import page_of, signed_in, text_of
from yigui.applying.notice import notice_content, wanting
from yigui.casework.drafts import open_draft
from yigui.casework.models import Draft
from yigui.catalogue.declarations import catalogue
from yigui.common.errors import YiguiError
from yigui.counter.drafts import door_of


class _Request:
    def __init__(self, username: str) -> None:
        self.user = city.user(username)


DOOR = lambda: door_of(_Request("teller"))  # type: ignore[arg-type]  # noqa: E731


def _draft(form: dict[str, str], materials: dict[str, dict[str, str]] | None = None) -> Draft:
    person = city.next_person()
    return open_draft(
        user=city.user("teller"), item_code="CHG-003", form=form | {"id_number": person.id_number, "person_name": person.name}, person=person,
        materials=materials,
    )  # fmt: skip


def _item() -> object:
    return catalogue().item("CHG-003", city.TODAY)


def test_papers_and_fields_that_are_wanting_each_have_a_line() -> None:
    draft = _draft({"change_item": ""})
    rows = dict(wanting(DOOR(), draft, _item()))  # type: ignore[arg-type]
    assert rows["居民身份证或社会保障卡"] == "请提供原件或扫描件"
    labels = {f.label for f in catalogue().item("CHG-003", city.TODAY).fields}
    assert "尚未填写" in {how for what, how in rows.items() if what in labels}
    content = notice_content(DOOR(), draft, _item())  # type: ignore[arg-type]
    assert content["sections"][0]["rows"][0][1] == "居民身份证或社会保障卡"
    client = signed_in("teller")
    url = f"/counter/drafts/{draft.token}/notice.pdf"
    assert f'href="{url}"' in page_of(client.get(f"/counter/drafts/{draft.token}/"))
    paper = client.get(url)
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert paper.content.startswith(b"%PDF-")


def test_a_wrong_field_is_told_with_its_sentence_and_what_is_there_is_not_asked_for() -> None:
    materials = {"id_card": {"source": "seen", "name": "核验原件"}}
    draft = _draft({"change_item": "01", "new_value": "138"}, materials)
    rows = wanting(DOOR(), draft, _item())  # type: ignore[arg-type]
    assert "居民身份证或社会保障卡" not in dict(rows)
    assert all(how != "尚未填写" for what, how in rows if "新" in what)
    assert rows
    content = notice_content(DOOR(), draft, _item())  # type: ignore[arg-type]
    assert content["sections"][1]["rows"][0][0] == "居民身份证或社会保障卡"


def test_where_nothing_is_wanting_there_is_nothing_to_tell() -> None:
    case = city.accept_class3()
    form = {**case.form}
    draft = open_draft(
        user=city.user("teller"),
        item_code="CHG-003",
        form=form,
        person=case.person,
        materials={"id_card": {"source": "seen", "name": "核验原件"}},
    )
    if rows := wanting(DOOR(), draft, _item()):  # type: ignore[arg-type]
        pytest.fail(str(rows))
    with pytest.raises(YiguiError, match="已经齐全"):
        notice_content(DOOR(), draft, _item())  # type: ignore[arg-type]


def test_nobody_prints_it_of_a_draft_of_somebody_else() -> None:
    draft = _draft({})
    other = city.new_user("teller", password="Ein-Passwort-9")
    assert signed_in(other.username).get(f"/counter/drafts/{draft.token}/notice.pdf").status_code == 404
    assert "%PDF" not in text_of(signed_in("head").get(f"/counter/drafts/{draft.token}/notice.pdf"))
