"""Addresses of the back office; the case page is shared by all rooms."""

from django.urls import path

from yigui.backoffice import (
    administration,
    cases,
    integrity,
    item_changes,
    meetings,
    organisation,
    partners,
    queues,
    rights,
    sections,
)

app_name = "backoffice"
urlpatterns = [
    path("queue/", queues.queue, name="queue"),
    path("queue/cross-check/", queues.cross_check, name="cross_check"),
    path("overdue/", queues.overdue, name="overdue"),
    path("cases/", cases.search, name="cases"),
    path("cases/<str:case_no>/", cases.case, name="case"),
    path("cases/<str:case_no>/claim/", cases.claim, name="claim"),
    path("cases/<str:case_no>/release/", cases.release, name="release"),
    path("cases/<str:case_no>/decide/", cases.decide, name="decide"),
    path("cases/<str:case_no>/withdraw/", cases.withdraw, name="withdraw"),
    path("cases/<str:case_no>/correct/", cases.correct, name="correct"),
    path("cases/<str:case_no>/finish/", cases.finish, name="finish"),
    path("unit-requests/", administration.unit_requests, name="unit_requests"),
    path("partners/", partners.partners, name="partners"),
    path("partners/messages/<int:number>/resend/", partners.resend, name="resend"),
    path("cases/<str:case_no>/receipt.pdf", cases.receipt, name="receipt"),
    path("cases/<str:case_no>/slip.pdf", cases.slip, name="slip"),
    path("cases/<str:case_no>/export/", cases.export, name="export"),
    path("cases/<str:case_no>/papers/<int:material_id>/", cases.paper, name="paper"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("imports/", administration.imports, name="imports"),
    path("calendar/", administration.calendar, name="calendar"),
    path("sampling/", administration.sampling, name="sampling"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("sections/", sections.own_section, name="own_section"),
    path("sections/<int:section_id>/", sections.section, name="section"),
    path("accounts/", administration.accounts, name="accounts"),
    path("rights/", rights.rights, name="rights"),
    path("rights/<int:request_id>/<str:verb>/", rights.decide, name="rights_decide"),
    path("item-changes/", item_changes.item_changes, name="item_changes"),
    path("item-changes/<int:change_id>/<str:verb>/", item_changes.decide, name="item_change_decide"),
    path("integrity/", integrity.integrity, name="integrity"),
    path("view-log/", integrity.view_log, name="view_log"),
]
