"""A model as BPMN XML again, with what its diagram leaves out."""
