"""Names of the documents a parameter was read in (参数出处): a row's source keeps short marks of public tables; a person reads their names."""

import re
from functools import cache
from pathlib import Path

from yigui.common.yaml_files import load_yaml

_MARK = re.compile(r"(?<![A-Za-z0-9./-])[A-Z][A-Z0-9]*(?:-[A-Z]+)?(?![A-Za-z0-9./-])")
#: Two marks of one and the same document.
_SAME = {"DOM/LBF": "LBF"}
_BEHIND = "出处"


@cache
def _names() -> dict[str, str]:
    return dict(load_yaml(Path(__file__).parent / "source_names.yaml"))


@cache
def named(source: str) -> str:
    """A source with the names of its documents in place of their marks, which stand behind 出处; any other source as it is.

    Raises:
        KeyError: a mark no name is declared for.
    """
    before, behind, marks = source.partition(_BEHIND)
    if not behind:
        return source
    for two, one in _SAME.items():
        marks = marks.replace(two, one)
    return f"{before}{behind}{_MARK.sub(lambda mark: _names()[mark.group()], marks)}"
