"""Stored papers and issued documents."""

from yigui.common.rooms import APPEND, Kind, Room, Table, Verification, stays
from yigui.documents.verify import documents

ROOM = Room(
    "documents",
    floor=3,
    tables={
        "documents_stored_file": Table(Kind.APPEND_ONLY),
        "documents_paper": Table(Kind.EVIDENCE, APPEND, merged=stays("原档案的材料，在原档案查阅")),
        "documents_issued": Table(Kind.APPEND_ONLY),
    },
    verifications=(Verification(120, "文书与材料", documents),),
)
