"""The pages that set a season: two secretaries who have them open at once."""

from __future__ import annotations

import datetime

from django.test import Client
from django.urls import reverse

from compacts.rules import Step
from tests.cast import World, make_milestone


def shown(client: Client, address: str) -> dict[str, object]:
    """What the page sends along when nothing is changed on it."""
    form = client.get(address).context["form"]
    sent = {bound.html_name: bound.value() or "" for bound in form}
    for name in ("opens_at", "due_at", "extended_to"):
        if name in sent:
            sent[name] = form[name].as_widget().partition('value="')[2].partition('"')[0]
    return sent


def test_who_sets_a_season_that_another_has_just_set_is_told_and_may_insist(
    world: World, client: Client
) -> None:
    client.force_login(world.secretary)
    address = reverse("compacts:season_edit", args=["hn-dang", 2018])
    sent = shown(client, address)
    first = {"leader_name": "Trần Hai", "deputies": []}
    for _press in range(2):
        assert client.post(address, sent | first).status_code == 302
    refused = client.post(address, sent | {"theme": "Chủ đề khác"})
    assert "Người khác vừa sửa nội dung này" in refused.content.decode()
    assert "Chủ đề khác</textarea>" in refused.content.decode()
    told = {name: list(said) for name, said in refused.context["form"].errors.items()}
    assert told.pop("__all__")
    assert told == {
        "theme": [f"Bản đang lưu: {sent['theme']}"],
        "leader_name": ["Bản đang lưu: Trần Hai"],
        "deputies": ["Bản đang lưu: (để trống)"],
    }
    world.season.refresh_from_db()
    assert (world.season.leader_name, world.season.theme) == ("Trần Hai", sent["theme"])
    again = {bound.html_name: bound.value() or "" for bound in refused.context["form"]}
    assert client.post(address, again).status_code == 302
    world.season.refresh_from_db()
    assert world.season.theme == "Chủ đề khác"


def test_a_step_set_until_a_day_is_due_by_the_end_of_that_day(
    world: World, client: Client
) -> None:
    client.force_login(world.secretary)
    address = reverse("compacts:milestone", args=["hn-dang", 2018, Step.MIDYEAR])
    sent = shown(client, address) | {"is_on": "on", "opens_at": "15/6/2098"}
    assert client.post(address, sent | {"due_at": "15/7/2098"}).status_code == 302
    assert 'value="15/7/2098"' in client.get(address).content.decode()
    season = client.get(reverse("compacts:season", args=["hn-dang", 2018])).content.decode()
    assert "hạn hết ngày 15/7/2098" in " ".join(season.split())


def test_who_sets_a_date_that_another_has_just_put_off_is_told(
    world: World, client: Client
) -> None:
    world.season.milestones.filter(step=Step.SIGNING).delete()
    stored = make_milestone(world.season, Step.SIGNING, datetime.timedelta(days=1))
    client.force_login(world.secretary)
    address = reverse("compacts:milestone", args=["hn-dang", 2018, Step.SIGNING])
    sent = shown(client, address)
    first = {"extended_to": "17:00 1/2/2099", "extension_reason": "Bão số 3"}
    for _press in range(2):
        assert client.post(address, sent | first).status_code == 302
    refused = client.post(address, sent | {"due_at": "17:00 2/3/2098"}).content.decode()
    assert "Người khác vừa sửa nội dung này" in refused
    assert 'value="17:00 2/3/2098"' in refused
    assert "Bản đang lưu: 17:00 1/2/2099" in refused
    assert "Bản đang lưu: Bão số 3" in refused
    stored.refresh_from_db()
    assert stored.extension_reason == "Bão số 3"
