"""JSON in: strict, small, UTF-8."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser


class TooLarge(APIException):
    """The body is larger than the API takes."""

    status_code = 413
    default_code = "too-large"
    default_detail = gettext_lazy("The body is larger than %(most)s bytes.")

    def __init__(self) -> None:
        super().__init__(self.default_detail % {"most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE})


class OrjsonParser(BaseParser):
    """``application/json`` by orjson; anything that is not JSON is refused with the place where it breaks off.

    Nesting deeper than 1024 is refused, and so is a body over ``DATA_UPLOAD_MAX_MEMORY_SIZE`` before it is parsed.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return orjson.loads(_read(stream) or b"null")
        except orjson.JSONDecodeError as broken:
            raise ParseError(_("The body is not JSON: %(why)s.") % {"why": broken}) from broken


def _read(stream: IO[Any]) -> bytes:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body: bytes = stream.read(most + 1)
    if len(body) > most:
        raise TooLarge
    return body
