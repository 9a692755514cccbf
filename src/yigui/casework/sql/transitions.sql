-- casework_transitions_v1: the changes of status a case may go through.
-- Made by `./yigui docs transitions --write` from `casework/transitions.py`; a test compares. Do not edit.
-- Grain: one row per change; source '' is a new case; after_refusal: only while the case says why its effects were refused.
CREATE OR REPLACE FUNCTION casework_transitions_v1() RETURNS TABLE (source text, target text, after_refusal boolean)
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    VALUES
        ('', 'approved', false), ('', 'open', false), ('', 'waiting', false),
        ('approved', 'finished', false), ('approved', 'returned', true), ('approved', 'withdrawn', true),
        ('open', 'approved', false), ('open', 'declined', false), ('open', 'open', false), ('open', 'returned', false), ('open', 'withdrawn', false),
        ('returned', 'approved', false), ('returned', 'declined', false), ('returned', 'open', false), ('returned', 'waiting', false), ('returned', 'withdrawn', false),
        ('waiting', 'approved', false), ('waiting', 'open', false), ('waiting', 'returned', false), ('waiting', 'withdrawn', false);
$$;
