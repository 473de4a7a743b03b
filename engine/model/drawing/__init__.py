"""A model as a picture: its diagram as SVG, and a diagram for a model that has none."""
