"""Moves running processes to another version: first said which can and which cannot and why, then done."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from ludao.base.actor import Actor
from ludao.base.errors import Conflict
from ludao.base.text import t

from .drawings import drawing_of
from .engine.moving import hindrances, moved
from .engine.storing import load, save
from .models import Instance, Version
from .moving import _held


@dataclass(frozen=True)
class Verdict:
    """One running process: nothing stands against it, or what does."""

    instance: Instance
    reasons: list[str]

    @property
    def can(self) -> bool:
        return not self.reasons


def verdicts(version: Version, instances: Iterable[Instance]) -> list[Verdict]:
    """The dry run."""
    return [Verdict(instance, _reasons(instance, version)) for instance in instances]


def _reasons(instance: Instance, version: Version) -> list[str]:
    if not instance.is_open:
        return [str(t("已经结束", "It is over"))]
    if instance.version.definition_id != version.definition_id:
        return [str(t("是另一个流程", "It is another process"))]
    run = load(bytes(instance.held), drawing_of(instance.version), dict(instance.data))
    return hindrances(run, drawing_of(version))


@transaction.atomic
def move(actor: Actor, instance: Instance, version: Version) -> Instance:
    """Raises Conflict that says what stands against it. Open steps take the new version's words, roles and forms;
    their terms stay as they were given."""
    if version.is_draft:
        raise Conflict(t("只能迁移到已发布的版本", "Only to a published version"))
    instance = _held(instance.pk, suspended=True)
    if reasons := _reasons(instance, version):
        raise Conflict("；".join(reasons))
    run = moved(load(bytes(instance.held), drawing_of(instance.version), instance.data), drawing_of(version))
    seats = {one.id: one.seat for one in run.waiting()}
    for step in instance.steps.filter(closed_at=None):
        if seat := seats.get(step.task):
            step.title_zh, step.title_en, step.lane = seat.title_zh, seat.title_en, seat.lane[:120]
            step.role, step.kind, step.verbs, step.form = seat.role, seat.kind, list(seat.verbs), seat.form
            step.save()
    instance.version, instance.held = version, save(run)
    if instance.state != Instance.SUSPENDED:
        instance.wakes_at = run.due_at()
    instance.save(update_fields=["version", "held", "wakes_at"])
    return instance
