"""The warehouse's addresses under the API."""

from django.urls import path

from apps.warehouse.api import docks, ledger, orders, series, stock, views

urlpatterns = [
    path("warehouse/bookings/", views.BookingsView.as_view(), name="warehouse-bookings"),
    path("warehouse/bookings/<uuid:public_id>/", views.BookingView.as_view(), name="warehouse-booking"),
    path("warehouse/bookings/<uuid:public_id>/cancel/", views.CancelView.as_view(), name="warehouse-booking-cancel"),
    path("warehouse/series/", series.SeriesListView.as_view(), name="warehouse-series-list"),
    path("warehouse/series/<uuid:public_id>/", series.SeriesView.as_view(), name="warehouse-series"),
    path("warehouse/series/<uuid:public_id>/cancel/", series.CancelView.as_view(), name="warehouse-series-cancel"),
    path("warehouse/dock-times/", docks.TimesView.as_view(), name="warehouse-dock-times"),
    path("warehouse/dock-appointments/", docks.AppointmentsView.as_view(), name="warehouse-dock-appointments"),
    path(
        "warehouse/dock-appointments/<uuid:public_id>/",
        docks.AppointmentView.as_view(),
        name="warehouse-dock-appointment",
    ),
    path(
        "warehouse/dock-appointments/<uuid:public_id>/cancel/",
        docks.CancelView.as_view(),
        name="warehouse-dock-appointment-cancel",
    ),
    path("warehouse/zones/", views.ZonesView.as_view(), name="warehouse-zones"),
    path("warehouse/availability/", views.AvailabilityView.as_view(), name="warehouse-availability"),
    path("warehouse/cargo-orders/", orders.OrdersView.as_view(), name="warehouse-cargo-orders"),
    path("warehouse/cargo-orders/<uuid:public_id>/", orders.OrderView.as_view(), name="warehouse-cargo-order"),
    path(
        "warehouse/cargo-orders/<uuid:public_id>/cancel/",
        orders.CancelOrderView.as_view(),
        name="warehouse-cargo-order-cancel",
    ),
    path("warehouse/cargo-orders/<uuid:public_id>/tally/", orders.TallyView.as_view(), name="warehouse-tally"),
    path(
        "warehouse/cargo-orders/<uuid:public_id>/tally.csv", orders.TallyCsvView.as_view(), name="warehouse-tally-csv"
    ),
    path(
        "warehouse/cargo-orders/<uuid:public_id>/tally.pdf", orders.TallyPdfView.as_view(), name="warehouse-tally-pdf"
    ),
    path("warehouse/stock/", stock.StockView.as_view(), name="warehouse-stock"),
    path("warehouse/stock/<uuid:public_id>/", stock.LotView.as_view(), name="warehouse-lot"),
    path("warehouse/stock/<uuid:public_id>/withdraw/", stock.WithdrawView.as_view(), name="warehouse-lot-withdraw"),
    path("warehouse/stock/<uuid:public_id>/split/", stock.SplitView.as_view(), name="warehouse-lot-split"),
    path("warehouse/stock/<uuid:public_id>/reserve/", stock.ReserveView.as_view(), name="warehouse-lot-reserve"),
    path(
        "warehouse/reservations/<uuid:public_id>/end/",
        stock.EndReservationView.as_view(),
        name="warehouse-reservation-end",
    ),
    path("warehouse/bonded-entries/", ledger.EntriesView.as_view(), name="warehouse-bonded-entries"),
    path("warehouse/bonded-entries/<uuid:public_id>/", ledger.EntryView.as_view(), name="warehouse-bonded-entry"),
    path(
        "warehouse/bonded-entries/<uuid:public_id>/ledger/", ledger.LedgerView.as_view(), name="warehouse-bonded-ledger"
    ),
]
