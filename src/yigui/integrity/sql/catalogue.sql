-- The catalogue of the database as it stands, thing by thing: what a preparation keeps and verification compares (`integrity/manifest.py`).

-- integrity_is_ours_v1: whether a schema is none of PostgreSQL's own.
CREATE OR REPLACE FUNCTION integrity_is_ours_v1(p_schema oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nspname <> 'information_schema' AND nspname !~ '^pg_' FROM pg_namespace WHERE oid = p_schema
$$;

-- integrity_acl_v1: rights as a text that does not depend on the order in which they were given; `p_default` where none are written down.
CREATE OR REPLACE FUNCTION integrity_acl_v1(p_acl aclitem[], p_default aclitem[] DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(string_agg(format('%s=%s%s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type,
        CASE WHEN a.is_grantable THEN '*' ELSE '' END), ',' ORDER BY a.grantee = 0, pg_get_userbyid(a.grantee)::text, a.privilege_type), '')
    FROM aclexplode(coalesce(p_acl, p_default)) AS a
$$;

-- integrity_catalogue_v1: every thing of the house in the catalogue, by kind and name, with all that makes it what it is; and of PostgreSQL's own, what
-- somebody could change. Bodies of functions stand apart (`body`). Kinds `leakproof`, `builtin_grant`: only what is added counts, for the
-- server's own preparation (server.sql) takes some away. Functions for one session (`pg_temp`) end with it. The text is the server's own; it depends on its release, and on no setting of a session.
CREATE OR REPLACE FUNCTION integrity_catalogue_v1() RETURNS TABLE (kind text, name text, said text)
LANGUAGE sql STABLE SET search_path = public, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres' SET bytea_output = 'hex' SET extra_float_digits = 1
SET quote_all_identifiers = off AS $$
    SELECT 'schema', n.nspname::text, concat_ws('|', pg_get_userbyid(n.nspowner), integrity_acl_v1(n.nspacl, acldefault('n', n.nspowner)))
    FROM pg_namespace n WHERE integrity_is_ours_v1(n.oid)
    UNION ALL
    SELECT 'function', p.oid::regprocedure::text, concat_ws('|', pg_get_userbyid(p.proowner), p.prokind, l.lanname, p.provolatile, p.proisstrict, p.prosecdef,
        p.proleakproof, p.proparallel, p.proretset, p.procost, p.prorows, p.prosupport::oid, p.prorettype::regtype, pg_get_function_arguments(p.oid),
        p.proconfig::text, integrity_acl_v1(p.proacl, acldefault('f', p.proowner)))
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE (integrity_is_ours_v1(p.pronamespace) OR p.oid >= 16384) AND NOT pg_is_other_temp_schema(p.pronamespace) AND p.pronamespace <> pg_my_temp_schema() AND NOT EXISTS (
        SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 'body', p.oid::regprocedure::text, concat_ws('|', p.prosrc, p.probin, pg_get_function_sqlbody(p.oid))
    FROM pg_proc p WHERE (integrity_is_ours_v1(p.pronamespace) OR p.oid >= 16384) AND NOT pg_is_other_temp_schema(p.pronamespace) AND p.pronamespace <> pg_my_temp_schema() AND NOT EXISTS (
        SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 'relation', c.oid::regclass::text, concat_ws('|', pg_get_userbyid(c.relowner), c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity,
        c.relispartition, c.relreplident, CASE WHEN c.relkind = 'v' THEN c.reloptions::text END,
        integrity_acl_v1(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)),
        pg_get_expr(c.relpartbound, c.oid), CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
        CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
        (SELECT string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid),
        (SELECT concat_ws(',', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcycle) FROM pg_sequence s WHERE s.seqrelid = c.oid))
    FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND (integrity_is_ours_v1(c.relnamespace) OR c.oid >= 16384 AND c.relnamespace = 'pg_catalog'::regnamespace)
    UNION ALL
    SELECT 'column', a.attrelid::regclass::text || '.' || a.attname, concat_ws('|', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
        a.attgenerated, pg_get_expr(d.adbin, d.adrelid), nullif(a.attcollation, t.typcollation)::regcollation::text, integrity_acl_v1(a.attacl))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'c', 'f') AND integrity_is_ours_v1(c.relnamespace) AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    -- Whether a column may be empty stands with the column.
    SELECT 'constraint', o.conrelid::regclass::text || '.' || o.conname, concat_ws('|', o.contype, pg_get_constraintdef(o.oid), o.convalidated, o.condeferrable, o.condeferred,
        (SELECT string_agg(concat_ws(',', g.tgrelid::regclass, g.tgfoid::regproc, g.tgtype, g.tgenabled, g.tgisinternal, g.tgdeferrable, g.tginitdeferred), ';'
            ORDER BY g.tgrelid::regclass::text, g.tgfoid::regproc::text, g.tgtype) FROM pg_trigger g WHERE g.tgconstraint = o.oid AND g.tgrelid IN (o.conrelid, o.confrelid)))
    FROM pg_constraint o WHERE integrity_is_ours_v1(o.connamespace) AND o.contype <> 'n'
    UNION ALL
    SELECT 'index', i.indrelid::regclass::text || '.' || x.relname, concat_ws('|', pg_get_indexdef(i.indexrelid), i.indisunique, i.indisvalid, i.indisready, i.indimmediate)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid WHERE integrity_is_ours_v1(c.relnamespace)
    UNION ALL
    SELECT 'trigger', g.tgrelid::regclass::text || '.' || g.tgname, concat_ws('|', pg_get_triggerdef(g.oid), g.tgenabled, g.tgtype, g.tgdeferrable, g.tginitdeferred,
        g.tgconstraint <> 0, g.tgparentid <> 0)
    FROM pg_trigger g WHERE NOT g.tgisinternal
    UNION ALL
    SELECT 'policy', p.polrelid::regclass::text || '.' || p.polname, concat_ws('|', p.polcmd, p.polpermissive,
        (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r)::text END, ',' ORDER BY r) FROM unnest(p.polroles) AS r),
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_policy p
    UNION ALL
    SELECT 'rule', r.ev_class::regclass::text || '.' || r.rulename, concat_ws('|', pg_get_ruledef(r.oid), r.ev_enabled)
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE integrity_is_ours_v1(c.relnamespace) OR r.oid >= 16384
    UNION ALL
    SELECT 'type', t.oid::regtype::text, concat_ws('|', t.typtype, pg_get_userbyid(t.typowner), t.typnotnull, t.typdefault, t.typbasetype::regtype, t.typinput, t.typoutput,
        integrity_acl_v1(t.typacl, acldefault('T', t.typowner)), (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
    FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE (integrity_is_ours_v1(t.typnamespace) OR t.oid >= 16384 AND t.typnamespace = 'pg_catalog'::regnamespace) AND t.typelem = 0 AND (t.typrelid = 0 OR c.relkind = 'c')
    UNION ALL
    SELECT 'operator', o.oid::regoperator::text, concat_ws('|', o.oprcode, o.oprrest, o.oprjoin, pg_get_userbyid(o.oprowner)) FROM pg_operator o WHERE o.oid >= 16384
    UNION ALL
    SELECT 'cast', format('%s %s', c.castsource::regtype, c.casttarget::regtype), concat_ws('|', c.castfunc::regprocedure, c.castcontext, c.castmethod) FROM pg_cast c WHERE c.oid >= 16384
    UNION ALL SELECT 'operator_class', format('%s %s', o.opcname, o.opcintype::regtype), o.opcdefault::text FROM pg_opclass o WHERE o.oid >= 16384
    UNION ALL SELECT 'conversion', format('%s.%s', c.connamespace::regnamespace, c.conname), concat_ws('|', c.conforencoding, c.contoencoding, c.conproc::oid, c.condefault)
        FROM pg_conversion c WHERE c.oid >= 16384
    UNION ALL SELECT 'access_method', a.amname::text, concat_ws('|', a.amhandler::regproc, a.amtype) FROM pg_am a
    UNION ALL SELECT 'transform', format('%s %s', t.trftype::regtype, l.lanname), concat_ws('|', t.trffromsql, t.trftosql) FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang
    UNION ALL SELECT 'collation', c.oid::regcollation::text, concat_ws('|', c.collprovider, c.collisdeterministic, c.collcollate, c.collctype)
        FROM pg_collation c WHERE integrity_is_ours_v1(c.collnamespace)
    UNION ALL SELECT 'statistics', s.stxname::text, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s
    UNION ALL SELECT 'extension', e.extname::text, '' FROM pg_extension e
    UNION ALL SELECT 'language', l.lanname::text, concat_ws('|', l.lanispl, l.lanpltrusted, l.lanplcallfoid::regproc, l.laninline::regproc,
        l.lanvalidator::regproc, integrity_acl_v1(l.lanacl, acldefault('l', l.lanowner))) FROM pg_language l
    UNION ALL SELECT 'event_trigger', e.evtname::text, concat_ws('|', e.evtevent, e.evtfoid::regproc, e.evtenabled) FROM pg_event_trigger e
    UNION ALL SELECT 'publication', p.pubname::text, concat_ws('|', p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate) FROM pg_publication p
    UNION ALL SELECT 'subscription', s.subname::text, '' FROM pg_subscription s WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    UNION ALL SELECT 'foreign_server', s.srvname::text, concat_ws('|', s.srvoptions::text, integrity_acl_v1(s.srvacl)) FROM pg_foreign_server s
    UNION ALL SELECT 'foreign_data', w.fdwname::text, concat_ws('|', w.fdwhandler::regproc, integrity_acl_v1(w.fdwacl)) FROM pg_foreign_data_wrapper w
    UNION ALL SELECT 'label', concat_ws(' ', s.objtype, s.objname), concat_ws('|', s.provider, s.label) FROM pg_seclabels s
    UNION ALL SELECT 'large_object', 'all', count(*)::text FROM pg_largeobject_metadata
    UNION ALL SELECT 'default_grant', concat_ws(' ', pg_get_userbyid(d.defaclrole), d.defaclnamespace::regnamespace, d.defaclobjtype), integrity_acl_v1(d.defaclacl) FROM pg_default_acl d
    UNION ALL SELECT 'database', 'grants', concat_ws('|', pg_get_userbyid(d.datdba), integrity_acl_v1(d.datacl, acldefault('d', d.datdba))) FROM pg_database d WHERE d.datname = current_database()
    UNION ALL
    -- What PostgreSQL brings: its functions, operators, casts and classes, each kind as one.
    SELECT 'builtin', 'functions', encode(sha256(convert_to(string_agg(concat_ws('|', p.oid, p.proname, p.prolang, p.prosrc, p.probin, p.prosecdef, p.proisstrict,
        p.provolatile, p.proconfig::text, p.proowner, pg_get_function_sqlbody(p.oid)), E'\n' ORDER BY p.oid), 'UTF8')), 'hex') FROM pg_proc p WHERE p.oid < 16384
    UNION ALL SELECT 'builtin', 'conversions', encode(sha256(convert_to(string_agg(concat_ws('|', c.oid, c.conname, c.conforencoding, c.contoencoding, c.conproc::oid, c.condefault),
        E'\n' ORDER BY c.oid), 'UTF8')), 'hex') FROM pg_conversion c WHERE c.oid < 16384
    UNION ALL SELECT 'builtin', 'types', encode(sha256(convert_to(string_agg(concat_ws('|', t.oid, t.typname, t.typlen, t.typbyval, t.typtype, t.typinput::oid, t.typoutput::oid,
        t.typreceive::oid, t.typsend::oid, t.typsubscript::oid, t.typelem, t.typbasetype, t.typdefault, t.typcollation), E'\n' ORDER BY t.oid), 'UTF8')), 'hex') FROM pg_type t WHERE t.oid < 16384
    UNION ALL SELECT 'builtin', 'aggregates', encode(sha256(convert_to(string_agg(concat_ws('|', a.aggfnoid::oid, a.aggtransfn::oid, a.aggfinalfn::oid, a.aggcombinefn::oid, a.agginitval),
        E'\n' ORDER BY a.aggfnoid::oid), 'UTF8')), 'hex') FROM pg_aggregate a WHERE a.aggfnoid::oid < 16384
    UNION ALL SELECT 'builtin', 'rules', encode(sha256(convert_to(string_agg(concat_ws('|', r.oid, r.ev_class::oid, r.rulename, r.ev_type, r.ev_enabled, r.is_instead, r.ev_qual::text,
        r.ev_action::text), E'\n' ORDER BY r.oid), 'UTF8')), 'hex') FROM pg_rewrite r WHERE r.oid < 16384
    UNION ALL SELECT 'builtin', 'operators', encode(sha256(convert_to(string_agg(concat_ws('|', o.oid, o.oprname, o.oprcode::oid, o.oprrest::oid), E'\n' ORDER BY o.oid), 'UTF8')), 'hex')
        FROM pg_operator o WHERE o.oid < 16384
    UNION ALL SELECT 'builtin', 'casts', encode(sha256(convert_to(string_agg(concat_ws('|', c.oid, c.castsource, c.casttarget, c.castfunc, c.castcontext, c.castmethod), E'\n' ORDER BY c.oid), 'UTF8')), 'hex')
        FROM pg_cast c WHERE c.oid < 16384
    UNION ALL SELECT 'builtin', 'operator_classes', encode(sha256(convert_to(string_agg(concat_ws('|', a.amopfamily, a.amoplefttype, a.amoprighttype, a.amopstrategy, a.amopopr), E'\n' ORDER BY a.oid), 'UTF8')), 'hex')
        FROM pg_amop a WHERE a.oid < 16384
    UNION ALL SELECT 'builtin', 'support_functions', encode(sha256(convert_to(string_agg(concat_ws('|', a.amprocfamily, a.amproclefttype, a.amprocrighttype, a.amprocnum, a.amproc::oid), E'\n' ORDER BY a.oid), 'UTF8')), 'hex')
        FROM pg_amproc a WHERE a.oid < 16384
    UNION ALL
    SELECT 'leakproof', p.oid::regprocedure::text, '' FROM pg_proc p WHERE p.oid < 16384 AND p.proleakproof
    UNION ALL
    SELECT 'builtin_grant', format('%s %s %s', p.oid::regprocedure, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type), ''
    FROM pg_proc p CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
    WHERE p.oid < 16384 AND a.grantee <> p.proowner
      AND NOT (pg_get_userbyid(a.grantee)::text IN ('yigui_owner', 'yigui_app') AND (p.proname ~ '^pg_(try_)?advisory_' OR p.proname IN ('pg_cancel_backend', 'pg_terminate_backend', 'pg_notify')))
    UNION ALL
    SELECT 'builtin_grant', format('%s %s %s', c.oid::regclass, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type), ''
    FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS a WHERE NOT integrity_is_ours_v1(c.relnamespace) AND a.grantee <> c.relowner
    UNION ALL
    SELECT 'builtin_grant', format('%s.%s %s %s', t.attrelid::regclass, t.attname, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type), ''
    FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid CROSS JOIN LATERAL aclexplode(t.attacl) AS a
    WHERE NOT integrity_is_ours_v1(c.relnamespace) AND a.grantee <> c.relowner
    UNION ALL
    SELECT 'parameter_grant', format('%s %s %s', p.parname, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type), ''
    FROM pg_parameter_acl p CROSS JOIN LATERAL aclexplode(p.paracl) AS a WHERE a.grantee <> 10
$$;

-- integrity_flags_v1: relations of the house whose entry in the catalogue says something else than what hangs on them: where it says "none", the server
-- asks for none, and neither guards, checks, policies nor indexes do anything, though they still stand there. Gives the relation and what is
-- denied: `triggers`, `checks`, `rules`, `indexes`, `policies`, `columns`, `children`. In every schema, of tables that come and go too. Vacuum resets a flag only where nothing is left.
CREATE OR REPLACE FUNCTION integrity_flags_v1() RETURNS TABLE (name text, what text)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT c.oid::regclass::text, f.what
    FROM pg_class c CROSS JOIN LATERAL (VALUES
        ('triggers', NOT c.relhastriggers AND EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgrelid = c.oid)),
        ('checks', c.relchecks <> (SELECT count(*) FROM pg_constraint o WHERE o.conrelid = c.oid AND o.contype = 'c')),
        ('rules', NOT c.relhasrules AND EXISTS (SELECT 1 FROM pg_rewrite r WHERE r.ev_class = c.oid)),
        ('indexes', NOT c.relhasindex AND EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid)),
        ('policies', NOT c.relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)),
        ('columns', c.relnatts <> (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0)
            OR EXISTS (SELECT 1 FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = c.oid AND NOT a.atthasdef)),
        ('children', NOT c.relhassubclass AND EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid))) AS f (what, is_so)
    WHERE f.is_so AND integrity_is_ours_v1(c.relnamespace) ORDER BY 1, 2
$$;
