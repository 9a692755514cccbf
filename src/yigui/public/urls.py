"""Public addresses."""

from django.urls import path

from yigui.public import guide, pay, places, rate, views

app_name = "enquiry"
urlpatterns = [
    path("guide/", guide.guide, name="guide"),
    path("places/", places.places, name="places"),
    path("v/", views.verify_form, name="verify_form"),
    path("v/<str:code>", views.verify, name="verify"),
    path("pay/<str:code>", pay.pay, name="pay"),
    path("pay/<str:code>/demo", pay.pay_demo, name="pay_demo"),
    path("progress/", views.progress, name="progress"),
    path("progress/rate/", rate.rate, name="rate"),
]
