"""Signatures as Standard Webhooks has them: its own example, and everything that must not pass."""

from datetime import UTC, datetime, timedelta

import pytest

from terminal.signatures import BadSignature, headers, key_of, new_secret, require_signed, signature

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = new_secret(b"a" * 32)
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_the_example_of_the_standard_comes_out():
    assert signature(SECRET, identifier=ID, at=AT, body=BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_signed_passes_with_any_secret_that_counts_and_any_signature_that_holds():
    told = headers(SECRET, identifier=ID, at=AT, body=BODY)
    assert require_signed(BODY, told, [OTHER, SECRET], AT) == ID
    several = {**told, "webhook-signature": "v1,nonsense v2,x " + told["webhook-signature"]}
    assert require_signed(BODY, several, [SECRET], AT) == ID


@pytest.mark.parametrize("off", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)])
def test_an_old_copy_and_one_from_the_future_prove_nothing(off):
    told = headers(SECRET, identifier=ID, at=AT, body=BODY)
    assert require_signed(BODY, told, [SECRET], AT + off * 0.99)
    with pytest.raises(BadSignature, match="five minutes"):
        require_signed(BODY, told, [SECRET], AT + off)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "another"}, {"webhook-timestamp": str(int(AT.timestamp()) + 1)}, {"webhook-signature": ""},
        {"webhook-signature": "v1,"}, {"webhook-timestamp": "٣"}, {"webhook-timestamp": "9" * 20}, {"webhook-id": ""},
        {"webhook-timestamp": ""}, {"webhook-signature": "v1,é"}, {"webhook-id": "a" * 256},
    ],
)  # fmt: skip
def test_whatever_is_changed_the_signature_does_not_hold(change):
    told = headers(SECRET, identifier=ID, at=AT, body=BODY)
    with pytest.raises(BadSignature):
        require_signed(BODY, {**told, **change}, [SECRET], AT)


def test_another_body_and_another_secret_do_not_pass():
    told = headers(SECRET, identifier=ID, at=AT, body=BODY)
    for body, secrets in ((BODY + b" ", [SECRET]), (BODY, [OTHER]), (BODY, [])):
        with pytest.raises(BadSignature):
            require_signed(body, told, secrets, AT)


@pytest.mark.parametrize("secret", ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_@@", "whsec_c2hvcnQ="])
def test_a_secret_that_is_none_is_refused(secret):
    with pytest.raises(ValueError):
        key_of(secret)
