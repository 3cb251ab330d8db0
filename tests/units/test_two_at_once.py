"""Two who set up the same thing at once: nothing is overwritten unseen, nothing fails."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import World
from units.forms import set_up as forms
from units.models import Bloc, Council, Person, Unit


def edit_pages(world: World) -> dict[str, tuple[Any, str, str]]:
    """By kind: the row, the address of its form, and a field to change."""
    person = world.representative
    return {
        "council": (world.council, reverse("units:council_edit", args=[world.council.pk]), "name"),
        "unit": (
            world.btc,
            reverse("units:unit_edit", args=[world.council.pk, world.btc.pk]),
            "name",
        ),
        "bloc": (world.bloc, reverse("units:bloc_edit", args=[world.bloc.code]), "name"),
        "person": (person, reverse("units:person_edit", args=[person.pk]), "full_name"),
    }


@pytest.mark.parametrize("kind", ["council", "unit", "bloc", "person"])
def test_the_second_to_save_is_told_keeps_what_was_typed_and_may_insist(
    world: World, client: Client, kind: str
) -> None:
    row, address, field = edit_pages(world)[kind]
    client.force_login(world.operator)
    shown = client.get(address).context["form"]
    sent = {bound.html_name: bound.value() or "" for bound in shown}
    # The first presses twice: the same again is no conflict.
    for _press in range(2):
        assert client.post(address, sent | {field: "Người thứ nhất"}).status_code == 302
    refused = client.post(address, sent | {field: "Người thứ hai"})
    page = refused.content.decode()
    assert "Người khác vừa sửa nội dung này" in page
    assert 'value="Người thứ hai"' in page
    assert refused.context["form"].errors[field] == ["Bản đang lưu: Người thứ nhất"]
    row.refresh_from_db()
    assert getattr(row, field) == "Người thứ nhất"
    again = {bound.html_name: bound.value() or "" for bound in refused.context["form"]}
    assert client.post(address, again).status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == "Người thứ hai"


def test_a_new_password_is_asked_for_again_where_somebody_else_changed_the_person(
    world: World, client: Client
) -> None:
    _row, address, _field = edit_pages(world)["person"]
    client.force_login(world.operator)
    sent = {bound.html_name: bound.value() or "" for bound in client.get(address).context["form"]}
    client.post(address, sent | {"position": "Phó ban"})
    typed = {"position": "Trưởng ban", "password": "một mật khẩu dài"}
    assert "Hãy nhập lại mật khẩu mới." in client.post(address, sent | typed).content.decode()


NEW: dict[str, tuple[str, type[Any], str, dict[str, str]]] = {
    "council": ("units:council_new", Council, "name", {"name": "Hội đồng mới", "place": "Hà Nam"}),
    "unit": (
        "units:unit_new",
        Unit,
        "code",
        {"code": "moi", "name": "Ban mới", "short_name": "BM", "system": "party"},
    ),
    "bloc": (
        "units:bloc_new",
        Bloc,
        "code",
        {"code": "moi", "name": "Khối mới", "kind": "khoi", "letterhead": "state"},
    ),
    "person": (
        "units:person_new",
        Person,
        "username",
        {"username": "moi", "full_name": "Nguyễn Văn Mới", "is_active": "on"},
    ),
}


@pytest.mark.parametrize("kind", list(NEW))
def test_what_was_entered_between_the_look_and_the_saving_is_refused_at_its_field(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    name, model, field, facts = NEW[kind]
    args = [world.council.pk] if kind in ("unit", "bloc") else []
    client.force_login(world.operator)
    client.post(reverse(name, args=args), facts)
    refused = client.post(reverse(name, args=args), facts)
    told = refused.context["form"].errors[field]

    # Two presses at once: the form of the second found nothing either.
    form = getattr(forms, f"{model.__name__}Form")
    monkeypatch.setattr(form, "validate_unique", lambda self: None)
    monkeypatch.setattr(forms.UnitForm, "clean_code", lambda self: self.cleaned_data["code"])
    refused = client.post(reverse(name, args=args), facts)
    assert refused.context["form"].errors[field] == told
    assert model.objects.filter(**{field: facts[field]}).count() == 1
