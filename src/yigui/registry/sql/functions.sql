-- Numbers of the registry: 个人编号 (12 places) and 单位编号 (10 places); never used again.
CREATE SEQUENCE IF NOT EXISTS registry_person_no START 510000000001;
CREATE SEQUENCE IF NOT EXISTS registry_unit_no START 5100000001;
