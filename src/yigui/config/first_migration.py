"""The first migration of an empty database: the same migrations, in a fraction of the time.

After every operation Django draws all models anew that lie within two relations of the changed one; with 160 models around a few hubs that
is 15,000 drawings for 760 operations, and most of a first start. Whatever changes one model needs that model alone; before an operation
that looks further, all are drawn. `tests/upgrade` compares the schema with one that was migrated step by step.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.core.management.commands import migrate
from django.db import connections, migrations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

#: Operations that look at no model but their own, and at the names of those it refers to.
_OF_ONE_MODEL = (
    migrations.CreateModel, migrations.AddField, migrations.RemoveField, migrations.AddIndex, migrations.RemoveIndex, migrations.AddConstraint,
    migrations.RemoveConstraint, migrations.AlterModelOptions, migrations.RunSQL, AddTrigger, RemoveTrigger,
)  # fmt: skip


def _is_of_one_model(operation: Any) -> bool:
    """Whether an operation looks at no model but its own; a changed column that nothing refers to is such, and a statement that says nothing of models."""
    if isinstance(operation, migrations.RunSQL):
        return not operation.state_operations
    if isinstance(operation, migrations.AlterField):
        return not (operation.field.primary_key or operation.field.unique or operation.field.many_to_many)
    return isinstance(operation, _OF_ONE_MODEL)


class _State(ProjectState):
    """A state that draws one model anew for an operation of one model, and all of them before any other."""

    def __init__(self, models: Any = None, real_apps: Any = None) -> None:
        super().__init__(models=models, real_apps=real_apps)
        self.coming: Iterator[Any] = iter(())
        self.one_by_one = self.is_old = False

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        if self.one_by_one and "apps" in self.__dict__:
            self._reload({(app_label, model_name)})  # type: ignore[attr-defined]
            # Whatever refers to the model still means the drawing before.
            self.is_old = True
        else:
            super().reload_model(app_label, model_name, delay)

    def clone(self) -> ProjectState:
        """The state as it is; a migration keeps it so before each of its operations."""
        operation = next(self.coming, None)
        self.one_by_one = operation is not None and _is_of_one_model(operation)
        if self.one_by_one and "apps" in self.__dict__:
            return self._before(getattr(operation, "model_name_lower", getattr(operation, "name_lower", "")))
        if self.is_old:
            self.__dict__.pop("apps", None)
            self.apps  # noqa: B018 - draws them
            self.is_old = False
        return super().clone()

    def _before(self, model_name: str) -> ProjectState:
        """As `clone`, for an operation of one model: what is said of the others is the same before and after it."""
        models = {key: model.clone() if key[1] == model_name else model for key, model in self.models.items()}
        before = ProjectState(models=models, real_apps=self.real_apps)
        before.apps = self.apps.clone()
        before.is_delayed = self.is_delayed
        return before


class _Executor(MigrationExecutor):
    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        made = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]
        return _State(models=made.models, real_apps=made.real_apps)

    def migrate(self, targets: Any, plan: Any = None, state: Any = None, fake: bool = False, fake_initial: bool = False) -> Any:
        # The state that comes is a copy of the one above, of Django's own kind.
        return super().migrate(targets, plan, None, fake=fake, fake_initial=fake_initial)

    def apply_migration(self, state: Any, migration: Any, fake: bool = False, fake_initial: bool = False) -> Any:
        state.coming = iter(migration.operations)
        return super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)


@contextmanager
def of_an_empty_database(using: str) -> Iterator[None]:
    """Meanwhile `migrate` is quick where nothing has been migrated yet; any other database is migrated as Django does."""
    if MigrationRecorder(connections[using]).applied_migrations():
        yield
        return
    with patch.object(migrate, "MigrationExecutor", _Executor), few_collections():
        yield


@contextmanager
def few_collections() -> Iterator[None]:
    """Meanwhile what is there is not looked through for rubbish again and again: models are drawn and thrown away by the thousand."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
