"""The addresses of charges under the API."""

from django.urls import path

from apps.billing.api import views

urlpatterns = [
    path("containers/<str:number>/charges/", views.ContainerCharges.as_view(), name="container-charges"),
    path("quotes/", views.QuotesView.as_view(), name="quotes"),
    path("invoices/", views.InvoicesView.as_view(), name="invoices"),
    path("invoices/<uuid:public_id>/", views.InvoiceView.as_view(), name="invoice"),
    path(
        "invoices/<uuid:public_id>/lines/<int:position>/dispute/", views.DisputeView.as_view(), name="invoice-dispute"
    ),
    path("statements/", views.StatementsView.as_view(), name="statements"),
    path("statements/<uuid:public_id>/", views.StatementView.as_view(), name="statement"),
    path("statements/<uuid:public_id>/statement.csv", views.StatementCsvView.as_view(), name="statement-csv"),
    path("statements/<uuid:public_id>/statement.pdf", views.StatementPdfView.as_view(), name="statement-pdf"),
]
