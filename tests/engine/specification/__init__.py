"""The specification, element by element: what is executed, with its clause, and what is refused, with its rule."""
