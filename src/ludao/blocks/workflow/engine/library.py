"""What the house changes in the library, all in one place, and why.

- One clock: `clock.now` decides when a timer fires, so that a test or a simulation may set it.
- Tasks are numbered from 1 in each process instead of by UUIDs: small to keep, and the same after loading.
- The data of a process stand together, in one dict that its tasks share. The library copies them to every task and
  merges the copies where branches meet, which costs most of a step and drops what two lists have in common. Only an
  instance of a multi-instance task with an input item, and what stands in it, has a dict of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import Any

from SpiffWorkflow import task
from SpiffWorkflow.bpmn.specs import bpmn_process_spec
from SpiffWorkflow.bpmn.specs.event_definitions import timer
from SpiffWorkflow.bpmn.specs.mixins import multiinstance_task, subworkflow_task, unstructured_join

from .timers import Moment

_numbers: ContextVar[Iterator[int]] = ContextVar("numbers")


@contextmanager
def numbering(numbers: Iterator[int]) -> Iterator[None]:
    """Tasks made inside are numbered by this."""
    token = _numbers.set(numbers)
    try:
        yield
    finally:
        _numbers.reset(token)


def numbers_after(last: int) -> Iterator[int]:
    return count(last + 1)


def install() -> None:
    timer.datetime = Moment
    task.uuid4 = lambda: next(_numbers.get())
    task.DeepMerge = _Inherited
    for module in (bpmn_process_spec, multiinstance_task, unstructured_join):
        module.DeepMerge = _Merged
    subworkflow_task.SubWorkflowTask.copy_data = _copy_data
    subworkflow_task.SubWorkflowTask.update_data = _update_data
    subworkflow_task.CallActivity.copy_data = _copy_data
    subworkflow_task.CallActivity.update_data = _update_data
    multiinstance_task.MultiInstanceTask.merge_child = _merge_child


class _Inherited:
    """A task shares its parent's dict, unless it was given something of its own."""

    @staticmethod
    def merge(own: dict[str, Any], parents: dict[str, Any]) -> dict[str, Any]:
        return parents if own is parents or not own else {**parents, **own}


class _Merged:
    @staticmethod
    def merge(into: dict[str, Any], from_: dict[str, Any]) -> dict[str, Any]:
        if into is not from_:
            into.update(from_)
        return into


def _copy_data(self: Any, my_task: Any, subworkflow: Any) -> None:
    subworkflow.task_tree.data = my_task.data


def _update_data(self: Any, my_task: Any, subworkflow: Any) -> None:
    pass


_plain_merge_child = multiinstance_task.MultiInstanceTask.merge_child


def _merge_child(self: Any, workflow: Any, child: Any) -> None:
    """The item belongs to one instance alone."""
    _plain_merge_child(self, workflow, child)
    for item in (self.input_item, self.output_item):
        if item is not None:
            child.parent.data.pop(item.bpmn_id, None)
