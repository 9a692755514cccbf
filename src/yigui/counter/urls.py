"""Addresses of the counter."""

from django.urls import path

from yigui.counter import catalogue_pages, drafts, subjects, workbench

app_name = "counter"
urlpatterns = [
    path("", workbench.home, name="home"),
    path("counter/", workbench.workbench, name="workbench"),
    path("counter/cases/", workbench.my_cases, name="my_cases"),
    path("search/", subjects.search, name="search"),
    path("search/results/", subjects.results, name="results"),
    path("persons/<str:person_no>/", subjects.person, name="person"),
    path("persons/<str:person_no>/full/", subjects.person_in_full, name="person_in_full"),
    path("employers/<str:unit_no>/", subjects.employer, name="employer"),
    path("employers/<str:unit_no>/full/", subjects.employer_in_full, name="employer_in_full"),
    path("items/", catalogue_pages.items, name="catalogue"),
    path("items/<str:code>/", catalogue_pages.item, name="item"),
    path("counter/drafts/", drafts.start, name="start_draft"),
    path("counter/drafts/<uuid:token>/", drafts.form, name="draft"),
    path("counter/drafts/<uuid:token>/live/", drafts.live, name="draft_live"),
    path("counter/drafts/<uuid:token>/materials/", drafts.materials, name="draft_materials"),
    path("counter/drafts/<uuid:token>/answers/", drafts.answers, name="draft_answers"),
    path("counter/drafts/<uuid:token>/submit/", drafts.submit, name="draft_submit"),
    path("counter/drafts/<uuid:token>/drop/", drafts.drop, name="draft_drop"),
]
