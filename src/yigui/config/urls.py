"""Addresses: those of every room, where it says they lie."""

from importlib import import_module
from typing import Any

from django.urls import include, path

from yigui.common.rooms import Mount, rooms

handler404 = "yigui.ui.views.not_found"
handler500 = "yigui.ui.views.server_error"


def _mounted(mount: Mount) -> Any:
    module, _, attribute = mount.urls.partition(":")
    if attribute:
        return path(mount.prefix, getattr(import_module(module), attribute).urls)
    return path(mount.prefix, include(module, namespace=mount.namespace or None))


# Those with a place of their own first, the deeper ones before the shorter: what has none is tried address by address.
_mounts = [mount for room in rooms() for mount in room.mounts]
urlpatterns = [_mounted(mount) for mount in sorted(_mounts, key=lambda mount: (-mount.prefix.count("/"), not mount.prefix))]
