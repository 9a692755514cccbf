"""Styles and scripts under names that hold their digest, packed once: browsers keep them for good, and load an eighth of the bytes.

They lie in `YIGUI_DATA/static`. Names of earlier versions stay there, so that pages made before an upgrade find their styles.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

_STAMP = "collected"


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names with a digest where they have been collected; else plain ones, served from the sources (tests, tools)."""

    manifest_strict = False
    # What a style names is found by its digest too; maps for debuggers are not shipped.
    patterns = (("*.css", (r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",)),)

    def stored_name(self, name: str) -> str:
        """The name under which a file is served."""
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))


def collect_static() -> bool:
    """Collect and pack where a file is new or has changed; True when that was so. A folder that cannot be written stays as it is."""
    root = Path(settings.STATIC_ROOT)
    stamp, found = root / _STAMP, _fingerprint()
    try:
        if stamp.exists() and stamp.read_text() == found:
            return False
        root.mkdir(parents=True, exist_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(found)
    except OSError:
        return False
    return True


def _fingerprint() -> str:
    """Changes when a file does: names, sizes and times."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            seen.update(f"{path}\0{file.st_size}\0{file.st_mtime_ns}\n".encode())
    return seen.hexdigest()
