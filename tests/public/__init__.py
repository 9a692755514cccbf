"""Tests of yigui.public."""
