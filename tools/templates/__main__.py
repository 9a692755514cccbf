"""Write the HTML templates to be read: one element a line, indentation as the tree, nothing that a page shows changed.

`python -m tools.templates` rewrites the templates under src/; `--check` only names those it would rewrite (a step of ./check).
White space is added only where a browser does not show it: at the edge of a block, inside a flex box, beside white space that is
there already. Where none of these holds (`{{ amount }}元`) the parts stay on one line.
"""

import sys
from pathlib import Path

from tools.templates.tree import Unreadable
from tools.templates.write import formatted

SOURCES = Path(__file__).resolve().parent.parent.parent / "src"
#: Characters no line may exceed.
LONGEST = 160


def template_paths() -> list[Path]:
    """Every HTML template of the house."""
    return sorted(SOURCES.glob("**/templates/**/*.html"))


def main(arguments: list[str]) -> int:
    """Rewrite, or with --check name, the templates that are not as they would be written."""
    check = "--check" in arguments
    given = [Path(name) for name in arguments if not name.startswith("--")]
    paths = given or template_paths()
    wrong = []
    for path in paths:
        source = path.read_text()
        try:
            wanted = formatted(source)
        except Unreadable as problem:
            wrong.append(f"{path}: {problem}")
            continue
        if wanted != source:
            wrong.append(str(path))
            if not check:
                path.write_text(wanted)
        wrong += [f"{path}:{at}: {len(line)} characters" for at, line in enumerate(wanted.splitlines(), 1) if len(line) > LONGEST]
    print("\n".join(wrong) or f"{len(paths)} templates are as they should be.")
    return int(check and bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
