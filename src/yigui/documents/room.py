"""Stored papers and issued documents."""

from yigui.common.rooms import APPEND, Kind, Room, Table, Verification
from yigui.documents.verify import documents

ROOM = Room(
    "documents",
    floor=3,
    tables={
        "documents_stored_file": Table(Kind.APPEND_ONLY),
        "documents_paper": Table(Kind.EVIDENCE, APPEND),
        "documents_issued": Table(Kind.APPEND_ONLY),
    },
    verifications=(Verification(120, "文书与材料", documents),),
)
