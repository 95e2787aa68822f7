-- source: { zh: 市民政局婚姻登记, en: "Civil affairs: marriages" }
-- columns:
--   is_married: { kind: boolean, zh: 已婚, en: Married, none: false }
--   married_on: { kind: date, zh: 结婚登记日期, en: Married on }
select r.person_id, max_by(s.kind = '结婚', s.registered_on) as is_married,
    max(case when s.kind = '结婚' then s.registered_on end) as married_on
from source.civil.marriage s
join data.person.record r on r.source = 'source.civil.marriage' and r.part in ('man', 'woman')
    and r.record_key = s.certificate_number
group by r.person_id
