"""Preparing a bloc's next season: what is typed on each page is kept until it is opened."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from compacts.permissions import can_create_season
from scoring.models import PlannedStep, SeasonPlan
from scoring.rules import PlanStep
from units.access import require
from units.models import Bloc, Person
from units.rules import EditConflictError, RuleError
from units.services.audit import SET_UP_CHAIN, record

# More than any page of the plan can hold; what is longer is nobody's typing.
MOST_VALUES = 2_000
LONGEST_VALUE = 4_000


@transaction.atomic
def save_step(
    *,
    actor: Person,
    bloc: Bloc,
    step: PlanStep,
    version: int,
    typed: Mapping[str, list[str]],
) -> PlannedStep:
    """Keep what was typed on the page ``step``, right or wrong.

    ``version`` is the one that the page was read with, 0 where nothing was kept yet. Raises
    ``EditConflictError`` where somebody has saved the same page since.
    """
    # The bloc's row is held, for the plan's may not be there yet.
    bloc = Bloc.objects.select_for_update().get(pk=bloc.pk)
    require(can_create_season(actor, bloc))
    if sum(map(len, typed.values())) > MOST_VALUES or any(
        len(value) > LONGEST_VALUE for values in typed.values() for value in values
    ):
        raise RuleError(_("Nội dung quá dài, không lưu được."))
    plan, _made = SeasonPlan.objects.get_or_create(bloc=bloc, defaults={"begun_by": actor})
    stored = plan.steps.select_related("saved_by").filter(step=step).first()
    if (stored.version if stored else 0) != version:
        who = stored.saved_by.full_name if stored else ""
        raise EditConflictError(
            _("%(who)s vừa lưu bước này.") % {"who": who}
            if who
            else _("Bản nháp này vừa bị bỏ hoặc đã thành mùa thi đua; hãy xem lại.")
        )
    if stored is None:
        stored = PlannedStep(plan=plan, step=step, version=0)
    stored.typed = dict(typed)
    stored.version += 1
    stored.saved_by = actor
    stored.save()
    plan.edition += 1
    plan.save(update_fields=["edition"])
    return stored


@transaction.atomic
def discard_plan(*, actor: Person, bloc: Bloc) -> bool:
    """Throw away what was prepared; whether there was anything. Recorded with who had begun it."""
    bloc = Bloc.objects.select_for_update().get(pk=bloc.pk)
    require(can_create_season(actor, bloc))
    plan = SeasonPlan.objects.select_related("begun_by").filter(bloc=bloc).first()
    if plan is None:
        return False
    record(
        chain=SET_UP_CHAIN,
        actor=actor,
        action="discard_season_plan",
        target=f"bloc:{bloc.pk}",
        summary=_("%(who)s bỏ bản nháp mùa thi đua tiếp theo của %(bloc)s.")
        % {"who": actor.full_name, "bloc": bloc.name},
        before={"begun_by": plan.begun_by.full_name, "edition": plan.edition},
    )
    plan.delete()
    return True
