"""Fire a Schedule trigger for a date instead of waiting for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.engine.dialects import TENANT
from bottleneck_tasks.engine.errors import EngineCallError, NotFound
from bottleneck_tasks.engine.executing import emit
from bottleneck_tasks.engine.java_bridge import calling_kestra, java_class

if TYPE_CHECKING:
    from datetime import datetime

    from bottleneck_tasks.engine.running_kestra import RunningKestra

__all__ = ["fire_schedule"]


def fire_schedule(kestra: RunningKestra, namespace: str, flow_id: str, trigger_id: str, *, date: datetime) -> str:
    """Let the trigger make its execution for the first tick at or after `date`; returns the execution's id.

    `date` needs a time zone. Kestra evaluates the trigger itself: inputs, labels and conditions are its own. Raises
    EngineCallError when the trigger makes none, because that tick is in the future or a condition refuses it.
    """
    if date.tzinfo is None:
        raise EngineCallError(f"The date {date} has no time zone.", "Pass an aware datetime.")
    with calling_kestra():
        flow = kestra.flow(namespace, flow_id)
        trigger = next((found for found in flow.getTriggers() or () if str(found.getId()) == trigger_id), None)
        if trigger is None:
            raise NotFound(f"The flow {namespace}.{flow_id} has no trigger {trigger_id}.")
        instant = java_class("java.time.ZonedDateTime").parse(date.isoformat())
        context = java_class("io.kestra.core.models.triggers.TriggerContext").builder()
        context = (
            context.tenantId(TENANT).namespace(namespace).flowId(flow_id).triggerId(trigger_id).date(instant).build()
        )
        contexts = kestra.bean("io.kestra.core.runners.RunContextFactory")
        run_context = contexts.initializer().forScheduler(contexts.of(flow, trigger), context, trigger)
        conditions = kestra.bean("io.kestra.core.services.ConditionService").conditionContext(run_context, flow, None)
        execution = kestra.dialect.evaluate_schedule(trigger, conditions, context)
        if execution is None:
            what = f"The Schedule {namespace}.{flow_id}.{trigger_id} makes no execution for {date.isoformat()}."
            raise EngineCallError(what, "Its next tick is in the future, or its conditions refuse it.")
    return emit(kestra, execution)
