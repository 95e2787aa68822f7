-- source: { zh: 市公积金中心, en: Housing fund }
-- columns:
--   fund_monthly_fen: { kind: money, zh: 公积金月缴存额, en: Monthly deposit, none: 0 }
select r.person_id, max(s.monthly_fen) as fund_monthly_fen
from source.fund.account s join data.person.record r on r.source = 'source.fund.account' and r.record_key = s.account_number
group by r.person_id
