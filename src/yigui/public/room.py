"""Pages for everybody: the guide, verification of documents, progress, paying by code."""

from yigui.common.rooms import Entry, Mount, Room

ROOM = Room(
    "public",
    floor=11,
    menu=(Entry(100, "办事引导", "enquiry:guide", "search", "help", group="hall"),),
    public=(
        "enquiry:guide",
        "enquiry:places",
        "enquiry:verify_form",
        "enquiry:verify",
        "enquiry:pay",
        "enquiry:pay_demo",
        "enquiry:progress",
        "enquiry:rate",
    ),
    mounts=(Mount("", "yigui.public.urls"),),
    deeds={"enquiry:rate": "凭回执评价"},
)
