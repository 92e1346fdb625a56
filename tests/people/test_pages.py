"""The pages of people, sites and rotations, and the way of a new person to a password."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from farward.people.models import Membership, Rotation, Site, User
from farward.people.passwords import password_link
from tests.fixtures.cast import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, kofi: User) -> Client:
    client.force_login(kofi)
    return client


@pytest.fixture
def office(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def test_a_new_learner_is_mailed_a_link_chooses_a_password_and_is_in(desk: Client, site: Site) -> None:
    desk.post("/people/new", {"name": "Esi Boateng", "email": "esi@school.example", f"roles-{site.pk}": ["learner"]})
    esi = User.objects.get(email="esi@school.example")
    assert mail.outbox[0].to == ["esi@school.example"]
    link = re.search(r"http\S+", str(mail.outbox[0].body))
    assert link
    browser = Client()
    form = browser.get(link[0].partition("8000")[2], follow=True)
    assert "Choose a password" in form.content.decode()
    page, _status = form.redirect_chain[-1]
    done = browser.post(page, {"password1": "a ward lamp far away", "password2": "a ward lamp far away"})
    assert done.status_code == 302
    assert browser.get("/").context["user"] == esi
    assert "works no more" in Client().get(link[0].partition("8000")[2], follow=True).content.decode()


def test_a_coordinator_is_offered_only_the_roles_that_are_hers_to_give(desk: Client, site: Site) -> None:
    page = desk.get("/people/new").content.decode()
    assert re.findall(r'name="roles-[^"]+" value="(\w+)"', page) == ["learner", "preceptor"]


def test_a_role_that_was_not_offered_is_not_taken(desk: Client, site: Site) -> None:
    desk.post("/people/new", {"name": "Esi", "email": "e@school.example", f"roles-{site.pk}": ["administrator"]})
    assert not User.objects.filter(email="e@school.example").exists()


def test_a_taken_address_is_said_at_its_field(desk: Client, amina: User, site: Site) -> None:
    page = desk.post("/people/new", {"name": "A", "email": amina.email, f"roles-{site.pk}": ["learner"]})
    assert 'id="id_email_error"' in page.content.decode()


def test_where_no_role_is_ticked_the_page_says_so(desk: Client) -> None:
    page = desk.post("/people/new", {"name": "A", "email": "a@school.example"})
    assert "Choose at least one role" in page.content.decode()


def test_an_administrator_gives_and_takes_roles(office: Client, amina: User, site: Site, other_site: Site) -> None:
    office.post(
        f"/people/{amina.pk}/",
        {
            "name": "Amina Yusuf",
            "email": amina.email,
            "may_sign_in": "on",
            f"roles-{other_site.pk}": ["support", "learner"],
        },
    )
    held = set(Membership.objects.filter(user=amina).values_list("site__name", "role"))
    assert held == {(other_site.name, "support"), (other_site.name, "learner")}


def test_a_closed_account_is_out_at_once(office: Client, amina: User, site: Site) -> None:
    browser = Client()
    browser.force_login(amina)
    form = {"name": amina.name, "email": amina.email, f"roles-{site.pk}": ["learner"]}
    office.post(f"/people/{amina.pk}/", form)
    assert browser.get("/").status_code == 302


def test_a_person_with_more_rights_is_shown_without_a_form(desk: Client, support: User) -> None:
    page = desk.get(f"/people/{support.pk}/").content.decode()
    assert "only an administrator" in page
    assert 'name="email"' not in page
    assert desk.post(f"/people/{support.pk}/", {"name": "X", "email": "x@school.example"}).status_code == 404
    assert desk.post(f"/people/{support.pk}/password", {"way": "show"}).status_code == 404


def test_a_password_link_can_be_shown_for_passing_on(desk: Client, amina: User) -> None:
    page = desk.post(f"/people/{amina.pk}/password", {"way": "show"}).content.decode()
    assert "/accounts/password/reset/key/" in page
    assert mail.outbox == []


def test_a_closed_account_gets_no_password_link(office: Client, amina: User) -> None:
    User.objects.filter(pk=amina.pk).update(is_active=False)
    page = office.post(f"/people/{amina.pk}/password", {"way": "show"}, follow=True).content.decode()
    assert "Open the account first" in page


def test_where_mail_fails_the_page_says_what_to_do(desk: Client, amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.core.mail.EmailMessage.send", _broken)
    page = desk.post(f"/people/{amina.pk}/password", {"way": "mail"}, follow=True).content.decode()
    assert "show the link and pass it on" in page


def _broken(*_args: object, **_kwargs: object) -> int:
    raise OSError("no mail server")


def test_a_password_link_opens_nobody_elses_account(kofi: User, amina: User, osei: User, client: Client) -> None:
    for_amina = password_link(by=kofi, person=amina).partition("8000")[2]
    key = for_amina.rstrip("/").partition("-")[2]
    forged = reverse("account_reset_password_from_key", kwargs={"uidb36": osei.pk.hex, "key": key})
    assert "works no more" in client.get(forged, follow=True).content.decode()


def test_people_are_narrowed_by_words_and_role(desk: Client, amina: User, osei: User) -> None:
    page = desk.get("/people/", {"q": "osei", "role": "preceptor"}).content.decode()
    assert "Dr Osei" in page
    assert "Amina Yusuf" not in page
    assert "Nobody matches" in desk.get("/people/", {"q": "nobody at all"}).content.decode()


def test_a_site_is_added_with_its_zone_and_its_name_is_its_own(office: Client, site: Site) -> None:
    office.post("/sites/new", {"name": "Tamale", "time_zone": "Africa/Accra", "phone": ""})
    assert Site.objects.get(name="Tamale").time_zone == "Africa/Accra"
    page = office.post("/sites/new", {"name": site.name.upper(), "time_zone": "UTC"}).content.decode()
    assert "Another site has this name" in page


def test_a_made_up_zone_is_refused(office: Client) -> None:
    office.post("/sites/new", {"name": "Moon", "time_zone": "Luna/Tranquility"})
    assert not Site.objects.filter(name="Moon").exists()


def test_a_site_is_changed(office: Client, site: Site) -> None:
    office.post(f"/sites/{site.pk}/", {"name": site.name, "time_zone": "Africa/Kampala", "phone": "+256 12 345"})
    site.refresh_from_db()
    assert (site.time_zone, site.phone) == ("Africa/Kampala", "+256 12 345")


def test_a_rotation_is_added_and_changed(desk: Client, site: Site, amina: User, osei: User) -> None:
    form = {"name": "Block A", "starts_on": "2027-01-04", "ends_on": "2027-01-29", "learners": [str(amina.pk)]}
    desk.post(f"/sites/{site.pk}/rotations/new", form)
    rotation = Rotation.objects.get()
    assert list(rotation.learners.all()) == [amina]
    desk.post(f"/rotations/{rotation.pk}/", form | {"learners": [], "preceptors": [str(osei.pk)]})
    assert list(rotation.learners.all()) == []
    assert list(rotation.preceptors.all()) == [osei]


def test_a_rotation_that_ends_first_is_said_at_its_field(desk: Client, site: Site) -> None:
    form = {"name": "Block A", "starts_on": "2027-01-04", "ends_on": "2027-01-01"}
    page = desk.post(f"/sites/{site.pk}/rotations/new", form).content.decode()
    assert 'id="id_ends_on_error"' in page
    assert not Rotation.objects.exists()


def test_learners_of_another_site_are_not_offered_to_a_rotation(desk: Client, site: Site, other_site: Site) -> None:
    make_person("Far Learner", other_site, "learner")
    assert "Far Learner" not in desk.get(f"/sites/{site.pk}/rotations/new").content.decode()


@pytest.mark.parametrize("phone", ["12", "020 555 0100", "+254 20 CALL ME", "+1234567890123456", "+254;ext=1"])
def test_a_phone_that_nobody_could_dial_is_refused_with_what_to_write(office: Client, site: Site, phone: str) -> None:
    page = office.post(f"/sites/{site.pk}/", {"name": site.name, "time_zone": "UTC", "phone": phone})
    assert "Write the number with its country code" in page.content.decode()
    site.refresh_from_db()
    assert site.phone == "+254 700 000 001"


def test_the_price_of_a_megabyte_is_kept_with_its_currency(office: Client, site: Site) -> None:
    given = {"name": site.name, "time_zone": "UTC", "phone": "", "price_per_mb": "0.0875"}
    page = office.post(f"/sites/{site.pk}/", given)
    assert "Write the currency of the price" in page.content.decode()
    office.post(f"/sites/{site.pk}/", given | {"currency": "kes"})
    assert "0.0875 KES a megabyte" in office.get("/sites/").content.decode()
    office.post(f"/sites/{site.pk}/", given | {"price_per_mb": "", "currency": "kes"})
    site.refresh_from_db()
    assert (site.price_per_mb, site.currency) == (None, "")


@pytest.mark.parametrize("wrong", [{"price_per_mb": "-1"}, {"price_per_mb": "much"}, {"currency": "KSh."}])
def test_a_price_that_is_none_is_said_at_its_field(office: Client, site: Site, wrong: dict[str, str]) -> None:
    given = {"name": site.name, "time_zone": "UTC", "phone": "", "price_per_mb": "1", "currency": "KES"}
    page = office.post(f"/sites/{site.pk}/", given | wrong)
    assert page.context["form"].errors.keys() == wrong.keys()
