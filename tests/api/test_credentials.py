"""Who may ask, and how a program proves it."""

from base64 import b64encode
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from apps.parties.models import ApiClient, PartyKey
from tests.factories.api import SECRET, Program, client_for, key_for
from tests.factories.parties import PartyFactory

pytestmark = pytest.mark.django_db

NOWHERE = "/api/v1/containers/CSQU3054383/"


@pytest.fixture
def grain(lyg):
    return PartyFactory(code="astana-grain")


def token(client: ApiClient, **form: str):
    basic = b64encode(f"{client.client_id}:{SECRET}".encode()).decode()
    return Client().post(
        "/oauth/token/", {"grant_type": "client_credentials", **form}, headers={"Authorization": f"Basic {basic}"}
    )


def ask(authorization: str | None, path: str = NOWHERE):
    return Client(headers={"Authorization": authorization} if authorization else {}).get(path)


def test_a_key_opens_the_door(grain):
    assert ask(f"Api-Key {key_for(grain)}").status_code == 404


def test_a_key_costs_one_query(grain, django_assert_num_queries):
    key = key_for(grain)
    ask(f"Api-Key {key}")
    with django_assert_num_queries(3):  # the other two look for the box, by its number and by a former one
        ask(f"Api-Key {key}")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Api-Key",
        "Api-Key unknown",
        "Api-Key abcdefgh.abcdefghabcdefghabcdefghabcdefgh",
        "Api-Key %_______.abcdefghabcdefghabcdefghabcdefgh",
        "Bearer",
        "Bearer nonsense",
        "Basic YTpi",
        "Digest x",
        "Api-Key \u00e9",
    ],
)
def test_without_a_known_credential_the_answer_is_401_and_says_how_to_sign_in(lyg, authorization):
    answer = ask(authorization)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_only_the_hash_of_a_key_is_kept(grain):
    key = key_for(grain)
    row = PartyKey.objects.get()
    assert key.partition(".")[2] not in f"{row.pk}{row.hashed_key}"


def test_the_right_prefix_with_a_wrong_secret_is_unknown(grain):
    prefix = key_for(grain).partition(".")[0]
    assert ask(f"Api-Key {prefix}.{'a' * 32}").status_code == 401


@pytest.mark.parametrize("end", [{"revoked": True}, {"expiry_date": timezone.now() - timedelta(seconds=1)}])
def test_a_key_that_ended_is_unknown(grain, end):
    assert ask(f"Api-Key {key_for(grain, **end)}").status_code == 401


def test_a_party_that_is_no_longer_active_is_refused_with_all_its_credentials(grain):
    key, client = key_for(grain), client_for(grain)
    bearer = token(client).json()["access_token"]
    type(grain).objects.update(active=False)
    assert ask(f"Api-Key {key}").status_code == 401
    assert ask(f"Bearer {bearer}").status_code == 401


def test_a_scope_that_was_not_given_is_forbidden(grain):
    answer = ask(f"Api-Key {key_for(grain, 'book')}")
    assert answer.status_code == 403
    assert answer.json()["code"] == "permission-denied"


def test_client_credentials_give_a_token_that_opens_the_door(grain):
    given = token(client_for(grain))
    assert given.status_code == 200
    assert given["Cache-Control"] == "no-store"
    assert "refresh_token" not in given.json()
    assert ask(f"Bearer {given.json()['access_token']}").status_code == 404


def test_the_client_secret_is_kept_as_a_hash(grain):
    assert client_for(grain).client_secret != SECRET


def test_a_token_has_the_scopes_of_its_client_and_no_more(grain):
    client = client_for(grain, "read")
    assert token(client).json()["scope"] == "read"
    assert token(client, scope="book").json() == {"error": "invalid_scope"}


def test_scopes_taken_from_a_client_are_gone_from_its_tokens_at_once(grain):
    client = client_for(grain)
    bearer = token(client).json()["access_token"]
    ApiClient.objects.update(scopes="book")
    assert ask(f"Bearer {bearer}").status_code == 403


def test_a_token_that_has_run_out_is_unknown(grain):
    bearer = token(client_for(grain)).json()["access_token"]
    get_access_token_model().objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert ask(f"Bearer {bearer}").status_code == 401


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": "password", "username": "a", "password": "b"},
        {"grant_type": "authorization_code", "code": "x"},
        {"grant_type": "refresh_token", "refresh_token": "x"},
        {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"},
    ],
)
def test_no_other_grant_is_known(grain, form):
    answer = token(client_for(grain), **form)
    assert answer.status_code == 400
    assert answer.json()["error"] == "unsupported_grant_type"


def test_a_wrong_secret_gets_no_token(grain):
    client = client_for(grain)
    form = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": "wrong"}
    answer = Client().post("/oauth/token/", form)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("form", [{"client_id": "a\0b"}, {"client_id": "x" * 20_000}, {"scope": "\0"}])
def test_a_form_no_client_would_send_is_refused(grain, form):
    answer = Client().post("/oauth/token/", {"grant_type": "client_credentials", **form})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_client_of_no_party_opens_nothing(lyg):
    bearer = token(client_for(None)).json()["access_token"]
    assert ask(f"Bearer {bearer}").status_code == 401


def test_a_person_signed_in_sees_no_partys_containers(lyg, admin_client):
    assert admin_client.get(NOWHERE).status_code == 403


def test_two_programs_of_one_party_see_the_same(grain):
    first, second = Program(grain), Program(grain)
    assert first.get(NOWHERE).content == second.get(NOWHERE).content


def test_a_client_that_has_ended_gets_no_token_and_those_it_has_are_worth_nothing(grain):
    client = client_for(grain)
    granted = token(client).json()["access_token"]
    assert ask(f"Bearer {granted}").status_code == 404
    ApiClient.objects.update(ends_at=timezone.now())
    assert token(client).status_code == 401
    assert ask(f"Bearer {granted}").status_code == 401
