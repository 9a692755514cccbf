"""Books lent to people."""

from pathlib import Path

from lending.jobs import forget_untitled
from lending.stock_taking import STOCK_TAKING
from lending.verify import loans_without_title
from lending.watches import look_for_loans_of_nothing

from yigui.common.rooms import (
    BY_PERSON,
    Door,
    Entry,
    Functions,
    Job,
    Kind,
    Mount,
    Own,
    Room,
    Table,
    Verification,
)
from yigui.staff.enums import Role

ROOM = Room(
    "lending",
    floor=11,
    tables={"lending_loan": Table(Kind.PROTECTED, own=Own(person=BY_PERSON)), "lending_wish": Table(Kind.WORKING)},
    functions=Functions(
        after=("warrants", "runs"), callable=("lending_count_v1", "lending_sums_v1", "lending_execute_stocktaking_v1")
    ),
    rights={"lending": {Role.GUIDE}},
    menu=(Entry(900, "借阅", "lending:loans", "file", "lending"),),
    mounts=(Mount("lending/room/", "lending.door_urls"), Mount("lending/", "lending.urls")),
    doors=(Door("reading_room", "reading_room", "阅览室", begins={("person", "reading_room"): "reading_room:home"}),),
    public=("reading_room:sign_in",),
    run_kinds=(STOCK_TAKING,),
    jobs=(Job("lending.forget_untitled", forget_untitled, cron="0 3 * * *", label="清理未登记书名的借阅"),),
    verifications=(Verification(900, "借阅", loans_without_title),),
    watches=(look_for_loans_of_nothing,),
    task_kinds=Path(__file__).parent / "task_kinds",
)
