"""WSGI entry for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigui.config.settings")
# Nor is it looked through while it is loaded.
gc.disable()
application = get_wsgi_application()

from yigui.config.warm import warm_up  # noqa: E402  (needs Django set up)

warm_up()

# What is loaded by now stays; collecting it over and over costs a tenth of every request (measured).
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
gc.enable()
