-- title: { zh: 重点人群, en: Groups at risk }
-- row: { zh: 一名重点人群居民, en: one resident of a group at risk }
-- key: [person_id]
-- fresh: daily
-- scope: { area: area_code }
-- columns:
--   person_id: { zh: 人员标识, en: Person }
--   area_code: { zh: 所在社区, en: Community }
--   name: { zh: 姓名, en: Name, grade: sensitive, mask: name }
--   phone: { zh: 联系电话, en: Phone, grade: sensitive, mask: phone }
--   risk_group: { zh: 人群, en: Group }
--   doses: { zh: 接种剂次, en: Doses }
select r.person_id, r.area_code, r.name, r.phone,
       case when i.age >= 80 then '80岁以上' when i.age >= 60 then '60至79岁' else '3至17岁' end as risk_group, i.doses
from data.person.resident r
join data.theme.epidemic_immunity i on i.person_id = r.person_id
where i.age >= 60 or i.age between 3 and 17
