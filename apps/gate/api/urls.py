"""The gate's addresses under the API."""

from django.urls import path

from apps.gate.api import rights, views

urlpatterns = [
    path("gate/hours/", views.HoursView.as_view(), name="gate-hours"),
    path("gate/appointments/", views.AppointmentsView.as_view(), name="gate-appointments"),
    path("gate/appointments/<uuid:public_id>/", views.AppointmentView.as_view(), name="gate-appointment"),
    path("gate/appointments/<uuid:public_id>/change/", views.ChangeView.as_view(), name="gate-appointment-change"),
    path("gate/appointments/<uuid:public_id>/cancel/", views.CancelView.as_view(), name="gate-appointment-cancel"),
    path("gate/delivery-orders/", rights.DeliveryOrdersView.as_view(), name="gate-delivery-orders"),
    path(
        "gate/delivery-orders/<uuid:public_id>/revoke/",
        rights.RevokeOrderView.as_view(),
        name="gate-delivery-order-revoke",
    ),
    path("gate/pins/", rights.PinsView.as_view(), name="gate-pins"),
    path("gate/pins/<uuid:public_id>/revoke/", rights.RevokePinView.as_view(), name="gate-pin-revoke"),
]
