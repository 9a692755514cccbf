"""Addresses of the online platform."""

from django.urls import path

from yigui.portal import operators, overview, sign_in

app_name = "portal"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("password/", sign_in.forgotten, name="forgotten"),
    path("password/code/", sign_in.by_code, name="by_code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("", overview.home, name="home"),
    path("dues/", overview.dues, name="dues"),
    path("staff/", overview.staff, name="staff"),
    path("cases/", overview.cases, name="cases"),
    path("cases/<str:case_no>/", overview.case, name="case"),
    path("operators/", operators.operators, name="operators"),
    path("operators/<int:number>/", operators.change, name="operator"),
    path("account/", operators.account, name="account"),
]
