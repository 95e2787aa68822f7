-- title: { zh: 老年人待遇, en: What the elderly receive }
-- row: { zh: 一名60岁以上居民, en: one resident aged 60 or over }
-- key: [person_id]
-- fresh: daily
-- scope: { area: area_code }
-- columns:
--   person_id: { zh: 人员标识, en: Person }
--   area_code: { zh: 所在社区, en: Community }
--   name: { zh: 姓名, en: Name, grade: sensitive, mask: name }
--   age: { zh: 年龄, en: Age }
--   has_allowance: { zh: 享受高龄津贴, en: Has an allowance for age }
--   has_aid: { zh: 低保或特困, en: Has living aid, grade: sensitive, mask: all }
--   misses_allowance: { zh: 年满80岁未领津贴, en: 80 or over without the allowance }
select r.person_id, r.area_code, r.name,
       cast(extract(year from current_date) - extract(year from r.birth_on) as bigint) as age,
       e.person_id is not null as has_allowance, a.person_id is not null as has_aid,
       extract(year from current_date) - extract(year from r.birth_on) >= 80 and e.person_id is null as misses_allowance
from data.person.resident r
left join (
    select distinct l.person_id from data.person.record l
    join source.civil.elderly x on l.source = 'source.civil.elderly' and l.record_key = x.record_number
    where x.ended_on is null
) e on e.person_id = r.person_id
left join (
    select distinct l.person_id from data.person.record l
    join source.civil.aid x on l.source = 'source.civil.aid' and l.record_key = x.aid_number
    where x.ended_on is null
) a on a.person_id = r.person_id
where coalesce(r.status, '') not in ('死亡', '注销')
  and extract(year from current_date) - extract(year from r.birth_on) >= 60
