"""Names of database roles."""

#: The role of the application itself, bound by the guards.
APP_ROLE = "yigui_app"
