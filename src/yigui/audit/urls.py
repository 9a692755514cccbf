"""Addresses of audit."""

from django.urls import path

from yigui.audit import lists, pages, screen_lists

app_name = "audit"
urlpatterns = [
    path("cases/", lists.cases, name="cases"),
    path("samples/", lists.samples, name="samples"),
    path("samples/<int:number>/", pages.sample, name="sample"),
    path("cases/<int:number>/", pages.case, name="case"),
    path("cases/<int:number>/look/", pages.look, name="look"),
    path("cases/<int:number>/examine/", pages.examine_page, name="examine"),
    path("cases/<int:number>/sheet/", pages.sheet, name="sheet"),
    path("leads/", screen_lists.leads, name="leads"),
    path("rules/", screen_lists.rules, name="rules"),
    path("mine/", pages.mine, name="mine"),
    path("findings/<int:number>/", pages.finding, name="finding"),
    path("findings/<int:number>/answer/", pages.answer_page, name="answer"),
    path("findings/<int:number>/decide/", pages.decide_page, name="decide"),
    path("findings/<int:number>/correct/", pages.correct_page, name="correct"),
]
