"""The one check of a bundle: `models check`, `models test`, deployment and the workbench all ask it, so that what one
of them refuses all refuse, at the same file and line.

The engine checks models and decisions; this room checks what administration adds to them, as part of the same call
(`engine.model.check`).
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.model.bundle import Bundle
from engine.model.checks import conditions, variables
from engine.model.definition import Finding
from engine.model.extensions import Folders, host_variables
from engine.refusal import Lang
from procedures.bundle_check import counts, crossings, description, domains, law, letters, proactive, scenarios, terms
from procedures.bundle_check.files import HEADS, Files, read_forms

__all__ = ["HEADS", "BundleFolders"]


class BundleFolders(Folders):
    """A folder with `procedure.yaml` or `route.yaml` is a bundle."""

    heads = HEADS

    def check(self, bundle: Bundle, lang: Lang) -> Sequence[Finding]:
        files = Files(bundle, lang)
        head = files.head
        report = files.report(head)
        links = sorted(path for path in files.folder.rglob("*") if path.is_symlink())
        if links:  # what they lead to is none of the bundle: nothing is read
            for link in links:
                name, vi = link.relative_to(files.folder).as_posix(), "gói không được có liên kết tượng trưng"
                report.put("bundle-file", 1, "", name=name, reason=vi, reason_en="a bundle has no symbolic links")
            files.told(report)
            return files.found
        document = files.yaml(report, head)
        read_forms(files)
        said = description.read(document, report, head.name) if document is not None else None
        if said is not None and document is not None:
            known = frozenset(path.relative_to(files.folder).as_posix() for path in files.folder.rglob("*"))
            description.check(document, said, report, head.name, known)
            counts.check(files, document, report)
            law.check(document, said, report)
            proactive.check(files, document, said, report)
            if said["process"] not in bundle.processes:
                line = document.line(["process"])
                report.put("bundle-process", line, said["process"], head=head.name, name=said["process"])
        if not any(path.suffix == ".bpmn" for path in files.folder.iterdir()):
            report.put("bundle-empty", 1, "")
        files.told(report)
        crossings.check(files, said)
        crossings.outcomes(files)
        terms.check(files, said)
        declaration = str(document.value.get("form") or "") if document is not None else ""
        given = scenarios.check(files, declaration)
        given |= {entry.key for form in files.forms.values() for entry in form.inputs()}
        if document is not None:  # else nobody knows which form is the declaration
            letters.check(files, declaration, given)
        processes = [process for model in bundle.models.values() for process in model.processes.values()]
        return [
            *files.found,
            *variables.of_bundle(processes, given | host_variables(), lang),
            *conditions.of_bundle(processes, domains.of(files, declaration, variables.written(processes)), lang),
        ]
