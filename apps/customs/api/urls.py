"""Customs' addresses under the API."""

from django.urls import path

from apps.customs.api import authority, declarations, deeds, documents, duty, mandates

ONE = "declarations/<uuid:public_id>/"

urlpatterns = [
    path("declarations/", declarations.DeclarationsView.as_view(), name="declarations"),
    path(ONE, declarations.DeclarationView.as_view(), name="declaration"),
    path(f"{ONE}submit/", deeds.SubmitView.as_view(), name="declaration-submit"),
    path(f"{ONE}withdraw/", deeds.WithdrawView.as_view(), name="declaration-withdraw"),
    path(f"{ONE}answer/", deeds.AnswerView.as_view(), name="declaration-answer"),
    path(f"{ONE}amendments/", deeds.AmendmentsView.as_view(), name="declaration-amendments"),
    path(f"{ONE}documents/", documents.DocumentsView.as_view(), name="declaration-documents"),
    path(f"{ONE}documents/<uuid:document>/", documents.DocumentView.as_view(), name="declaration-document"),
    path("customs/authority/messages/", authority.AuthorityMessagesView.as_view(), name="authority-messages"),
    path("customs/authority/reports/", duty.AuthorityReportsView.as_view(), name="authority-reports"),
    path("mandates/", mandates.MandatesView.as_view(), name="mandates"),
    path("mandates/<uuid:public_id>/end/", mandates.EndMandateView.as_view(), name="mandate-end"),
    path("guarantees/", mandates.GuaranteesView.as_view(), name="guarantees"),
]
