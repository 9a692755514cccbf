"""Addresses of this room."""

from django.urls import path
from lending import views

app_name = "lending"
urlpatterns = [path("", views.loans, name="loans"), path("forgotten/", views.forgotten, name="forgotten")]
