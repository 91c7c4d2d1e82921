"""What the gate's views share: headers, and refusals that leave their mark."""

from collections.abc import Callable

from rest_framework.response import Response

from apps.common.api.asking import etag, location
from apps.common.api.problems import MEDIA_TYPE, refused
from apps.gate.services import NoRightToCollect

TAGS = ["gate"]
ETAG = etag("The row's version.")
LOCATION = location("Where it is.")


def answered(act: Callable[[], Response]) -> Response:
    """The answer; a refusal for want of a right is answered without undoing that it was counted.

    See Note [Every mistake is counted] in ``apps.gate.services.claims``.
    """
    try:
        return act()
    except NoRightToCollect as refusal:
        status, document = refused(refusal)
        response = Response(document, status=status)
        response.content_type = MEDIA_TYPE
        return response
