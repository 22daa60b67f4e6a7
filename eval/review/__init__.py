"""The page on which people turn candidates into gold: `shuzheng eval review`.

Importing it switches Gradio's analytics off for the whole process, before Gradio is imported: nothing may leave the
machine.
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

from eval.review.desk import Desk
from eval.review.page import serve_review

__all__ = ["Desk", "serve_review"]
