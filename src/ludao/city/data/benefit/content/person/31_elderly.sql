-- source: { zh: 市民政局高龄津贴, en: "Civil affairs: old-age allowances" }
-- columns:
--   elderly_monthly_fen: { kind: money, zh: 已领高龄津贴, en: Old-age allowance received, none: 0 }
select r.person_id, sum(s.monthly_fen) as elderly_monthly_fen
from source.civil.elderly s join data.person.record r on r.source = 'source.civil.elderly' and r.record_key = s.record_number
where s.began_on <= $on and (s.ended_on is null or s.ended_on >= $on)
group by r.person_id
