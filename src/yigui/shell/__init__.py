"""The shell (框架): the frame around every page of an officer: the menu of the role, the demonstration day, the version."""
