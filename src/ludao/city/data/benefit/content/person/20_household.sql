-- source: { zh: 市公安局户籍人口, en: "Police: registered residents" }
-- columns:
--   is_local: { kind: boolean, zh: 本市户籍, en: Registered in the city, none: false }
--   is_alive: { kind: boolean, zh: 在世, en: Alive, none: true }
--   registered_on: { kind: date, zh: 户籍登记日期, en: Registered on }
--   household_size: { kind: number, zh: 同户人数, en: People of the household, unit: { zh: 人, en: people } }
select r.person_id, bool_or(coalesce(s.status, '正常') not in ('迁出', '注销', '死亡')) as is_local,
    bool_and(coalesce(s.status, '正常') not in ('死亡', '已故')) as is_alive,
    min(cast(s.registered_on as date)) as registered_on, max(h.people) as household_size
from source.police.resident s
join data.person.record r on r.source = 'source.police.resident' and r.record_key = s.id_number
left join (select household_id, count(*) as people from source.police.resident group by household_id) h
    on h.household_id = s.household_id
group by r.person_id
