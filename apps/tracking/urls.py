"""Pages of the admin that look over everything at the terminal."""

from django.contrib import admin
from django.urls import path

from apps.tracking.board import board_view
from apps.tracking.finding import find_view

urlpatterns = [
    path("board/", admin.site.admin_view(board_view), name="call-board"),
    path("find/", admin.site.admin_view(find_view), name="find"),
]
