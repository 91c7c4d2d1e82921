"""Attachments, served one by one through a permission check."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from apps.common.attachments import NoSuchFile, shown_to


@require_safe
@login_required
def attachment(request: HttpRequest, public_id: UUID) -> FileResponse:
    """The file, to be saved and not to be shown: its bytes are a stranger's. 404 for whoever may not see it."""
    try:
        kept = shown_to(public_id, request.actor)  # type: ignore[attr-defined]
    except NoSuchFile as none:
        raise Http404 from none
    answer = FileResponse(kept.file.open("rb"), as_attachment=True, filename=kept.name, content_type=kept.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
