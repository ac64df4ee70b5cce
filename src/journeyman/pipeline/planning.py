"""Planning: a person's plan, or a model's for a large task, becomes part of what every lineage is asked."""

from dataclasses import replace

from journeyman.domain.agent_events import PlanMade
from journeyman.domain.errors import SpentError
from journeyman.domain.run import Order
from journeyman.pipeline.meter import Meter, MeteredModel
from journeyman.pipeline.toolbox import Toolbox
from journeyman.stages.generate.plan import is_large, make_plan
from journeyman.stages.generate.strategy import Assignment

PERSON = "person"


async def planned(assignment: Assignment, *, order: Order, tools: Toolbox, meter: Meter) -> Assignment:
    """Return the assignment with its plan, if it has one; where the budget has no room for one, it has none.

    Raises:
        AdapterError: the model could not answer.
    """
    plan, by = order.plan, PERSON
    if not plan and (order.plan_only or (order.strategy == "agent" and is_large(assignment))):
        try:
            completion = await make_plan(assignment, model=MeteredModel(tools.model, meter), seed=order.seed)
        except SpentError:
            return assignment
        plan, by = completion.text.strip(), completion.served_model
    if not plan:
        return assignment
    await tools.step.append(PlanMade(by=by, body=await tools.step.keep(plan.encode("utf-8", "backslashreplace"))))
    return replace(assignment, plan=plan)
