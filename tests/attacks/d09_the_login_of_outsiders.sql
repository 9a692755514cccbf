-- D9. With an SQL injection in a page for people outside: their login cannot stop others, keeps nothing and does not last.

-- attack: D9.1 The lock of the nightly seal, held until the connection ends
-- login: outside
-- refused: 42501
SELECT pg_advisory_lock(7001);

-- attack: D9.2 The same for one transaction
-- login: outside
-- refused: 42501
SELECT pg_advisory_xact_lock(7002, 1);

-- attack: D9.3 A try for it
-- login: outside
-- refused: 42501
SELECT pg_try_advisory_lock(7005, 1);

-- attack: D9.4 A large object
-- login: outside
-- refused: 42501
SELECT lo_from_bytea(0, 'x');

-- attack: D9.5 A large object of the application
-- login: app
-- refused: 42501
SELECT lo_create(0);

-- attack: D9.6 A file of the server into a large object
-- login: app
-- refused: 42501
SELECT lo_import('/etc/passwd');

-- attack: D9.7 Ending the session of another outsider
-- login: outside
-- refused: 42501
SELECT pg_terminate_backend(pg_backend_pid());

-- attack: D9.8 Cancelling what another outsider asks
-- login: outside
-- refused: 42501
SELECT pg_cancel_backend(pg_backend_pid());

-- attack: D9.9 Waking the queue by its function
-- login: outside
-- refused: 42501
SELECT pg_notify('procrastinate_any_queue', '{}');

-- attack: D9.10 A password of its own
-- login: outside
-- refused: 25006
ALTER ROLE yigui_outside PASSWORD 'mine';

-- attack: D9.11 Settings of its own
-- login: outside
-- refused: 25006
ALTER ROLE yigui_outside SET statement_timeout = 0;

-- attack: D9.12 More room for its sorting
-- login: outside
-- refused: 42501
SET temp_file_limit = -1;

-- attack: D9.13 A password for the owner
-- login: app
-- refused: 42501
ALTER ROLE yigui_owner PASSWORD 'mine';

-- attack: D9.14 Becoming the application
-- login: outside
-- refused: 42501
SET LOCAL ROLE yigui_app;

-- attack: D9.15 Becoming the owner
-- login: app
-- refused: 42501
SET LOCAL ROLE yigui_owner;

-- attack: D9.16 Filling the log with messages
-- login: outside
-- refused: 42501
SELECT pg_logical_emit_message(false, 'a', repeat('x', 1000));

-- attack: D9.17 Pictures of the database in files, and old rows kept for them
-- login: outside
-- refused: 42501
SELECT pg_export_snapshot();

-- attack: D9.18 The same by the application
-- login: app
-- refused: 42501
SELECT pg_export_snapshot();

-- attack: D9.19 The courier fills the log with messages
-- login: courier
-- refused: 42501
SELECT pg_logical_emit_message(true, 'a', repeat('x', 1000));

-- attack: D9.20 In bytes
-- login: courier
-- refused: 42501
SELECT pg_logical_emit_message(false, 'a', '\x00'::bytea);

-- attack: D9.21 The courier keeps a picture
-- login: courier
-- refused: 42501
SELECT pg_export_snapshot();

-- attack: D9.22 The courier holds the lock of the nightly seal
-- login: courier
-- refused: 42501
SELECT pg_advisory_lock(7001);

-- attack: D9.23 The courier wakes the queue by its function
-- login: courier
-- refused: 42501
SELECT pg_notify('procrastinate_any_queue', '{}');

-- attack: D9.24 The courier keeps something in a large object
-- login: courier
-- refused: 42501
SELECT lo_from_bytea(0, 'x');

-- attack: D9.25 The courier ends others
-- login: courier
-- refused: 42501
SELECT pg_terminate_backend(pg_backend_pid());
