-- title: { zh: 政策清单, en: Policies }
-- row: { zh: 一项政策, en: one policy }
-- key: [policy_code]
-- fresh: live
-- scope: none
-- columns:
--   policy_code: { zh: 编码, en: Code, grade: public }
--   title: { zh: 名称, en: Title, grade: public }
--   entity: { zh: 对象, en: For, grade: public }
--   owner_code: { zh: 主管部门, en: Owner, grade: public }
--   document: { zh: 文号, en: Document, grade: public }
--   version: { zh: 现行版本, en: Version in force, grade: public }
--   ended_on: { zh: 停止日期, en: Ended on, grade: public }
select p.code as policy_code, p.title_zh as title, p.entity, p.owner_id as owner_code, p.document,
    p.number as version, p.ended_on
from rule_policy p
