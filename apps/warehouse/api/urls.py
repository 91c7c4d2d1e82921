"""The warehouse's addresses under the API."""

from django.urls import path

from apps.warehouse.api import views

urlpatterns = [
    path("warehouse/bookings/", views.BookingsView.as_view(), name="warehouse-bookings"),
    path("warehouse/bookings/<uuid:public_id>/", views.BookingView.as_view(), name="warehouse-booking"),
    path("warehouse/bookings/<uuid:public_id>/cancel/", views.CancelView.as_view(), name="warehouse-booking-cancel"),
    path("warehouse/zones/", views.ZonesView.as_view(), name="warehouse-zones"),
    path("warehouse/availability/", views.AvailabilityView.as_view(), name="warehouse-availability"),
]
