"""BPMN, time and tokens. Knows no dossier, no Vietnam, no Flask."""
