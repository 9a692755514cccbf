"""Public addresses."""

from django.urls import path

from yigui.enquiry import views

app_name = "enquiry"
urlpatterns = [
    path("v/", views.verify_form, name="verify_form"),
    path("v/<str:code>", views.verify, name="verify"),
    path("progress/", views.progress, name="progress"),
]
