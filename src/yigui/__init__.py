"""yigui (一柜): one counter for all social-insurance business (一柜通办)."""

__version__ = "0.1.0"
