"""Evaluation: gold sets, measures without any judge model, regression runs."""
