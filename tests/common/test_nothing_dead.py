"""What a module offers is used somewhere in the product: what nobody calls is not there, or stands here with its reason."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yigui

ROOT = Path(yigui.__file__).parent
#: Read by a framework by its name.
OF_FRAMEWORKS = {"apps.py", "config/settings.py", "config/urls.py", "config/web_server.py"}
#: By module and name, who uses it.
ELSEWHERE = {
    "casework/transitions.py: way_out": "the generated test of the states",
    "tasks/transitions.py: ways_out": "the generated test of the states",
    "items/common/checks/__init__.py: known_checks": "the tests of what the catalogue names",
    "runs/kinds.py: register_kinds": "a room that is added beside the product",
    "runs/kinds.py: forget_kind": "a test that has added a kind",
    "runs/commands.py: is_run_command": "the test of a room that is added",
    "runs/batches.py: confirm_batch": "one deed by name, for benchmarks and tests; pages go by `sign_batch`",
    "runs/batches.py: check_batch": "as `confirm_batch`",
    "runs/batches.py: approve_batch": "as `confirm_batch`",
    "identity/kiosks.py: sign_card": "the reader of cards in a machine, and its tests",
    "registry/queries.py: names_of": "the tests of what is kept of former names",
    "law/__init__.py: AHEAD_OF_CALLERS": "tests/law/test_ahead_of_callers.py",
}


def offered() -> Iterator[tuple[str, str]]:
    """Module and name of every function, class and constant at the top of a module that no decorator takes up."""
    for path in sorted(ROOT.rglob("*.py")):
        module = str(path.relative_to(ROOT))
        if "migrations" in path.parts or path.name in OF_FRAMEWORKS or module in OF_FRAMEWORKS:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
                yield module, node.name
            elif isinstance(node, ast.Assign):
                yield from ((module, target.id) for target in node.targets if isinstance(target, ast.Name))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield module, node.target.id


def test_what_is_offered_is_used() -> None:
    said: Counter[str] = Counter()
    for path in ROOT.rglob("*"):
        if path.suffix in {".py", ".html", ".sql", ".yaml", ".txt", ".js"} and "vendor" not in path.parts:
            said.update(re.findall(r"\w+", path.read_text()))
    unused = {f"{module}: {name}" for module, name in offered() if said[name] == 1}
    assert unused - ELSEWHERE.keys() == set(), "nobody in the product uses it"
    assert ELSEWHERE.keys() - unused == set(), "it is used, or gone: its row here says nothing"
