-- Statements of `integrity.privileges`.

-- name: functions
-- Every function of the house: signature, name, who besides its owner may execute it, and whether its search path is pinned.
SELECT p.oid::regprocedure::text, p.proname::text,
    coalesce(array_agg(CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END) FILTER (WHERE a.grantee IS DISTINCT FROM p.proowner AND a.privilege_type IS NOT NULL), '{}'),
    EXISTS (SELECT 1 FROM unnest(p.proconfig) AS c WHERE c IN ('search_path=public, pg_temp', 'search_path=pg_catalog, pg_temp', 'search_path=public, pg_catalog, pg_temp')) OR p.prosqlbody IS NOT NULL
FROM pg_proc p LEFT JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a ON true
WHERE p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
GROUP BY p.oid ORDER BY 1
