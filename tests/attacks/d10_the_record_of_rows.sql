-- The record of rows is written by the owner's triggers and functions alone: nobody else adds, changes or takes in.

-- attack: D10.1 An entry of one's own
-- login: app
-- refused: 42501
INSERT INTO integrity_entry (shape_id, part, op, keys, digests, stamp) VALUES (1, '', 'U', '{1}', '{x}', 'x');

-- attack: D10.2 The number of an entry taken before
-- login: app
-- refused: 42501
SELECT nextval('integrity_entry_id_seq');

-- attack: D10.3 A seal of one's own
-- login: app
-- refused: 42501
INSERT INTO integrity_root (number, day, first_entry, last_entry, entry_count, total_count, digest, events, previous, root, sealed_at)
VALUES (999999, '2026-11-10', 1, 1, 1, 1, '', '', '', '', now());

-- attack: D10.4 The counter of seals set back
-- login: app
-- refused: 42501
UPDATE integrity_counter SET number = 0;

-- attack: D10.5 A shape without the column that is to be changed
-- login: app
-- refused: 42501
INSERT INTO integrity_shape (table_name, columns, keys, attached) VALUES ('benefits_payment', '{batch_id}', '{batch_id}', '');

-- attack: D10.6 What was written past the triggers taken in
-- login: app
-- refused: 42501
SELECT integrity_take_in_v1('registry_person');

-- attack: D10.7 A table recorded anew
-- login: app
-- refused: 42501
SELECT integrity_record_v1('registry_person', '');

-- attack: D10.8 The recording of every table ended
-- login: app
-- refused: 42501
SELECT integrity_forget_v1('{}');

-- attack: D10.9 A record's trigger switched off
-- login: app
-- refused: 42501
ALTER TABLE registry_person DISABLE TRIGGER integrity_u;

-- attack: D10.10 A record's trigger on a table of one's own choice
-- login: app
-- refused: 42501
CREATE TRIGGER mine AFTER UPDATE ON casework_draft REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION integrity_of_casework_case();

-- attack: D10.11 The record read from outside
-- login: outside
-- refused: 42501
SELECT keys FROM integrity_entry;

-- attack: D10.12 Rows of others found out by what verification names
-- login: outside
-- refused: 42501
SELECT key FROM integrity_faults_v1('registry_person');
