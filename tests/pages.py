"""Pages as a person opens and reads them."""

import html
import re
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.test.html import Element, parse_html

from tests import city


def text_of(answer: Any) -> str:
    """The source of an answer's page with entities read and white space folded, as a browser folds it."""
    return " ".join(html.unescape(answer.content.decode()).split())


def page_of(answer: Any) -> str:
    """The text of a page that was served: what must not stand on it does not stand on a page of errors either."""
    assert answer.status_code == 200, (answer.status_code, text_of(answer)[-400:])
    return text_of(answer)


def signed_in(username: str = "teller") -> Client:
    """The browser of one of the city's officers."""
    client = Client()
    client.force_login(city.user(username), backend="yigui.identity.staff_backend.StaffBackend")
    return client


def submitted(client: Client, url: str, **given: Any) -> Any:
    """The answer to handing a form in, after the page of answers has been looked at; `url` ends in a slash."""
    shown = re.search(r'name="shown" value="(\w+)"', text_of(client.get(f"{url}answers/")))
    return client.post(f"{url}submit/", given | {"shown": shown[1] if shown else ""})


#: Headers of a request for a part of a page.
PART = {"HX-Request": "true"}


def tree_of(answer: Any) -> Element:
    """The elements of an answer, without what differs from one answer to the next: the token of its forms."""
    source = re.sub(r'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": )"[A-Za-z0-9]+"', r'\1""', answer.content.decode())
    return parse_html(re.sub(r"(?i)<!doctype[^>]*>", "", source))


def element(tree: Element, identity: str) -> Element:
    """The element with an id.

    Raises:
        AssertionError: there is none, or more than one.
    """
    found = [e for e in _elements(tree) if ("id", identity) in e.attributes]
    assert len(found) == 1, f"{len(found)} elements with id {identity}"
    return found[0]


def identities(tree: Element, *, attribute: str) -> list[str]:
    """The ids of the elements that have an attribute."""
    return [dict(e.attributes)["id"] for e in _elements(tree) if attribute in dict(e.attributes)]


def inner(found: Element) -> list[object]:
    """What stands inside an element."""
    return list(found.children)


def _elements(tree: Element) -> Iterator[Element]:
    if tree.name is not None:
        yield tree
    for child in tree.children:
        if isinstance(child, Element):
            yield from _elements(child)
