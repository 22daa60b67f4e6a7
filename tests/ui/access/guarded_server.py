"""The page behind its gate, over the browser tests' engine: `guarded_server PORT SETTING=VALUE...`."""

from __future__ import annotations

import sys

from rag.settings import load_settings
from tests.ui.scripted_server import BrowserTestEngine
from ui.access.policy import open_access
from ui.access.protect import protect
from ui.access.watch import Watch
from ui.app import create_app
from ui.language_model import LanguageModel, ModelState, Stage
from ui.operation.logs import set_up_logs
from ui.operation.stopping import Running
from ui.server import open_port, serve

if __name__ == "__main__":
    settings = load_settings(dict(argument.split("=", 1) for argument in sys.argv[2:]))
    access, running = open_access(settings), Running()
    set_up_logs(settings)
    model = LanguageModel(ModelState(Stage.OFF))
    engine = BrowserTestEngine(model)
    engines = Watch(lambda: engine, access, running)
    app = create_app(engines, model, demo_page=True)
    protect(app, access, engines, model, running)
    serve(app, open_port(settings.host, int(sys.argv[1])), running=running, stop_seconds=settings.stop_seconds)
