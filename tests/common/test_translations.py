"""Chinese, Russian and Kazakh: the catalogues hold every word there is, and readers get them."""

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from importlib import import_module
from pkgutil import walk_packages

import polib
import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import translation
from oauth2_provider.models import AbstractApplication

import terminal
from apps.alerts import services
from apps.billing.models import Invoice
from apps.common import words
from apps.notices.models import Notice
from apps.warehouse.models import LedgerRow, Lot, LotMovement
from config import translations
from terminal.lifecycle import DECLARATION, DeclarationStatus, Phase, Position, StepNotAllowed, VisitState
from terminal.readiness import Situation, Step, blockers
from tests.factories.alerts import RuleFactory, SubscriptionFactory
from tests.factories.api import program
from tests.factories.containers import HoldFactory, VisitFactory
from tests.factories.notices import MONDAY_TEN
from tests.factories.parties import UserFactory, staff

LANGUAGES = ["zh_Hans", "ru", "kk"]
OURS = [config for config in apps.get_app_configs() if config.name.startswith("apps.")]


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(translations.SOURCES / language / "LC_MESSAGES" / "django.po"))


def known(language: str) -> set[str]:
    return {entry.msgid for entry in catalogue(language) if entry.translated()}


OF_STANDARDS = ("terminal.dcsa", "terminal.edifact")
"""What programs write to each other: their codes are no words."""


def domain_enums() -> list[type[StrEnum]]:
    names = [found.name for found in walk_packages(terminal.__path__, "terminal.")]
    modules = [import_module(name) for name in names if not name.startswith(OF_STANDARDS)]
    kinds = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    return [kind for kind in kinds if issubclass(kind, StrEnum) and kind is not StrEnum]


def test_every_catalogue_is_complete_and_keeps_the_placeholders():
    assert translations.unsound() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_holds_what_a_guess_was_made_of(language):
    """Gettext's own tools cannot read on behind half of it, and `make messages` ends there."""
    text = (translations.SOURCES / language / "LC_MESSAGES" / "django.po").read_text()
    assert not [line for line in text.splitlines() if line.startswith("#|")]


def test_a_guess_a_gap_and_a_lost_placeholder_are_told(tmp_path, monkeypatch):
    entry = 'msgid "%(number)s is gone."\nmsgstr "{}"\n\n'
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    heading = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    three = [entry.format("%(nomer)s"), '#, fuzzy\nmsgid "a"\nmsgstr "b"\n\n', 'msgid "c"\nmsgstr ""\n\n']
    (folder / "django.po").write_text(heading + "".join([*three, three[1].replace("#, fuzzy\n", "")]), encoding="utf-8")
    monkeypatch.setattr(translations, "SOURCES", tmp_path)
    faults = [told.split(": ")[1] for told in translations.unsound()]
    assert faults == ["placeholders differ", "fuzzy", "untranslated", "twice"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_heading_names_no_person_and_no_moment(language):
    assert set(catalogue(language).metadata) <= {"Project-Id-Version", "Language", *translations.HEADING}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_and_kind_of_the_terminal_has_a_word(language):
    members = {words.label(member.value) for kind in domain_enums() for member in kind}
    assert {"in yard", "call announced", "inspection ordered", "yellow"} <= members
    assert members - set(words.LABELS) == set()
    assert members - known(language) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_a_choice_is_translated(language):
    with translation.override("en"):
        models = [
            model for config in OURS for model in config.get_models() if not issubclass(model, AbstractApplication)
        ]
        fields = [
            field for model in models for field in model._meta.fields if field.choices and field.name != "language"
        ]
        labels = {str(label) for field in fields for value, label in field.flatchoices if label != value}
    assert len(labels) > 100
    assert labels - known(language) == set()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (Lot.customs_status, "free", ["已放行", "в свободном обращении", "еркін айналымда"]),
        (LotMovement.kind, "withdrawn", ["提货出库", "выдано", "берілді"]),
        (LedgerRow.kind, "receipt", ["入区", "поступление", "қабылдау"]),
        (Invoice.status, "paid", ["已付清", "оплачен", "төленді"]),
    ],
)
def test_a_word_of_several_meanings_is_said_as_its_field_means_it(field, value, said):
    choices = field.field.choices
    for language, expected in zip(["zh-hans", "ru", "kk"], said, strict=True):
        with translation.override(language):
            labels = {stored: str(label) for stored, label in choices}
        assert labels[value] == expected
        assert not [stored for stored, label in labels.items() if label == words.label(stored)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "A declaration that is inspection ordered cannot become released. It can become: inspected."),
        ("zh-hans", "报关单当前为“已下达查验”，不能变为“已放行”。可以变为：已查验。"),
        ("ru", "декларация: из статуса «назначен досмотр» нельзя перейти в «выпущено». Возможно: досмотрено."),
        (
            "kk",
            "декларация: «тексеру тағайындалды» күйінен «шығарылды» күйіне өтуге болмайды. Мүмкін: тексерілді.",
        ),
    ],
)
def test_a_refusal_is_said_with_its_statuses_in_the_readers_language(language, said):
    with pytest.raises(StepNotAllowed) as refused:
        DECLARATION.require_step(DeclarationStatus.INSPECTION_ORDERED, DeclarationStatus.RELEASED)
    with translation.override(language):
        assert words.sentence(refused.value.message, refused.value.facts) == said


