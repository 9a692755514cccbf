"""Lists of pages that leave the house: what somebody has filtered, under the rules of every export (`exports`)."""

from collections.abc import Mapping

from yigui.shell.lists import Listing as PageListing
from yigui.shell.lists import exported, register_listing, said_in
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.rights import has_page_right
from yigui.tasks.exports import ROWS_MAX, ExportKind, Listing, register_export


def export_code(listing: PageListing) -> str:
    """The kind of export a list is."""
    return f"list-{listing.code}"


def declared(listing: PageListing) -> PageListing:
    """Make a list of a page known, and what it shows an export of its own kind."""

    def read(user: User, parameters: Mapping[str, str]) -> Listing:
        if not has_page_right(user, listing.right):
            raise NotAuthorised(f"“{listing.title}”由有该页面权限的人员导出。")
        rows = exported(listing, user, said_in(listing, parameters), ROWS_MAX + 1)
        return Listing(listing.title, [c.label for c in listing.columns], rows, [c.width for c in listing.columns])

    register_export(ExportKind(export_code(listing), listing.title, read))
    return register_listing(listing)
