"""Small DMN models as XML, for tests."""

from __future__ import annotations

from xml.sax.saxutils import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def model(body: str, name: str = "m", namespace: str = "urn:m") -> bytes:
    """A model around its elements."""
    root = f'<definitions xmlns="{NAMESPACE}" id="m" name="{name}" namespace="{namespace}">'
    return f"{root}{body}</definitions>".encode()


def inputs(*names: str) -> str:
    """Input data, each with its name (``name: type``) for id."""
    out = []
    for each in names:
        name, _, kind = (part.strip() for part in each.partition(":"))
        reference = f' typeRef="{kind}"' if kind else ""
        out.append(f'<inputData id="{name}" name="{name}"><variable name="{name}"{reference}/></inputData>')
    return "".join(out)


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def decision(name: str, logic: str, *needs: str, kind: str = "", knows: tuple[str, ...] = ()) -> str:
    """A decision and what it requires: inputs by name, decisions by ``!name``."""
    requirements = "".join(
        f'<informationRequirement><required{"Decision" if n[0] == "!" else "Input"} href="#{n.lstrip("!")}"/>'
        "</informationRequirement>"
        for n in needs
    ) + "".join(f'<knowledgeRequirement><requiredKnowledge href="#{k}"/></knowledgeRequirement>' for k in knows)
    reference = f' typeRef="{kind}"' if kind else ""
    variable = f'<variable name="{name}"{reference}/>'
    return f'<decision id="{name}" name="{name}">{variable}{requirements}{logic}</decision>'


def table(policy: str, columns: list[str], rules: list[list[str]], outputs: list[str], attributes: str = "") -> str:
    """A decision table; `outputs` are ``name`` or ``name = allowed values``; a rule has inputs, then outputs."""
    heads = "".join(f"<input><inputExpression><text>{escape(c)}</text></inputExpression></input>" for c in columns)
    for output in outputs:
        name, _, values = output.partition(" = ")
        allowed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
        heads += f'<output name="{name}">{allowed}</output>'
    body = "".join(
        "<rule>"
        + "".join(
            f"<{t}><text>{escape(c)}</text></{t}>"
            for i, c in enumerate(rule)
            for t in ["inputEntry" if i < len(columns) else "outputEntry"]
        )
        + "</rule>"
        for rule in rules
    )
    return f'<decisionTable hitPolicy="{policy}"{attributes}>{heads}{body}</decisionTable>'