@pytest.mark.parametrize("phrase", ["UNA, UNB or UNH", "messages within groups, or without any"])
def test_a_phrase_with_commas_is_one_phrase(phrase):
    with translation.override("ru"):
        assert words.sentence("%(expected)s", {"expected": phrase}) == translation.gettext(phrase) != phrase


def test_what_a_caller_is_to_write_stays_as_it_is_written():
    with translation.override("zh-hans"):
        told = words.sentence(
            "“%(kind)s” is not one of: %(possible)s.", {"kind": "owner", "possible": "shipper, order"}
        )
    assert told == "“owner”不在下列之中：shipper, order。"


@pytest.mark.django_db
class TestPages:
    @pytest.mark.parametrize(
        ("language", "menu", "state", "held", "done"),
        [
            ("zh-hans", "报关单", "在堆场", "被海关扣留：documents", "设置扣留 – 已完成 1 项"),
            ("ru", "Декларации", "на площадке", "Запрет (таможня): documents", "Наложить запрет – выполнено 1"),
            ("kk", "Декларациялар", "алаңда", "Тыйым (кеден): documents", "Тыйым салу – 1 орындалды"),
        ],
    )
    def test_a_planner_reads_menu_visit_and_answers(self, client, lyg, language, menu, state, held, done):
        rights = ["containers.view_visit", "containers.change_hold", "containers.view_hold", "customs.view_declaration"]
        user = staff(*rights, username="zhang.wei", terminal=lyg)
        user.language = language
        user.save()
        client.force_login(user)
        visit = VisitFactory(terminal=lyg, active=True)
        HoldFactory(visit=visit, owner="customs", reason="documents")
        page = client.get(reverse("admin:containers_visit_change", args=[visit.pk])).content.decode()
        assert menu in client.get(reverse("admin:index")).content.decode()
        assert state in page
        assert held in page
        act = reverse("admin:containers_visit_do", args=[visit.pk, "place_hold"])
        answers = {"answered": "1", "owner": "terminal", "step": "", "reason": "damaged door", "reference": ""}
        assert done in client.post(act, answers, follow=True).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "subject", "told"),
    [
        ("zh-hans", "堆场已满 87%：87 / 100 TEU", "在场最久的集装箱"),
        ("kk", "Алаң 87 % толды: 100 TEU ішінен 87", "Ең ұзақ тұрған контейнерлер"),
    ],
)
def test_an_alert_is_mailed_in_its_readers_language(lyg, language, subject, told):
    SubscriptionFactory(terminal=lyg, user=UserFactory(username="madina", language=language))
    RuleFactory(terminal=lyg, capacity=Decimal(100))
    VisitFactory.create_batch(87, terminal=lyg, active=True)
    for minutes in range(17):
        services.watch_capacity(lyg, MONDAY_TEN + timedelta(minutes=minutes))
    (mail,) = Notice.objects.all()
    assert mail.subject.replace("\u00a0", " ").startswith(subject)
    assert told in mail.text
    assert told in mail.html
    assert "%(" not in mail.text + mail.html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("zh-CN,zh;q=0.9", "CSQU3054384 的校验码为 4"),
        ("ru-RU,ru;q=0.9", "Контрольная цифра CSQU3054384 – 4"),
        ("kk", "CSQU3054384 бақылау цифры – 4"),
        ("fr", "The check digit of CSQU3054384 is 4"),
    ],
)
def test_a_program_is_answered_in_the_language_it_accepts(lyg, asked, said):
    answer = program("astana-grain").get("/api/v1/containers/CSQU3054384/", **{"Accept-Language": asked})
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "arrived, in processing."), ("ru", "прибытие состоялось, в обработке.")]
)
def test_a_remedy_names_phases_by_their_labels(language, said):
    ready = Situation(state=VisitState.ACTIVE, position=Position.IN_YARD, laden=False, departure_call_phase=Phase.READY)
    found = {each.code: each for each in blockers(ready, Step.LOAD, MONDAY_TEN)}["departure-call-not-workable"]
    with translation.override(language):
        assert words.sentence(found.remedy, found.facts).endswith(said)
