"""The OpenAPI document beyond what drf-spectacular reads from the views: problems, replays, our formats."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from apps.common.api.conditional import IF_NONE_MATCH, OF_THE_ANSWER
from apps.common.api.deprecation import deprecation_of
from apps.common.api.idempotency import HEADER, REPLAYED
from apps.common.api.problems import MEDIA_TYPE, problem
from apps.common.api.sparse import MEDIA_TYPE as SPARSE
from apps.common.api.sparse import PARAMETER, Shown, shown_in, sparse_example


class ProblemError(serializers.Serializer[Any]):
    """One thing that is wrong in the body or the query."""

    pointer = serializers.CharField(help_text=_("Where, as a JSON pointer, e.g. /0/container."))
    detail = serializers.CharField()
    code = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """A refusal (RFC 9457). Programs switch on ``code``; further members carry the facts of the refusal."""

    type = serializers.CharField(help_text=_("The page that explains it: /problems#<code>."))
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text=_("A sentence for a person, in the language of Accept-Language."))
    code = serializers.CharField()
    errors = ProblemError(many=True, required=False)  # type: ignore[assignment]


SAID: Final = {
    400: (_("The request cannot be read: broken JSON or a malformed request."), "parse-error"),
    401: (_("No credential, or one that is not known or has run out."), "not-authenticated"),
    403: (_("The credential does not include this."), "permission-denied"),
    404: (_("There is no such thing, or it is not yours to see."), "not-found"),
    406: (_("The answer is JSON; the Accept header excludes it."), "not-acceptable"),
    409: (_("As things stand, no: the state of the thing, or room, does not allow it."), "step-not-allowed"),
    412: (_("It was changed since: its version is not the one of If-Match."), "changed-since"),
    413: (_("The body is too large."), "too-large"),
    415: (_("The body is not application/json."), "unsupported-media-type"),
    422: (
        _("What was sent cannot be right: a wrong check digit, an end before its start, a missing field."),
        "invalid-content",
    ),
}


class Schema(AutoSchema):
    """Adds to every operation the problem documents it can answer with, and to every idempotent POST its header."""

    def get_override_parameters(self) -> list[Any]:
        if self.method == "GET":
            return self._fields() + ([IF_NONE_MATCH, OF_THE_ANSWER] if self._is_tagged() else [])
        if self.method != "POST" or not getattr(self.view, "idempotent", False):
            return []
        return [
            OpenApiParameter(
                HEADER,
                {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"},
                OpenApiParameter.HEADER,
                description=str(_("Your own name for this request. Sent again, it is answered again, not done again.")),
            ),
            OpenApiParameter(
                REPLAYED,
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                response=[200, 201],
                description=str(_("true: this answer was given before under the same Idempotency-Key.")),
            ),
        ]

    def _is_tagged(self) -> bool:
        return self.method == "GET" and getattr(self.view, "tagged", False)

    def is_deprecated(self) -> bool:
        """Whether the view says that the method will be gone."""
        return deprecation_of(self.view, self.method) is not None

    def _fields(self) -> list[Any]:
        """What of an answer may be asked for by itself."""
        shown = shown_in(self.get_response_serializers())
        if shown is None:
            return []
        words = _("Only these members of each row.") if shown[0] else _("Only these members.")
        names = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": sorted(shown[1])}}
        return [
            OpenApiParameter(
                PARAMETER, names, OpenApiParameter.QUERY, description=str(words), explode=False, style="form"
            )
        ]

    def _sparse(self, examples: dict[str, Any], shown: Shown) -> dict[str, Any]:
        """How an answer with only some members is described."""
        words = _("The same with only the members that `fields` names.")
        told = {name: {"value": sparse_example(each["value"], shown)} for name, each in examples.items()}
        described = {"schema": {"type": "object", "description": str(words)}}
        return {**described, "examples": told} if told else described

    def get_summary(self) -> str | None:
        """What the view says of its method: the first sentence of its docstring."""
        words = getattr(getattr(self.view, self.method.lower(), None), "__doc__", None) or self.view.__doc__
        return words.strip().partition("\n")[0].partition(".")[0] if words else None

    def get_auth(self) -> list[Any]:
        """Each way to sign in with the scope it takes; people sign in only where the view names a right."""
        scope = [getattr(self.view, "required_scope", "read")]
        ways = [way for way in super().get_auth() if way]
        if getattr(self.view, "required_right", None) is None:
            ways = [way for way in ways if "staffSession" not in way]
        return [{"oauth2": scope} if "oauth2" in way else way for way in ways]

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        shown = shown_in(self.get_response_serializers()) if self.method == "GET" else None
        if shown is not None and "200" in bodies:
            content = bodies["200"]["content"]
            content[SPARSE] = self._sparse(content.get("application/json", {}).get("examples", {}), shown)
        if self._is_tagged():
            bodies["304"] = {"description": str(_("It is what you have: the ETag is the one of If-None-Match."))}
        for status in self._refusals():
            bodies.setdefault(str(status), self._problem(status))
        return dict(sorted(bodies.items()))

    def _refusals(self) -> list[int]:
        if any(isinstance(each, AllowAny) for each in self.view.get_permissions()):
            return [406]
        always = [400, 401, 403, 406, 422]
        named = [404] if "{" in self.path or getattr(self.view, "may_be_absent", False) else []
        written = [404, 409, 413, 415] if self.method in ("POST", "PUT", "PATCH", "DELETE") else []
        conditional = [412] if getattr(self.view, "conditional", False) and self.method != "GET" else []
        return always + named + written + conditional

    def _problem(self, status: int) -> dict[str, Any]:
        words, code = SAID[status]
        example = problem(status, code, str(words))
        reference = self.resolve_serializer(Problem, "response").ref
        return {
            "description": str(words),
            "content": {MEDIA_TYPE: {"schema": reference, "examples": {code: {"value": example}}}},
        }


CONTAINER_NUMBER: Final = OpenApiParameter(
    "number",
    {"type": "string", "format": "container-number"},
    OpenApiParameter.PATH,
    description=str(_("Container number after ISO 6346, e.g. CSQU3054383.")),
)


ROW_BY_ROW: Final = (("ReportsInRequest", "properties", "reports"), ("OneOrManyAdvicesRequest", "oneOf", 1))
"""Lists of which every row is answered by itself, and where they stand among the document's schemas."""


def take_any_row(result: dict[str, Any], **_told: Any) -> dict[str, Any]:
    """What is wrong with a row is said in its place, so a list with such a row is no wrong request: any row fits."""
    for name, *path in ROW_BY_ROW:
        rows: Any = result["components"]["schemas"][name]
        for step in path:
            rows = rows[step]
        rows["items"] = {"anyOf": [rows["items"], {}]}
    return result
