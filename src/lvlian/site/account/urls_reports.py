"""Addresses of the reports of firms."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.account.views import report_typing, report_upload, reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", reports.reports, name="reports"),
    path("reports/forms.zip", reports.forms_zip, name="reports-forms"),
    path("reports/upload/", report_upload.upload, name="report-upload"),
    path("reports/preview/<uuid:job_id>/", report_upload.preview, name="report-preview"),
    path("reports/preview/<uuid:job_id>/problems.xlsx", report_upload.problems, name="report-problems"),
    path("reports/form/<int:firm_id>/", reports.form, name="report-form"),
    path("reports/type/<int:firm_id>/", report_typing.typing, name="report-type"),
    path("reports/<int:pk>/", reports.detail, name="report-detail"),
    path("reports/<int:pk>/file/", reports.original, name="report-file"),
    path("reports/<int:pk>/withdraw/", reports.withdraw, name="report-withdraw"),
]
