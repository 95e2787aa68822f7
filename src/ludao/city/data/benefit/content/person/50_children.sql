-- source: { zh: 市卫健委出生证明, en: "Health: births" }
-- columns:
--   children: { kind: number, zh: 子女数, en: Children, none: 0, unit: { zh: 人, en: people } }
--   children_under3: { kind: number, zh: 三岁以下子女数, en: Children under three, none: 0, unit: { zh: 人, en: people } }
--   newest_child_on: { kind: date, zh: 最近生育日期, en: Youngest child born on }
select person_id, count(distinct certificate_number) as children,
    count(distinct case when born_on > $on - interval 3 years then certificate_number end) as children_under3,
    max(born_on) as newest_child_on
from (
    select r.person_id, s.certificate_number, s.born_on
    from source.health.birth s
    join data.person.record r on r.source in ('source.health.birth#mother', 'source.health.birth#father')
        and r.record_key = s.certificate_number
) b group by person_id
