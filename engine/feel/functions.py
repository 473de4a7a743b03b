"""Functions as values: built in, or written in FEEL with `function(…)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.feel.bounds import Run
    from engine.feel.types import Type

Body = Callable[[list[Any]], Any]


class Function:
    """What can be invoked. `parameters` are the names of its formal parameters."""

    name: str = "function"
    parameters: tuple[str, ...] = ()

    def refuse(self, run: Run, place: Any = None) -> None:
        """Note that the arguments do not fit."""
        run.note("arguments", (self.name, self.taken()), place)

    def taken(self) -> str:
        """The parameters, as a sentence shows them."""
        return f"({', '.join(self.parameters)})"

    def accepts(self, kinds: Sequence[str]) -> bool:
        """Whether arguments of these kinds can be passed, as far as the function says what it takes."""
        return len(kinds) == len(self.parameters)

    def call(self, run: Run, arguments: Sequence[Any]) -> Any:
        """The value for arguments by position."""
        raise NotImplementedError

    def call_named(self, run: Run, arguments: Mapping[str, Any]) -> Any:
        """The value for arguments by name: parameters without one are null, an unknown name makes the whole null
        (DMN 10.3.2.13.5)."""
        if not set(arguments) <= set(self.parameters):
            self.refuse(run)
            return None
        return self.call(run, [arguments.get(name) for name in self.parameters])

    def __str__(self) -> str:
        return f"function({', '.join(self.parameters)})"

    def __repr__(self) -> str:
        return f"<{self}>"


class FeelFunction(Function):
    """A function of FEEL text: its parameters' slots and its body, with the locals that it saw when it was made."""

    __slots__ = ("body", "captured", "context", "depth", "name", "parameters", "result", "slots", "types")

    def __init__(
        self,
        parameters: tuple[str, ...],
        types: tuple[Type | None, ...],
        slots: tuple[int, ...],
        body: Body,
        captured: list[Any],
        depth: int,
        name: str = "function",
        result: Type | None = None,
    ) -> None:
        self.parameters, self.types, self.slots = parameters, types, slots
        self.body, self.captured, self.depth = body, captured, depth
        self.name, self.result = name, result
        self.context: Mapping[str, Any] | None = captured[0].context if captured[0] is not None else None

    def call(self, run: Run, arguments: Sequence[Any]) -> Any:
        from engine.feel.bounds import MAX_DEPTH
        from engine.feel.errors import FeelLimitError
        from engine.feel.types import coerce

        if len(arguments) != len(self.slots):
            self.refuse(run)
            return None
        env = self.captured[:]
        env[0] = run
        for slot, value, wanted in zip(self.slots, arguments, self.types, strict=True):
            if wanted is not None and value is not None:
                value, fits = coerce(value, wanted, run)
                if not fits:
                    self.refuse(run)
                    return None
            env[slot] = value
        run.depth += self.depth
        if run.depth > MAX_DEPTH:
            raise FeelLimitError("depth", (), *run.place)
        run.charge(self.depth + (len(env) >> 3))
        outside = run.context
        if self.context is not None:
            run.context = self.context
        value = self.body(env)
        run.context = outside
        run.depth -= self.depth
        if self.result is not None and value is not None:
            value, fits = coerce(value, self.result, run)
            if not fits:
                run.note("type_error", (self.name, str(self.result)))
                return None
        return value


class External(Function):
    """A function of another language (Java, PMML): never called (DMN 10.3.2.13.3)."""

    def __init__(self, parameters: tuple[str, ...]) -> None:
        self.parameters = parameters

    def call(self, run: Run, arguments: Sequence[Any]) -> Any:
        run.note("external")
        return None
