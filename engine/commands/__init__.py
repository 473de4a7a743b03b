"""What can be done to the engine: a function for each command, one transaction for each call.

The first argument of each is a `Database`, for a transaction of its own, or a `Tx`, to join one. A refusal is a
`Refusal`: a sentence that names the thing and its state, and nothing has changed.
"""

from engine.commands.calls import BpmnError, call_error, complete_call, fail_call
from engine.commands.deploy import Deployment, DeploymentRefused, deploy, retire
from engine.commands.incidents import (
    OpenIncident,
    incidents,
    retry_incident,
    retry_incidents,
    stopped_again,
    throw_error_at_incident,
)
from engine.commands.instances import (
    cancel_instance,
    move,
    resume,
    set_variables,
    suspend,
    terminate,
)
from engine.commands.messages import message, signal
from engine.commands.reading import Instance, find, marks, process_of, run_of, variables_of
from engine.commands.start import start
from engine.commands.tasks import (
    back,
    claim,
    complete,
    escalate,
    reassign,
    reassign_many,
    release,
    set_due,
    throw_error,
)
from engine.commands.timers import set_timer
from engine.refusal import Refusal

__all__ = [
    "BpmnError",
    "Deployment",
    "DeploymentRefused",
    "Instance",
    "OpenIncident",
    "Refusal",
    "back",
    "call_error",
    "cancel_instance",
    "claim",
    "complete",
    "complete_call",
    "deploy",
    "escalate",
    "fail_call",
    "find",
    "incidents",
    "marks",
    "message",
    "move",
    "process_of",
    "reassign",
    "reassign_many",
    "release",
    "resume",
    "retire",
    "retry_incident",
    "retry_incidents",
    "run_of",
    "set_due",
    "set_timer",
    "set_variables",
    "signal",
    "start",
    "stopped_again",
    "suspend",
    "terminate",
    "throw_error",
    "throw_error_at_incident",
    "variables_of",
]
