"""Addresses of the counter."""

from django.urls import path

from yigui.counter import benefits, catalogue_pages, day_end, draft_list, drafts, dues, home, lists, record, subjects, tasks

app_name = "counter"
urlpatterns = [
    path("", home.home, name="home"),
    path("counter/", home.workbench, name="workbench"),
    path("counter/cases/", home.my_cases, name="my_cases"),
    path("counter/day/", day_end.day_end, name="day_end"),
    path("counter/days/", day_end.day_sheets, name="day_sheets"),
    path("counter/days/<int:sheet_id>/", day_end.day_sheet, name="day_sheet"),
    path("search/", subjects.search, name="search"),
    path("search/results/", subjects.results, name="results"),
    path("persons/<str:person_no>/", subjects.person, name="person"),
    path("persons/<str:person_no>/full/", subjects.person_in_full, name="person_in_full"),
    path("employers/<str:unit_no>/", subjects.employer, name="employer"),
    path("employers/<str:unit_no>/full/", subjects.employer_in_full, name="employer_in_full"),
    path("persons/<str:person_no>/dues/", dues.person_dues, name="person_dues"),
    path("persons/<str:person_no>/account/", dues.account, name="account"),
    path("persons/<str:person_no>/record/", record.person_record, name="person_record"),
    path("persons/<str:person_no>/record/export/", record.person_record_export, name="person_record_export"),
    path("persons/<str:person_no>/benefits/", benefits.benefits, name="person_benefits"),
    path("persons/<str:person_no>/notices/", benefits.tell, name="tell"),
    path("persons/<str:person_no>/retirement/", benefits.retirement, name="retirement"),
    path("employers/<str:unit_no>/dues/", dues.employer_dues, name="employer_dues"),
    path("items/", catalogue_pages.items, name="catalogue"),
    path("items/<str:code>/", catalogue_pages.item, name="item"),
    path("counter/my-drafts/", draft_list.drafts, name="drafts"),
    path("counter/drafts/", drafts.start, name="start_draft"),
    path("counter/tasks/<int:number>/case/", tasks.begin, name="task_case"),
    path("counter/drafts/<uuid:token>/hand-over/", drafts.hand_over, name="draft_hand_over"),
    path("counter/drafts/<uuid:token>/notice.pdf", drafts.notice, name="draft_notice"),
    path("counter/drafts/<uuid:token>/take/", drafts.take, name="draft_take"),
    path("counter/lists/<str:unit_no>/<str:code>/", lists.upload, name="list_upload"),
    path("counter/lists/<str:unit_no>/<str:code>/template.xlsx", lists.template, name="list_template"),
    path("counter/list/<uuid:token>/", lists.show, name="list"),
    path("counter/list/<uuid:token>/returned.xlsx", lists.returned, name="list_returned"),
    path("counter/list/<uuid:token>/accept/", lists.accept, name="list_accept"),
    path("counter/list/<uuid:token>/papers/", lists.papers, name="list_papers"),
    *drafts.form_urls,
]
