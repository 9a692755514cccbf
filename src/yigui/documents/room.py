"""Stored papers and issued documents."""

from yigui.common.rooms import APPEND, Functions, Kind, Room, Table, Verification, stays
from yigui.documents.verify import documents

ROOM = Room(
    "documents",
    floor=3,
    tables={
        "documents_stored_file": Table(Kind.APPEND_ONLY),
        "documents_paper": Table(
            Kind.EVIDENCE,
            APPEND,
            signed=("taken_by_id",),
            doors=("taken_by_id",),
            programs=("taken_by_id",),
            merged=stays("原档案的材料，在原档案查阅"),
        ),
        "documents_issued": Table(Kind.APPEND_ONLY),
    },
    functions=Functions(after=("warrants",), definers=("documents_ground_v1",)),
    verifications=(Verification(120, "文书与材料", documents),),
)
