"""How exact the award is: sheets the formula gives to the fen, and sheets a clerk can award by way of the dossier to the fen."""

import argparse
import os
import sys
from collections import Counter

from bench import ROOT

sys.path.insert(0, str(ROOT))


def main() -> None:
    """Print both counts, and each sheet that is not exact with what differs (fen: found, on the sheet)."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")  # nothing is asked of a database
    import django

    django.setup()
    from yigui.law.signed_rows import NONE, reading

    # Rows that people have signed are of a database; the files alone are read.
    with reading(NONE):
        compare()


def compare() -> None:
    """Award every sheet both ways and print what differs."""
    from tests.law.sheets import amounts_differ, by_clerk, by_formula, published, transcribed

    from yigui.common.errors import YiguiError

    exact: Counter[str] = Counter()
    sheets = [*transcribed(), *published()]
    for sheet in sheets:
        for name, way in (("formula", by_formula), ("clerk", by_clerk)):
            try:
                differs = amounts_differ(way(sheet), sheet)
            except (AssertionError, YiguiError) as refused:
                print(f"{sheet.id:12} {name:8} refused: {refused}")
                continue
            exact[name] += not differs
            if differs:
                print(f"{sheet.id:12} {name:8} {differs}")
    print(f"sheets {len(sheets)}: formula exact {exact['formula']}, clerk exact {exact['clerk']}")


if __name__ == "__main__":
    main()
