"""The chat page: question box, verified answers, quotes in their paragraphs.

Importing any module of this package switches Gradio's analytics off for the whole process, before Gradio is imported:
nothing may leave the machine (promise 3 of DESIGN.md), and no list of who asked when is kept in it.
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
"""Of the last 10,000 questions Gradio would note session and time, for a page of its own that the gate keeps closed."""
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"
"""Questions between two evaluations of that list; each takes 4 to 10 ms."""
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
