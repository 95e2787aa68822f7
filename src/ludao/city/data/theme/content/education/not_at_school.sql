-- title: { zh: 适龄未入学线索, en: Children of school age not found at a school }
-- row: { zh: 一名在学校没有找到的适龄儿童, en: one child aged 6 to 15 not found at any school }
-- key: [person_id]
-- fresh: weekly
-- scope: { area: area_code }
-- columns:
--   person_id: { zh: 人员标识, en: Person }
--   area_code: { zh: 所在社区, en: Community }
--   name: { zh: 姓名, en: Name, grade: sensitive, mask: name }
--   birth_on: { zh: 出生日期, en: Born on, grade: sensitive, mask: all }
select r.person_id, r.area_code, r.name, r.birth_on
from data.person.resident r
where coalesce(r.status, '') not in ('死亡', '注销')
  and extract(year from current_date) - extract(year from r.birth_on) between 7 and 15
  and not exists (
      select 1 from data.person.record l where l.source = 'source.education.pupil' and l.person_id = r.person_id
  )
