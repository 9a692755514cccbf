"""What each kind of warrant opens (授权范围), laid out for the guards from what rooms, run kinds and items declare."""

from collections.abc import Iterable, Iterator

from django.db import transaction

from yigui.common.rooms import Scope, rooms
from yigui.warrants.models import WarrantScope


def declared() -> Iterator[Scope]:
    """Every scope of the house."""
    for room in rooms():
        for kind in room.run_kinds:
            yield of_run(kind)
        yield from room.scopes() if room.scopes is not None else ()


def of_run(kind: object) -> Scope:
    """What the warrant of a kind of run opens, to the owner's functions that read what was staged and signed; of class 1 where three people sign.
    Beside it, of what one batch of the kind is executed in an area."""
    return Scope(
        "run", kind.code, tuple(kind.writes), by_functions=tuple(kind.writes), risk_class=1 if kind.needs_check else 2,  # type: ignore[attr-defined]
        about={"once": str(kind.once)},  # type: ignore[attr-defined]
    )  # fmt: skip


def lay_out(using: str = "owner", scopes: Iterable[Scope] | None = None) -> None:
    """Put the scopes where the guards look; by the owner.

    Raises:
        ValueError: two declare the same kind and code.
    """
    rows: dict[tuple[str, str, str], WarrantScope] = {}
    for scope in declared() if scopes is None else scopes:
        for table in ("", *scope.tables):
            key = (scope.kind, scope.code, table)
            if key in rows:
                raise ValueError(f"the scope of {scope.kind} {scope.code} is declared twice")
            rows[key] = WarrantScope(
                kind=scope.kind,
                code=scope.code,
                table_name=table,
                by_hand=table not in scope.by_functions,
                risk_class=scope.risk_class,
                about=dict(scope.about) if not table else {},
            )
    with transaction.atomic(using=using):
        kept = {(row.kind, row.code, row.table_name): row for row in WarrantScope.objects.using(using).select_for_update()}
        gone = [row.pk for key, row in kept.items() if scopes is None and key not in rows]
        WarrantScope.objects.using(using).filter(pk__in=gone).delete()
        fresh = [row for key, row in rows.items() if key not in kept]
        WarrantScope.objects.using(using).bulk_create(fresh)
        for key, row in rows.items():
            known = kept.get(key)
            if known is not None and (known.by_hand, known.risk_class, known.about) != (row.by_hand, row.risk_class, row.about):
                known.by_hand, known.risk_class, known.about = row.by_hand, row.risk_class, row.about
                known.save(using=using)
