-- source: { zh: 市人社局失业登记, en: Registered unemployment }
-- columns:
--   is_unemployed: { kind: boolean, zh: 登记失业, en: Registered as unemployed, none: false }
--   was_unemployed: { kind: boolean, zh: 曾登记失业, en: Was once registered as unemployed, none: false }
--   unemployed_on: { kind: date, zh: 失业登记日期, en: Unemployed since }
--   unemployed_months: { kind: number, zh: 失业月数, en: Months without work, none: 0, unit: { zh: 个月, en: months } }
select person_id, bool_or(is_now) as is_unemployed, true as was_unemployed,
    max(registered_on) filter (where is_now) as unemployed_on,
    date_diff('month', max(registered_on) filter (where is_now), $on) as unemployed_months
from (
    select r.person_id, s.registered_on, s.ended_on is null or s.ended_on >= $on as is_now
    from source.social.unemployment s
    join data.person.record r on r.source = 'source.social.unemployment' and r.record_key = s.record_number
    where s.registered_on <= $on
) u group by person_id
