"""The roof: settings, addresses, the embedded database server, the supervisor behind `./run`, the `yigui` command."""
