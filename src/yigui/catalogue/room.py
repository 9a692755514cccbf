"""The declarations as they were in force, and signed changes of their risk records."""

from yigui.catalogue.inbox_sources import CHANGES
from yigui.catalogue.verify import catalogue_faults
from yigui.common.rooms import READ, Functions, Kind, Room, Table, Verification

ROOM = Room(
    "catalogue",
    floor=6,
    tables={
        "catalogue_item_version": Table(Kind.EVIDENCE, READ, is_public=True),
        "catalogue_item_change": Table(Kind.EVIDENCE),
    },
    functions=Functions(after=("warrants", "staff"), callable=("catalogue_effect_change_v1",)),
    verifications=(Verification(130, "事项目录", catalogue_faults),),
    inbox=(CHANGES,),
)
