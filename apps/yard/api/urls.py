"""The yard's addresses under the API."""

from django.urls import path

from apps.yard.api import views

urlpatterns = [
    path("work-orders/", views.WorkOrdersView.as_view(), name="work-orders"),
    path("work-orders/next/", views.NextView.as_view(), name="work-orders-next"),
    path("work-orders/<uuid:public_id>/start/", views.StartView.as_view(), name="work-order-start"),
    path("work-orders/<uuid:public_id>/confirm/", views.ConfirmView.as_view(), name="work-order-confirm"),
    path("work-orders/<uuid:public_id>/quarantine/", views.QuarantineView.as_view(), name="work-order-quarantine"),
    path("work-orders/<uuid:public_id>/hand-back/", views.HandBackView.as_view(), name="work-order-hand-back"),
]
