"""The WSGI application, for any WSGI server; `lvlian serve` starts one."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lvlian.site.settings")
application = get_wsgi_application()
