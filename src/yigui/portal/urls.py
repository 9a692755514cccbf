"""Addresses of the online platform."""

from django.urls import path

from yigui.portal import applying, lists, operators, overview, sign_in

app_name = "portal"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.second, name="second"),
    path("open/", sign_in.ask_to_open, name="ask_to_open"),
    path("password/", sign_in.forgotten, name="forgotten"),
    path("password/code/", sign_in.by_code, name="by_code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("", overview.home, name="home"),
    path("dues/", overview.dues, name="dues"),
    path("dues/<int:period>/", overview.unit_month, name="unit_bill"),
    path("dues/<int:period>/bill.pdf", overview.unit_month_pdf, name="unit_bill_pdf"),
    path("staff/", overview.staff, name="staff"),
    path("cases/", overview.cases, name="cases"),
    path("cases/<str:case_no>/", overview.case, name="case"),
    *overview.paper_urls,
    path("cases/<str:case_no>/rate/", overview.rate, name="rate"),
    path("cases/<str:case_no>/correct/", applying.correct, name="correct"),
    path("cases/<str:case_no>/withdraw/", applying.withdraw, name="withdraw"),
    path("apply/", applying.apply, name="apply"),
    path("apply/lists/<str:code>/", lists.upload, name="list_upload"),
    path("apply/lists/<str:code>/template.xlsx", lists.template, name="list_template"),
    path("apply/list/<uuid:token>/", lists.show, name="list"),
    path("apply/list/<uuid:token>/returned.xlsx", lists.returned, name="list_returned"),
    path("apply/list/<uuid:token>/accept/", lists.accept, name="list_accept"),
    path("apply/list/<uuid:token>/papers/", lists.papers, name="list_papers"),
    path("apply/drafts/", applying.start, name="start_draft"),
    *applying.form_urls,
    path("operators/", operators.operators, name="operators"),
    path("operators/<int:number>/", operators.change, name="operator"),
    path("account/", operators.account, name="account"),
    path("account/device/", operators.device, name="device"),
]
