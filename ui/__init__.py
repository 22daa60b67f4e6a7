"""The chat page: question box, verified answers, quotes in their paragraphs.

Importing any module of this package switches Gradio's analytics off for the whole process, before Gradio is imported:
nothing may leave the machine (promise 3 of DESIGN.md).
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
