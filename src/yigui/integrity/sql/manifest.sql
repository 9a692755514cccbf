-- Statements of `integrity/manifest.py`.

-- name: guards_of_parts
-- Tables of batches by their names: the guards that refuse and are switched on, other triggers, whether attached to a table, whether a policy stands on it.
-- One row per table that is there.
SELECT c.relname::text,
    coalesce(array_agg(g.tgname::text ORDER BY g.tgname) FILTER (WHERE p.proname = 'warrants_refuse_v1' AND g.tgenabled IN ('O', 'A')), '{}'),
    coalesce(array_agg(g.tgname::text ORDER BY g.tgname) FILTER (WHERE p.proname <> 'warrants_refuse_v1'), '{}'),
    c.relispartition, EXISTS (SELECT 1 FROM pg_policy o WHERE o.polrelid = c.oid)
FROM pg_class c LEFT JOIN pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal LEFT JOIN pg_proc p ON p.oid = g.tgfoid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname = ANY (%s)
GROUP BY c.oid ORDER BY 1
