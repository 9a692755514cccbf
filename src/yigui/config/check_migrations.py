"""Whether the migrations say what the models say; needs no database. Run by `./check`."""

import os
import sys

import django
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.utils import translation


def main() -> int:
    """0 when nothing is missing; else the names of the missing changes and 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigui.config.settings")
    django.setup()
    translation.deactivate_all()
    loader = MigrationLoader(None)
    conflicts = loader.detect_conflicts()
    questioner = NonInteractiveMigrationQuestioner(specified_apps=set(), dry_run=True)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps), questioner)
    own = {c.label for c in apps.get_app_configs() if c.name.startswith("yigui.")}
    changes = {app: found for app, found in detector.changes(graph=loader.graph).items() if app in own}
    for app, migrations in changes.items():
        for migration in migrations:
            print(f"{app}: missing {migration.name}: {[str(o.describe()) for o in migration.operations]}")
    if conflicts:
        print(f"conflicting migrations: {conflicts}")
    return 1 if changes or conflicts else 0


if __name__ == "__main__":
    sys.exit(main())
