-- source: { zh: 市卫健委出生证明, en: "Health: births" }
-- columns:
--   children: { kind: number, zh: 子女数, en: Children, none: 0, unit: { zh: 人, en: people } }
--   children_under3: { kind: number, zh: 由本人申领的三岁以下子女数, en: Children under three for whom this parent is paid, none: 0, unit: { zh: 人, en: people } }
--   infant_months: { kind: number, zh: 由本人申领的子女本年三岁以下月数, en: Months of this year in which those children are under three, none: 0, unit: { zh: 个月, en: months } }
--   newest_child_on: { kind: date, zh: 最近生育日期, en: Youngest child born on }
select person_id, count(distinct certificate_number) as children,
    count(distinct case when place = 1 and born_on > $on - interval 3 years then certificate_number end) as children_under3,
    sum(case when place = 1 then greatest(0, least(12, date_diff('month', greatest(born_on, date_trunc('year', $on)),
        least(born_on + interval 3 years, date_trunc('year', $on) + interval 12 months)) + 1)) else 0 end) as infant_months,
    max(born_on) as newest_child_on
from (
    select r.person_id, s.certificate_number, s.born_on,
        row_number() over (
            partition by s.certificate_number
            order by coalesce(h.is_head, false) desc, r.part = 'mother' desc, r.person_id
        ) as place -- one parent is paid for a child: the head of the household, otherwise the mother
    from source.health.birth s
    join data.person.record r on r.source = 'source.health.birth' and r.part in ('mother', 'father')
        and r.record_key = s.certificate_number
    left join (
        select k.person_id, bool_or(p.relation = '户主') as is_head
        from source.police.resident p
        join data.person.record k on k.source = 'source.police.resident' and k.record_key = p.id_number
        group by k.person_id
    ) h on h.person_id = r.person_id
) b where born_on <= $on group by person_id
