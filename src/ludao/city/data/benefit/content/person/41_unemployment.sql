-- source: { zh: 市人社局失业登记, en: Registered unemployment }
-- columns:
--   is_unemployed: { kind: boolean, zh: 登记失业, en: Registered as unemployed, none: false }
--   unemployed_on: { kind: date, zh: 失业登记日期, en: Unemployed since }
--   unemployed_months: { kind: number, zh: 失业月数, en: Months without work, none: 0, unit: { zh: 个月, en: months } }
select r.person_id, true as is_unemployed, max(s.registered_on) as unemployed_on,
    date_diff('month', max(s.registered_on), $on) as unemployed_months
from source.social.unemployment s join data.person.record r on r.source = 'source.social.unemployment' and r.record_key = s.record_number
where s.registered_on <= $on and (s.ended_on is null or s.ended_on >= $on)
group by r.person_id
