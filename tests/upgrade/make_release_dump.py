"""Keep a release for the upgrade tests: a database it made, its documents, its code, and what was in it.

    python tests/upgrade/make_release_dump.py 3d4cbb7 0.1        # the commit of the release, the folder's name

makes `tests/upgrade/releases/<name>/` with

- `database.dump`: `pg_dump -Fc` of a small city on which that release worked: finished cases of all classes, cases under way, a levied
  month with receipts, an approved plan not yet executed, a pension awarded and released, a pay run, seals;
- `documents.tar.xz`: the files that belong to it;
- `source.tar.xz`: the release's own code, without styles and fonts, to run beside the present code on one database;
- `facts.json`: what stood in the database, to be found again after the upgrade.

The story (`story_0_1.py`) is told by the release's own code and tests' helpers, in a checkout of its own; where a later release has
other names, write its story beside. Needs git and the development environment. The dumps are kept, never made again: they are the past.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent / "releases"

#: Told by the release: it runs in a checkout of it, with that checkout's `yigui` and `tests`.
STORY = Path(__file__).resolve().parent / "story_0_1.py"


def main() -> None:
    """Make the folder of one release."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("name")
    chosen = parser.parse_args()
    target = FOLDER / chosen.name
    if target.exists():
        sys.exit(f"{target} is there already: a release is kept, not made again.")
    with tempfile.TemporaryDirectory(prefix="yigui-release-") as place:
        Path(place).chmod(0o755)
        checkout, home, made = Path(place) / "checkout", Path(place) / "home", Path(place) / "made"
        for folder in (checkout, home, made):
            folder.mkdir(mode=0o755)
        archive = subprocess.run(["git", "archive", chosen.commit], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(checkout)], input=archive, check=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))}
        environment["PYTHONPATH"] = f"{checkout / 'src'}:{checkout}"
        story = [sys.executable, str(STORY), str(home), str(made / "facts.json"), str(made / "database.dump")]
        subprocess.run(story, cwd=checkout, env=environment, check=True)
        pack = ["tar", "--sort=name", "--owner=0", "--group=0", "--mtime=2026-01-01", "-cJf"]
        subprocess.run([*pack, str(made / "documents.tar.xz"), "-C", str(home), "documents"], check=True)
        without = ["--exclude=yigui/ui/static", "--exclude=yigui/documents/fonts", "--exclude=__pycache__"]
        subprocess.run([*pack, str(made / "source.tar.xz"), *without, "-C", str(checkout / "src"), "yigui"], check=True)
        facts = json.loads((made / "facts.json").read_text())
        assert facts["statuses"]
        target.mkdir(parents=True)
        for path in made.iterdir():
            (target / path.name).write_bytes(path.read_bytes())
            print(f"{target / path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
