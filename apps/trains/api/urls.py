"""The trains' addresses under the API."""

from django.urls import path

from apps.trains.api import booking_views, consist_views, journeys, views

urlpatterns = [
    path("trains/", views.TrainsView.as_view(), name="trains"),
    path("trains/<uuid:public_id>/", booking_views.TrainView.as_view(), name="train"),
    path("trains/<uuid:public_id>/bookings/", booking_views.TrainBookingsView.as_view(), name="bookings-of-train"),
    path("containers/<str:number>/journey/", journeys.ContainerJourney.as_view(), name="container-journey"),
    path("trains/<uuid:public_id>/consist/", consist_views.ConsistView.as_view(), name="consist"),
    path("train-bookings/", booking_views.BookingsView.as_view(), name="train-bookings"),
    path("train-bookings/<uuid:public_id>/", booking_views.BookingView.as_view(), name="train-booking"),
    path("train-bookings/<uuid:public_id>/cancel/", booking_views.CancelView.as_view(), name="train-booking-cancel"),
    path("train-bookings/<uuid:public_id>/assign/", booking_views.AssignView.as_view(), name="train-booking-assign"),
    path(
        "train-bookings/<uuid:public_id>/unassign/",
        booking_views.UnassignView.as_view(),
        name="train-booking-unassign",
    ),
]
