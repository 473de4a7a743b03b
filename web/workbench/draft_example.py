"""The way to what the check found in a draft, shown on its drawing step by step. Each step is an address of its own, so
that nothing is missing without scripts."""

from __future__ import annotations

import yaml
from flask import abort, render_template, request

from engine import model
from engine.model.definition import Finding
from procedures import authoring
from procedures.proving import examples
from web.house import database
from web.i18n import language
from web.paging import number_of
from web.permissions import allowed
from web.workbench import KEEPERS, blueprint, drafted
from web.workbench.drafting import draft_of


@blueprint.app_template_test("walkable")
def _walkable(finding: Finding) -> bool:
    """Whether there is a way to what a finding says."""
    return examples.shows(finding)


@blueprint.get("/soan-thao/<draft>/duong-toi-loi/<rule>/<element>")
@allowed(*KEEPERS)
def draft_example(draft: str, rule: str, element: str) -> str:
    with database().begin() as tx:
        found = draft_of(tx, draft)
        files = authoring.files_of(tx, draft)
        findings = drafted.findings(tx, files)
    example = examples.of(files, rule, element, language())
    if example is None:
        abort(404)
    step = min(number_of(request.args.get("buoc")), len(example.steps))
    marks = example.steps[step - 1].marks
    return render_template(
        "workbench/draft/example.html",
        draft=found,
        rule=rule,
        element=element,
        finding=next((one for one in findings if (one.rule, one.element) == (rule, element)), None),
        name=drafted.places(files).get(element, element),
        example=example,
        step=step,
        marks=marks,
        svg=model.draw(files[example.file].encode(), dict(marks)),
        script=yaml.safe_dump(dict(example.script), allow_unicode=True, sort_keys=False) if example.script else "",
    )
