"""The declarations as they were in force, and signed changes of their risk records."""

from yigui.catalogue.inbox_sources import CHANGES, NOT_GRANTED
from yigui.catalogue.verify import catalogue_faults
from yigui.common.rooms import READ, Functions, Kind, Room, Scope, Table, Verification


def scopes() -> tuple[Scope, ...]:
    """A change of an item's risk record is carried in by the owner's function; its warrant opens nothing besides."""
    return (Scope("item", risk_class=3),)


ROOM = Room(
    "catalogue",
    floor=6,
    tables={
        "catalogue_item_version": Table(Kind.EVIDENCE, READ, is_public=True),
        "catalogue_item_change": Table(
            Kind.EVIDENCE,
            signed=("applied_by_id", "checked_by_id", "approved_by_id", "effected_by_id", "refused_by_id"),
            updates=(
                "status",
                "checked_by_id",
                "checked_at",
                "approved_by_id",
                "approved_at",
                "effected_by_id",
                "effected_at",
                "refused_by_id",
                "note",
            ),
        ),
    },
    functions=Functions(after=("warrants", "staff"), callable=("catalogue_effect_change_v1",)),
    verifications=(Verification(130, "事项目录", catalogue_faults),),
    scopes=scopes,
    grounds={
        "item": "EXISTS (SELECT 1 FROM catalogue_item_change c WHERE c.id = w.subject_id AND c.code = w.item_code AND c.status = 'effected')"
    },
    inbox=(CHANGES,),
    not_granted=(NOT_GRANTED,),
)
