-- title: { zh: 机构, en: Organisations }
-- row: { zh: 一个机构, en: one organisation of the city }
-- key: [code]
-- fresh: live
-- right: read_place
-- scope: none
-- columns:
--   code: { zh: 机构代码, en: Organisation code, grade: public }
--   name: { zh: 名称, en: Name, grade: public }
--   name_en: { zh: 英文名称, en: Name in English, grade: public }
--   short: { zh: 简称, en: Short name, grade: public }
--   kind: { zh: 类别, en: Kind, grade: public }
--   parent_code: { zh: 上级机构代码, en: Code of the organisation above, grade: public }
--   level: { zh: 层级, en: Level, grade: public }
--   area_code: { zh: 所辖区域代码, en: Code of its area, grade: public }
--   is_active: { zh: 在用, en: Active, grade: public }
select code, name, name_en, short, kind, parent_id as parent_code, level, area_id as area_code, is_active
from identity_organisation
