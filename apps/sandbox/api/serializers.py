"""What is told of a sandbox."""

from typing import Any

from rest_framework import serializers


class SandboxBox(serializers.Serializer[Any]):
    """A container of the day: its number today, and what happens to it. ``name`` is the same every day."""

    name = serializers.CharField()
    container = serializers.CharField()
    story = serializers.CharField()


class SandboxCue(serializers.Serializer[Any]):
    """Something that happens: at which minute, when that is on the wall, about what, and whether it has happened."""

    minute = serializers.FloatField()
    at = serializers.DateTimeField()
    about = serializers.CharField()
    container = serializers.CharField(allow_null=True)
    told = serializers.CharField()
    played = serializers.BooleanField()


class SandboxOut(serializers.Serializer[Any]):
    """``clock``: what the sandbox's clock shows, ``Landbridge-Clock`` of every answer; ``ends_at`` is on the wall."""

    day = serializers.IntegerField()
    minute = serializers.FloatField()
    clock = serializers.DateTimeField()
    began_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    boxes = SandboxBox(many=True)
    cues = SandboxCue(many=True)
