"""An empty database is migrated quickly; that it comes to the same schema as one migrated by Django's own way is shown in `tests/upgrade`."""

import pytest
from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, StateApps

from yigui.config.first_migration import _State, of_an_empty_database


def test_a_database_that_was_migrated_before_is_migrated_as_django_does() -> None:
    with of_an_empty_database("owner"):
        assert migrate.MigrationExecutor is MigrationExecutor


def test_each_operation_of_every_migration_finds_its_model_as_it_then_is(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = 0
    render = ModelState.render

    def counted(state: ModelState, apps: StateApps) -> type:
        nonlocal drawn
        drawn += 1
        return render(state, apps)  # type: ignore[no-any-return]

    monkeypatch.setattr(ModelState, "render", counted)
    loader = MigrationLoader(None)
    state = _State(real_apps=loader.unmigrated_apps)
    assert state.apps.get_models() is not None
    for key in _in_order(loader):
        migration = loader.graph.nodes[key]
        state.coming = iter(migration.operations)
        for operation in migration.operations:
            state.clone()
            operation.state_forwards(migration.app_label, state)
            name = getattr(operation, "model_name", getattr(operation, "name", None))
            if not isinstance(name, str) or (migration.app_label, name.lower()) not in state.models:
                continue
            said, model = state.models[migration.app_label, name.lower()], state.apps.get_model(migration.app_label, name)
            fields = [f.name for f in (*model._meta.local_fields, *model._meta.local_many_to_many)]
            assert sorted(said.fields) == sorted(fields), (key, operation)
            assert len(said.options.get("indexes", ())) == len(model._meta.indexes), (key, operation)
            assert len(said.options.get("constraints", ())) == len(model._meta.constraints), (key, operation)
    # By Django's own way it is more than 15,000.
    assert drawn < 4_000


def _in_order(loader: MigrationLoader) -> list[tuple[str, str]]:
    planned = (key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf))
    return list(dict.fromkeys(planned))
