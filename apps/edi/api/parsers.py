"""Interchanges in: raw bytes, or a file of a form."""

from collections.abc import Mapping
from typing import IO, Any, ClassVar

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext_lazy
from rest_framework.parsers import BaseParser, MultiPartParser

from apps.common.api.parsers import TooLarge
from apps.edi.services import most_bytes


class InterchangeTooLong(TooLarge):
    """The interchange is longer than this site reads."""

    default_detail = gettext_lazy("The interchange is larger than %(most)s bytes.")

    def __init__(self) -> None:
        super(TooLarge, self).__init__(self.default_detail % {"most": most_bytes()})


class _Raw(BaseParser):
    """The body as it came. More than ``EDI_MAX_BYTES`` is refused before it is read."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            body: bytes = stream.read(most_bytes() + 1)
        except RequestDataTooBig as large:
            raise InterchangeTooLong from large
        if len(body) > most_bytes():
            raise InterchangeTooLong
        return body


class EdifactParser(_Raw):
    """``application/edifact``."""

    media_type: ClassVar[str] = "application/edifact"  # type: ignore[misc]


class PlainParser(_Raw):
    """``text/plain``, by which many send it."""

    media_type: ClassVar[str] = "text/plain"  # type: ignore[misc]


class OctetParser(_Raw):
    """``application/octet-stream``."""

    media_type: ClassVar[str] = "application/octet-stream"  # type: ignore[misc]


FORMS = [EdifactParser, PlainParser, OctetParser, MultiPartParser]
