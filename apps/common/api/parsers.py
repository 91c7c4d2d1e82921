"""JSON in: strict, small, UTF-8."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class OrjsonParser(BaseParser):
    """``application/json`` by orjson; anything that is not JSON is refused with the place where it breaks off."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return orjson.loads(stream.read() or b"null")
        except orjson.JSONDecodeError as broken:
            raise ParseError(_("The body is not JSON: %(why)s.") % {"why": broken}) from broken
