"""Reports of a run: a page for people, JSON and JUnit XML for programs, CSV for spreadsheets."""

from eval.report.writing import HTML_FILE, Report, write_report

__all__ = ["HTML_FILE", "Report", "write_report"]
