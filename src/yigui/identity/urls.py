"""Addresses of sign-in and one's own account."""

from django.urls import path

from yigui.identity import views

app_name = "staff"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.one_time_code, name="code"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("account/", views.account, name="account"),
    path("account/device/", views.device, name="device"),
    path("account/password/", views.password, name="password"),
]
