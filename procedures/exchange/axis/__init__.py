"""The national document axis: documents go to other systems and come from them (`docs/reference/axis.md`)."""
