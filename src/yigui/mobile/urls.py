"""Addresses of the phone pages."""

from django.urls import path

from yigui.mobile import applying, own, sign_in

app_name = "mobile"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.by_code, name="by_code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("elder/", sign_in.elder, name="elder"),
    path("manifest.webmanifest", sign_in.manifest, name="manifest"),
    path("sw.js", sign_in.service_worker, name="service_worker"),
    path("", own.home, name="home"),
    path("months/", own.months, name="months"),
    path("record/", own.record, name="record"),
    path("record.xlsx", own.record_file, name="record_file"),
    path("dues/", own.dues, name="dues"),
    path("account/", own.account, name="account"),
    path("benefits/", own.benefits, name="benefits"),
    path("retirement/", own.retirement, name="retirement"),
    path("cases/", own.cases, name="cases"),
    path("cases/<str:case_no>/", own.case, name="case"),
    *own.paper_urls,
    path("cases/<str:case_no>/rate/", own.rate, name="rate"),
    path("cases/<str:case_no>/correct/", applying.correct, name="correct"),
    path("cases/<str:case_no>/withdraw/", applying.withdraw, name="withdraw"),
    path("views/", own.views, name="views"),
    path("sessions/", own.sessions, name="sessions"),
    path("apply/", applying.apply, name="apply"),
    path("apply/drafts/", applying.start, name="start_draft"),
    *applying.form_urls,
]
