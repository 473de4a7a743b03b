"""Each address that can be opened, with whether opening it as an official leaves a record of reading."""

from __future__ import annotations

from collections.abc import Mapping

RECORDED: Mapping[str, frozenset[str]] = {
    "a dossier, its papers and letters": frozenset(
        {
            "desk.dossier_correct",
            "desk.dossier_label",
            "desk.dossier_page",
            "desk.paper_file",
            "desk.paper_made",
            "work.declaration",
            "work.dossier_control_sheet",
            "work.dossier_file",
            "work.dossier_model",
            "work.dossier_page",
            "work.letter",
            "work.task_page",
            "work.task_signature",
            "work.task_to_sign",
            "api_dossiers.read",
            "api_data.stands",
        }
    ),
    "lists that name people or dossiers": frozenset(
        {
            "api_tasks.listing",
            "desk.home",
            "money.page",
            "work.dossiers_list",
            "work.register",
            "work.slip_page",
            "work.slips_page",
            "work.task_list",
            "workbench.heat_dossiers",
            "workbench.incidents",
            "workbench.migration_plan",
            "workbench.running_list",
            "workbench.version_page",
        }
    ),
    "a document, its file and entry; lists of documents": frozenset(
        {
            "documents.axis_message",
            "documents.axis_page",
            "documents.book_page",
            "documents.document_file",
            "documents.document_signature",
            "documents.document_slip",
            "documents.draft_page",
            "documents.outgoing_list",
            "documents.document_page",
            "documents.incoming_list",
            "documents.register_page",
        }
    ),
    "what runs": frozenset(
        {
            "workbench.running_branch_data",
            "workbench.running_cancel",
            "workbench.running_data",
            "workbench.running_error",
            "workbench.running_model",
            "workbench.running_move",
            "workbench.running_page",
            "workbench.running_resume",
            "workbench.running_retry",
            "workbench.running_suspend",
            "workbench.running_terminate",
            "workbench.running_timer",
        }
    ),
    "data of an earlier intake": frozenset({"desk.intake_new"}),
    "the log of reading itself": frozenset({"admin.reads_list"}),
}
#: Endpoints, or the beginning of several, that leave none, and why.
NOT: Mapping[str, str] = {
    "account.": "one's own account",
    "admin.agenc": "agencies",
    "admin.certificate": "certificates of officials in their office",
    "admin.client": "programs",
    "admin.connector": "how lines to other systems stand; dossiers that a journal names are recorded",
    "admin.days": "days off",
    "admin.log_check": "figures and seals of the log, no person's data",
    "admin.official": "officials in their office",
    "admin.overview": "figures",
    "admin.portal_": "both sides' lists where they are compared: recorded then; the catalogue and routes",
    "admin.views": "columns and filters of lists",
    "api.openapi": "the description of the API",
    "api_data.statistics": "figures",
    "api_procedures.": "procedures",
    "board.": "figures",
    "desk.choose": "procedures",
    "documents.axis_agencies": "agencies",
    "money.closing_page": "codes and amounts of what one took oneself, or watches over",
    "health.": "the server itself",
    "citizen.": "citizens at what is theirs",
    "portal.": "citizens at their own dossiers, and what anybody may read",
    "static": "styles and scripts",
    "work.phrases_list": "phrases of officials",
    "work.signing_page": "codes of what one signed oneself, and what became of it",
    "workbench.draft": "drafts of bundles",
    "workbench.heat_page": "figures of a version",
    "workbench.log_": "logs of other systems, which an analyst brought in",
    "workbench.migration_begin": "versions",
    "workbench.migration_draft": "steps of versions",
    "workbench.migration_edit": "steps of versions",
    "workbench.version_model": "models",
    "workbench.versions": "models, and how many run on each",
}
