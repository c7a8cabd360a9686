"""The desk's WSGI entry."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belowline.project.django_settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
