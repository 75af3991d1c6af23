"""`make pictures`: the README's pictures into docs/pictures/, an organiser's way from pasted text to a published event
into docs/pictures/walk/, those of every page into docs/pictures/pages/.

python -m tests.pictures            all of them
python -m tests.pictures readme     the README's alone
python -m tests.pictures walk       those of the way alone
python -m tests.pictures pages      those of every page alone
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from eventsapp.database import db
from tests.journeys.site import running_browser, running_site
from tests.pictures import pages, readme, walk
from tests.pictures.camera import Camera


def main() -> None:
    asked = sys.argv[1:] or ["readme", "walk", "pages"]
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder)) as site, running_browser() as browser:
        camera = Camera(browser, site)
        with site.app.app_context():
            readme.fill()
            if "readme" in asked:
                readme.take_all(camera)
            if "walk" in asked:
                walk.take_all(camera)
            if "pages" in asked:
                pages.take_all(camera)
            db.session.remove()
            db.engine.dispose()


main()
