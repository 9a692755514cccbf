"""Names of database roles."""

#: The role of the application itself, bound by the guards.
APP_ROLE = "yigui_app"
#: The login of the process that sends messages: it reads and removes what waits for it (`Table.courier`), and nothing else.
COURIER_LOGIN = "yigui_courier"
