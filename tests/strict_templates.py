"""In tests a template fails on what its view does not give, where a page of the real site would show nothing.

A form whose token got lost on the way (an include with `only`) fails too: the real site would refuse whatever is sent with it.
Two rules for names. A name must be in the context wherever it stands, in output, a condition or a loop. What follows the name (`case.person`)
must exist on the object; only where the way ends at nothing (`None`) or in a mapping without the key may a condition or a loop ask,
and output not even there.
"""

from collections.abc import Mapping
from typing import Any, Never

from django.template import Context
from django.template.base import Variable, VariableDoesNotExist
from django.template.defaulttags import CsrfTokenNode


class UndefinedInTemplate(Exception):
    """A template uses what nobody gave it. Give it in the view, in every branch of it, or pass it to the include."""


class _Undefined(str):
    """What Django puts in the place of a value that is not there; the `%s` makes it fill the name in, which fails."""

    def __mod__(self, name: Any) -> Never:
        raise UndefinedInTemplate(f"{{{{ {name} }}}} has no value")


UNDEFINED = _Undefined("%s")


def refuse_undefined() -> None:
    """From now on, in this process."""
    resolve = Variable.resolve

    def strict(variable: Variable, context: Context) -> Any:
        try:
            return resolve(variable, context)
        except VariableDoesNotExist as missing:
            assert variable.lookups is not None
            parent = missing.params[1]
            if variable.lookups[0] not in context or not (parent is None or isinstance(parent, Mapping)):
                raise UndefinedInTemplate(f"{variable.var} in {getattr(context, 'template_name', None)}: {missing}") from missing
            raise

    def with_token(node: CsrfTokenNode, context: Context) -> str:
        if not context.get("csrf_token"):
            where = getattr(node.origin, "template_name", None)
            raise UndefinedInTemplate(f"{where}: csrf_token has no value; pass csrf_token=csrf_token to the include")
        return render(node, context)

    render = CsrfTokenNode.render
    Variable.resolve = strict  # type: ignore[method-assign]
    CsrfTokenNode.render = with_token  # type: ignore[method-assign]
