-- title: { zh: 人口免疫状况, en: Immunity of residents }
-- row: { zh: 一名在世居民的接种情况, en: one living resident and the doses received }
-- key: [person_id]
-- fresh: daily
-- scope: { area: area_code }
-- columns:
--   person_id: { zh: 人员标识, en: Person }
--   area_code: { zh: 所在社区, en: Community }
--   age: { zh: 年龄, en: Age }
--   doses: { zh: 接种剂次, en: Doses }
--   last_given_on: { zh: 末次接种日期, en: Last dose on, grade: sensitive, mask: all }
--   is_immune: { zh: 完成基础免疫, en: Fully vaccinated, grade: sensitive, mask: all }
select r.person_id, r.area_code,
       cast(extract(year from current_date) - extract(year from r.birth_on) as bigint) as age,
       coalesce(g.doses, 0) as doses, g.last_given_on, coalesce(g.doses, 0) >= 2 as is_immune
from data.person.resident r
left join (
    select l.person_id, count(*) as doses, max(v.given_on) as last_given_on
    from data.person.record l
    join source.health.vaccination v on l.source = 'source.health.vaccination' and l.record_key = v.record_number
    group by l.person_id
) g on g.person_id = r.person_id
where coalesce(r.status, '') not in ('死亡', '注销')
